/** The values that a model predicts, with their quantiles and intervals. */
package io.carillon.model.forecast;
