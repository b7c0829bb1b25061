/** Arrays of numpy: {@code .npy} and {@code .npz} files. */
package io.carillon.data.numpy;
