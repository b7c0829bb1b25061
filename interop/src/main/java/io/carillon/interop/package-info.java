/**
 * Import of checkpoints of the official PyTorch code, and export under its names. Files are hostile
 * until checked: a pickle is read by a machine that knows a handful of classes and runs no code.
 */
package io.carillon.interop;
