/** Inputs as tensors, for who has prepared them elsewhere. */
package io.carillon.data.tensors;
