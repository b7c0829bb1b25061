/**
 * What a trained model has to beat: answers without learning, and two cheap methods that learn in
 * closed form, MiniRocket and pooled log-spectra, both with a ridge regression.
 */
package io.carillon.data.baseline;
