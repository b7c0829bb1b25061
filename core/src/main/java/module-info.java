/**
 * Diagonal state-space sequence models: layers, networks, streaming state and files. No
 * dependencies and no native code; SIMD kernels are used when {@code jdk.incubator.vector} is
 * resolved.
 */
module io.carillon.core {
  requires static jdk.incubator.vector;

  exports io.carillon.config;
  exports io.carillon.config.kernel;
  exports io.carillon.engine;
  exports io.carillon.io;
  exports io.carillon.math;
  exports io.carillon.model;
  exports io.carillon.model.stream;
  exports io.carillon.nn;
  exports io.carillon.nn.attention;
  exports io.carillon.nn.gru;
  exports io.carillon.nn.layer;
  exports io.carillon.nn.norm;
  exports io.carillon.nn.ssm;
  exports io.carillon.ssm;
  exports io.carillon.ssm.diagonal;
  exports io.carillon.ssm.dplr;
  exports io.carillon.ssm.hippo;
  exports io.carillon.ssm.sgconv;
  exports io.carillon.ssm.vandermonde;
  exports io.carillon.internal.kernel to
      io.carillon.train,
      io.carillon.bench;
  exports io.carillon.internal.kernel.fft to
      io.carillon.bench;
  exports io.carillon.internal.kernel.scalar to
      io.carillon.bench;
}
