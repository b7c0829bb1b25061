/** The S4 kernel: a diagonal state matrix plus one of low rank. */
package io.carillon.ssm.dplr;
