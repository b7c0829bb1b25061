/**
 * The inner loops behind one narrow seam: scalar (the reference and the fallback) and SIMD. Not
 * part of the public API.
 */
package io.carillon.internal.kernel;
