/**
 * Diagonal state-space sequence models: layers, networks, streaming state and files. No
 * dependencies and no native code; SIMD kernels are used when {@code jdk.incubator.vector} is
 * resolved.
 */
module io.carillon.core {
  requires static jdk.incubator.vector;

  exports io.carillon.model;
  exports io.carillon.config;
  exports io.carillon.config.kernel;

  // These are open as long as signatures of model and train name types of theirs.
  exports io.carillon.engine;
  exports io.carillon.io;
  exports io.carillon.nn;
  exports io.carillon.math to
      io.carillon.data;
  exports io.carillon.internal.kernel to
      io.carillon.train,
      io.carillon.cli,
      io.carillon.bench,
      io.carillon.report;
  exports io.carillon.internal.kernel.fft to
      io.carillon.bench;
  exports io.carillon.internal.kernel.scalar to
      io.carillon.bench;
  exports io.carillon.nn.layer to
      io.carillon.train,
      io.carillon.cli,
      io.carillon.report;
  exports io.carillon.nn.ssm to
      io.carillon.interop,
      io.carillon.cli,
      io.carillon.bench,
      io.carillon.report;
  exports io.carillon.ssm to
      io.carillon.interop,
      io.carillon.cli,
      io.carillon.bench,
      io.carillon.report;
  exports io.carillon.ssm.diagonal to
      io.carillon.bench,
      io.carillon.cli,
      io.carillon.interop,
      io.carillon.report;
  exports io.carillon.ssm.hippo to
      io.carillon.cli,
      io.carillon.papers;
  exports io.carillon.ssm.vandermonde to
      io.carillon.cli,
      io.carillon.bench,
      io.carillon.report;
}
