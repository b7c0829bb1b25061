/** Models in plain PyTorch. */
package io.carillon.interop.pytorch;
