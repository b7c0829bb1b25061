/** The SGConv kernel: stretched and damped copies of a few trained numbers. */
package io.carillon.ssm.sgconv;
