/**
 * Models of other tools: checkpoints of the official PyTorch code in and out, ONNX and PyTorch out.
 */
module io.carillon.interop {
  requires transitive io.carillon.core;
  requires pickle;
  requires org.tribuo.util.onnx;
  requires com.google.protobuf;

  exports io.carillon.interop;
  exports io.carillon.interop.onnx;
  exports io.carillon.interop.pytorch;
}
