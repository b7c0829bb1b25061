package io.carillon.nn;

/**
 * Floats that a layer takes from its workspace for a batch; small arrays that do not grow with the
 * rows are left out.
 *
 * @param kept what it keeps for the backward pass, for every layer anew
 * @param shared scratch: once for all layers of a class
 */
public record LayerMemory(long kept, long shared) {}
