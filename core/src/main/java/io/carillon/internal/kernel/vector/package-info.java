/** The inner loops on {@code jdk.incubator.vector}. */
package io.carillon.internal.kernel.vector;
