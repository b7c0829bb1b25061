/** The gated recurrent unit. */
package io.carillon.nn.gru;
