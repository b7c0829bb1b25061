/** HiPPO matrices, their spectra, and the polynomials behind them. */
package io.carillon.ssm.hippo;
