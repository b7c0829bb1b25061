/** Checkpoints of the official PyTorch code, in and out. */
module io.carillon.interop {
  requires transitive io.carillon.core;
  requires pickle;

  exports io.carillon.interop;
}
