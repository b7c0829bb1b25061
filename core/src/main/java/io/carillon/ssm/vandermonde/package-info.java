/** Sums of exponentials at all steps, and the adjoint: products with a Vandermonde matrix. */
package io.carillon.ssm.vandermonde;
