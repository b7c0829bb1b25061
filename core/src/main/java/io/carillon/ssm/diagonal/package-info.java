/** Diagonal state-space kernels, sums of damped exponentials: S4D, DLR and DSS. */
package io.carillon.ssm.diagonal;
