package io.carillon.model;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.engine.SeededRandom;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/** Small models of all kinds that can stream, and inputs for them. */
final class RandomModels {
  private RandomModels() {}

  /** All kinds of layers, norms, mixers, gates, poolings; real-valued inputs and tokens. */
  static Arbitrary<SequenceModel> streaming() {
    Arbitrary<SsmConfig> kernels =
        Arbitraries.of(
            S4dConfig.DEFAULT.withStateSize(8),
            S4dConfig.DEFAULT.withStateSize(36).withDtRange(0.01, 0.5),
            DlrConfig.DEFAULT.withStateSize(11).withCast(KernelCast.SUM),
            DssConfig.DEFAULT.withStateSize(5));
    return Arbitraries.frequencyOf(
        Tuple.of(3, of(kernels)), Tuple.of(2, of(delayed())), Tuple.of(2, of(coupled())));
  }

  /** Kernels cut at a length, some of them products, or of modes that do not decay. */
  private static Arbitrary<LayerConfig> delayed() {
    return Arbitraries.of(
        S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10),
        DlrConfig.DEFAULT
            .withStateSize(8)
            .withVersion(DlrVersion.LAMBDA_IMAG)
            .withMaxKernelLength(50),
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD).withMaxKernelLength(33),
        DssConfig.DEFAULT.withStateSize(5).withMaxKernelLength(1));
  }

  private static Arbitrary<LayerConfig> coupled() {
    return Arbitraries.of(
        S4Config.DEFAULT.withStateSize(8).withKernelLength(64),
        S4Config.DEFAULT.withStateSize(16).withInit(S4Init.FOURIER, 2).withKernelLength(100),
        GruConfig.DEFAULT);
  }

  /** Kernels that take gaps: of any length, or whole ones. */
  static Arbitrary<SequenceModel> timed(boolean whole) {
    return of(
        whole
            ? Arbitraries.of(
                DlrConfig.DEFAULT.withStateSize(11).withCast(KernelCast.SUM),
                DlrConfig.DEFAULT.withStateSize(6).withVersion(DlrVersion.LAMBDA_IMAG),
                S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10),
                DlrConfig.DEFAULT
                    .withStateSize(8)
                    .withCast(KernelCast.PROD)
                    .withMaxKernelLength(33),
                S4Config.DEFAULT.withStateSize(8).withKernelLength(64))
            : Arbitraries.of(
                S4dConfig.DEFAULT.withStateSize(8),
                S4dConfig.DEFAULT.withStateSize(8).withDiscretisation(Discretisation.BILINEAR),
                DssConfig.DEFAULT.withStateSize(5)));
  }

  private static Arbitrary<SequenceModel> of(Arbitrary<? extends LayerConfig> kernels) {
    Arbitrary<BlockConfig> blocks =
        Combinators.combine(
                kernels,
                Arbitraries.of(Norm.class),
                Arbitraries.of(true, false),
                Arbitraries.of(Mixer.LINEAR, Mixer.GLU, Mixer.GEGLU),
                Arbitraries.integers().between(1, 2),
                Arbitraries.of(Activation.NONE, Activation.SIGMOID),
                Arbitraries.integers().between(0, 2),
                Arbitraries.of(true, false))
            .as(
                (ssm, norm, prenorm, mixer, count, gate, ff, weightNorm) ->
                    BlockConfig.DEFAULT
                        .withSsm(ssm)
                        .withNorm(norm, prenorm)
                        .withMixer(mixer)
                        .withKernels(
                            ssm instanceof GruConfig ? 1 : count,
                            ssm instanceof GruConfig ? Activation.NONE : gate)
                        .withFeedForward(ff)
                        .withActivation(Activation.GELU, weightNorm));
    return Combinators.combine(
            blocks,
            Arbitraries.of(Pooling.class),
            Arbitraries.integers().between(0, 3),
            Arbitraries.of(4, 17, 32),
            Arbitraries.integers().between(1, 3),
            Arbitraries.longs().between(0, 1000))
        .as(RandomModels::model);
  }

  /** {@code inputs} 0 stands for tokens. */
  private static SequenceModel model(
      BlockConfig block, Pooling pooling, int inputs, int width, int depth, long seed) {
    NetworkConfig config =
        (inputs == 0 ? NetworkConfig.tokens(6, 3) : NetworkConfig.sequence(inputs, 3))
            .withBlock(block)
            .withPooling(pooling)
            .withWidth(width)
            .withDepth(depth);
    return Inside.model(new Network(config, new SeededRandom(seed)), Map.of());
  }

  /** Two S4D blocks with mean pooling, two numbers per step. */
  static SequenceModel plain() {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(20)
            .withDepth(2)
            .withSsm(S4dConfig.DEFAULT.withStateSize(16));
    return Inside.model(new Network(config, new SeededRandom(5)), Map.of());
  }

  /** Normal numbers or uniform tokens, whatever the model takes. */
  static Sequence history(SequenceModel model, long seed, int steps) {
    SeededRandom random = new SeededRandom(seed);
    if (model.config().vocabulary() > 0) {
      int[] tokens = new int[steps];
      for (int t = 0; t < steps; t++) {
        tokens[t] = random.nextInt(model.config().vocabulary());
      }
      return Sequence.ofTokens(tokens);
    }
    float[] values = new float[steps * model.config().inputSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal();
    }
    return Sequence.ofValues(values, model.config().inputSize());
  }

  /** What the model says of a whole history. */
  static float[] predict(SequenceModel model, Sequence history) {
    return history.tokens() != null
        ? model.predictTokens(history.tokens())[0]
        : model.predict(history.values())[0];
  }

  /** Step by step; the answers after every step. */
  static float[] steps(SequenceModel model, Sequence history, State state) {
    int n = model.config().outputSize();
    float[] answers = new float[history.length() * n];
    float[] y = new float[n];
    for (int t = 0; t < history.length(); t++) {
      Sequence one = history.slice(t, t + 1);
      if (one.tokens() != null) {
        model.stepToken(one.tokens()[0], state, y);
      } else {
        model.step(one.values(), state, y);
      }
      System.arraycopy(y, 0, answers, t * n, n);
    }
    return answers;
  }

  /** All steps in one call. */
  static float[] forward(SequenceModel model, Sequence history, State state) {
    return history.tokens() != null
        ? model.forwardTokens(history.tokens(), state)
        : model.forward(history.values(), state);
  }

  /** The kinds of model that cannot stream. */
  static List<SsmConfig> kernelsWithoutStream() {
    return List.of(
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD),
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.REAL_PROD));
  }
}
