/**
 * Settings of the layers along the sequence, and the kernels of those that are long convolutions:
 * raw trainable numbers of S4D, DLR and DSS to discrete modes (λ, w) and back, kernels without
 * modes, initialisations.
 */
package io.carillon.ssm;
