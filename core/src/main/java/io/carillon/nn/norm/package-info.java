/** Normalisations of rows. */
package io.carillon.nn.norm;
