package io.carillon.model;

import io.carillon.core.SeededRandom;
import io.carillon.nn.Activation;
import io.carillon.nn.BlockConfig;
import io.carillon.nn.Mixer;
import io.carillon.nn.Network;
import io.carillon.nn.NetworkConfig;
import io.carillon.nn.Norm;
import io.carillon.nn.Pooling;
import io.carillon.ssm.DlrConfig;
import io.carillon.ssm.DssConfig;
import io.carillon.ssm.KernelCast;
import io.carillon.ssm.S4dConfig;
import io.carillon.ssm.SsmConfig;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Small models of all kinds that can stream, and inputs for them. */
final class RandomModels {
  private RandomModels() {}

  /** All kinds of kernels, norms, mixers, gates, poolings; real-valued inputs and tokens. */
  static Arbitrary<SequenceModel> streaming() {
    Arbitrary<SsmConfig> kernels =
        Arbitraries.of(
            S4dConfig.DEFAULT.withStateSize(8),
            S4dConfig.DEFAULT.withStateSize(36).withDtRange(0.01, 0.5),
            DlrConfig.DEFAULT.withStateSize(11).withCast(KernelCast.SUM),
            DssConfig.DEFAULT.withStateSize(5));
    Arbitrary<BlockConfig> blocks =
        Combinators.combine(
                kernels,
                Arbitraries.of(Norm.Kind.class),
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
                        .withKernels(count, gate)
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
    return SequenceModel.of(new Network(config, new SeededRandom(seed)), Map.of());
  }

  /** Two S4D blocks with mean pooling, two numbers per step. */
  static SequenceModel plain() {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(20)
            .withDepth(2)
            .withSsm(S4dConfig.DEFAULT.withStateSize(16));
    return SequenceModel.of(new Network(config, new SeededRandom(5)), Map.of());
  }

  /** Normal numbers or uniform tokens, whatever the model takes. */
  static History history(SequenceModel model, long seed, int steps) {
    SeededRandom random = new SeededRandom(seed);
    if (model.config().vocabulary() > 0) {
      int[] tokens = new int[steps];
      for (int t = 0; t < steps; t++) {
        tokens[t] = random.nextInt(model.config().vocabulary());
      }
      return History.ofTokens(tokens);
    }
    float[] values = new float[steps * model.config().inputSize()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.normal();
    }
    return History.ofValues(values, model.config().inputSize());
  }

  /** What the model says of a whole history. */
  static float[] predict(SequenceModel model, History history) {
    return history.tokens() != null
        ? model.predictTokens(history.tokens())[0]
        : model.predict(history.values())[0];
  }

  /** Step by step; the answers after every step. */
  static float[] steps(SequenceModel model, History history, State state) {
    int n = model.config().outputSize();
    float[] answers = new float[history.length() * n];
    float[] y = new float[n];
    for (int t = 0; t < history.length(); t++) {
      History one = history.slice(t, t + 1);
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
  static float[] forward(SequenceModel model, History history, State state) {
    return history.tokens() != null
        ? model.forwardTokens(history.tokens(), state)
        : model.forward(history.values(), state);
  }

  /** The kinds of model that cannot stream. */
  static List<SsmConfig> kernelsWithoutStream() {
    return List.of(
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD),
        DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.REAL_PROD),
        S4dConfig.DEFAULT.withStateSize(8).withMaxKernelLength(10));
  }
}
