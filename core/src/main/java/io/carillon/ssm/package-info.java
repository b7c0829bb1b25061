/**
 * State-space parameterisations: raw trainable numbers of S4D, DLR and DSS to discrete modes (λ, w)
 * and back, their initialisations, kernels and convolutions.
 */
package io.carillon.ssm;
