/** Complex numbers, small dense matrices and transforms in double precision. */
package io.carillon.math;
