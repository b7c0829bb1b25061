/**
 * The network: encoder, residual blocks, pooling, decoder, and its steps one by one. The layers are
 * in the packages below, by kind; forward and backward of a layer live in one file, so that they
 * cannot drift apart.
 */
package io.carillon.nn;
