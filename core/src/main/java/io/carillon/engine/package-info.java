/**
 * What a pass over a batch needs besides the numbers: layout of the rows, memory, threads,
 * parameters, the choice of the inner loops.
 */
package io.carillon.engine;
