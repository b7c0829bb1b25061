/** Fast Fourier transform and causal convolution of many channels. */
package io.carillon.internal.kernel.fft;
