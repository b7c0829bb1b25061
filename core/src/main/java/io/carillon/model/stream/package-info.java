/** What the streams of a model share: prepared weights, the shape of a state. */
package io.carillon.model.stream;
