/** The state-space layer and the ways to compute it: recurrence, convolution, gaps, streams. */
package io.carillon.nn.ssm;
