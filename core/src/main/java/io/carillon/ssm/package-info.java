/**
 * Kernels of long convolutions: raw trainable numbers, the map from them to kernels or discrete
 * modes (λ, w), and its derivative. Here is what the families share; each has a package of its own.
 */
package io.carillon.ssm;
