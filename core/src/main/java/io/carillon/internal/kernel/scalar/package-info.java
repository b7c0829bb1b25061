/** The inner loops without SIMD: the reference of the others. */
package io.carillon.internal.kernel.scalar;
