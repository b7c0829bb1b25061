/**
 * Data for training and prediction: generated tasks ({@link io.carillon.data.generated.Tasks}),
 * loaders of real files ({@link io.carillon.data.Loaders}) and the values that both hand out
 * ({@link io.carillon.data.Splits}, {@link io.carillon.model.Meaning}).
 *
 * <p>Everything that is wrong with a file, an option or a path ends in a {@link
 * io.carillon.data.DataException}, whose message names the file, the line or offset, the value and
 * what to do.
 */
package io.carillon.data;
