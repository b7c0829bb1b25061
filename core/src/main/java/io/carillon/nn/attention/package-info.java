/** Softmax attention. */
package io.carillon.nn.attention;
