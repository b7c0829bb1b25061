/**
 * Layers with hand-derived forward and backward passes: linear maps, norms, activations, the
 * state-space layer, attention, recurrent units, residual blocks, pooling, and the network they
 * form. Forward and backward of a layer live in one file, so that they cannot drift apart.
 */
package io.carillon.nn;
