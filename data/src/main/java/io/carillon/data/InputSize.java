package io.carillon.data;

/**
 * How much there is in a file of sequences to predict for, seen without reading the numbers.
 *
 * @param steps of all sequences together, at most
 * @param bytes that {@link Loaders#inputs} takes at its peak, about
 */
public record InputSize(long steps, long bytes) {}
