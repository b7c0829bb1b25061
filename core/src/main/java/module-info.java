/**
 * Diagonal state-space sequence models: networks, whole sequences, live streams and files. Start at
 * {@link io.carillon.model.SequenceModel}:
 *
 * <pre>{@code
 * SequenceModel model = SequenceModel.load(Path.of("model"));
 * float[] scores = model.predict(signal)[0];        // a whole sequence
 *
 * State state = model.newState();                   // or live, one step at a time
 * float[] y = new float[model.config().outputSize()];
 * for (float[] x : steps) {
 *   model.step(x, state, y);
 * }
 * byte[] kept = state.toBytes();                    // to go on elsewhere
 * State again = model.stateFromBytes(kept);
 * }</pre>
 *
 * <h2>A trained model</h2>
 *
 * <ul>
 *   <li>{@link io.carillon.model.SequenceModel}: whole sequences, streams, many streams at once
 *   <li>{@link io.carillon.model.Predictor}: raw input in its own units, named answers
 *   <li>{@link io.carillon.model.LiveStream}: the same step by step
 *   <li>{@link io.carillon.model.KeptStream}: such a stream where it is stored, without a model
 *   <li>{@link io.carillon.model.RawSequence}: raw input with times and missing values
 *   <li>{@link io.carillon.model.Classification}: a class with its probability
 *   <li>{@link io.carillon.model.forecast.Forecast}: predicted values with quantiles and intervals
 *   <li>{@link io.carillon.model.Meaning}: what the numbers of a model mean
 *   <li>{@link io.carillon.model.Scaling}: from units to the numbers of a network
 *   <li>{@link io.carillon.model.State}: the memory of a stream, as a value
 *   <li>{@link io.carillon.model.Sequence}: numbers or tokens with missing steps and gaps
 *   <li>{@link io.carillon.config.Computing}: kernels, algorithm and threads of a model
 *   <li>{@link io.carillon.model.Parity}: whether whole sequences and streams agree
 *   <li>{@link io.carillon.model.LoadCheck}: what loading demands of that
 *   <li>{@link io.carillon.model.ParityException}: when the demand is not met
 *   <li>{@link io.carillon.error.FormatException}: when a file is damaged or no model
 *   <li>{@link io.carillon.error.ImpossibleAlgorithmException}: when a layer cannot be computed as
 *       asked
 *   <li>{@link io.carillon.model.StepTimer}: the time of a live step, measured
 *   <li>{@link io.carillon.model.StepCost}: the same, estimated from the sizes
 * </ul>
 *
 * <h2>Settings of a network</h2>
 *
 * <ul>
 *   <li>{@link io.carillon.config.NetworkConfig}: sizes, depth, pooling
 *   <li>{@link io.carillon.config.BlockConfig}: norm, mixer, activation, dropout of a block
 *   <li>{@link io.carillon.config.LayerConfig}: what goes along the sequence, one of
 *   <li>{@link io.carillon.config.S4dConfig}, {@link io.carillon.config.DlrConfig}, {@link
 *       io.carillon.config.DssConfig}: diagonal state spaces
 *   <li>{@link io.carillon.config.S4Config}: diagonal plus low rank
 *   <li>{@link io.carillon.config.SgConvConfig}, {@link io.carillon.config.AttentionConfig}, {@link
 *       io.carillon.config.GruConfig}: what they are compared with
 *   <li>{@link io.carillon.config.Pooling}, {@link io.carillon.config.Norm}, {@link
 *       io.carillon.config.Mixer}, {@link io.carillon.config.Activation}: choices of a network
 *   <li>{@link io.carillon.config.SsmAlgorithm}, {@link io.carillon.config.KernelKind}: choices of
 *       {@code Computing}
 *   <li>{@link io.carillon.config.kernel}: choices within a state space
 * </ul>
 *
 * <p>Training is in the module {@code io.carillon.train} (start at {@code Trainer}), readers of
 * files in {@code io.carillon.data} (start at {@code Loaders}), checkpoints of the official code in
 * {@code io.carillon.interop}.
 *
 * <p>No dependencies and no native code; SIMD kernels are used when {@code jdk.incubator.vector} is
 * resolved. What is not listed here is exported to the project's other modules only.
 */
module io.carillon.core {
  requires static jdk.incubator.vector;

  exports io.carillon.model;
  exports io.carillon.model.forecast;
  exports io.carillon.config;
  exports io.carillon.config.kernel;
  exports io.carillon.error;

  // For the other modules of the project.
  exports io.carillon.engine to
      io.carillon.train,
      io.carillon.data,
      io.carillon.interop,
      io.carillon.report,
      io.carillon.papers,
      io.carillon.cli,
      io.carillon.examples,
      io.carillon.bench;
  exports io.carillon.nn to
      io.carillon.train,
      io.carillon.interop,
      io.carillon.report,
      io.carillon.papers,
      io.carillon.cli,
      io.carillon.bench;
  exports io.carillon.io to
      io.carillon.train,
      io.carillon.data,
      io.carillon.interop,
      io.carillon.report,
      io.carillon.papers,
      io.carillon.cli,
      io.carillon.examples;
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
  exports io.carillon.model.inside to
      io.carillon.train,
      io.carillon.interop,
      io.carillon.report,
      io.carillon.papers,
      io.carillon.cli,
      io.carillon.bench;
  exports io.carillon.nn.layer to
      io.carillon.train,
      io.carillon.interop,
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
  exports io.carillon.ssm.dplr to
      io.carillon.interop;
  exports io.carillon.ssm.hippo to
      io.carillon.cli,
      io.carillon.papers;
  exports io.carillon.ssm.vandermonde to
      io.carillon.cli,
      io.carillon.bench,
      io.carillon.report;
}
