package io.carillon.laws;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.DlrConfig;
import io.carillon.config.DssConfig;
import io.carillon.config.GruConfig;
import io.carillon.config.KernelConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.config.SgConvConfig;
import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.EventTime;
import io.carillon.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A whole configuration drawn from a seed: settings of everything that a model can have, weights as
 * they are at birth or moved as by training, a rate, and sequences with missing steps and gaps
 * where the model takes them.
 *
 * <p>Tests go through the seeds 0, 1, 2, ... How many is the system property {@value #COUNT}, 300
 * without it, and {@value #FIRST} is the first of them:
 *
 * <pre>
 *   ./mvnw -pl train -am test -Dtest='SystemLawsTest,EvaluationLawTest' \
 *       -Dsurefire.failIfNoSpecifiedTests=false -Dcarillon.systems=10000
 * </pre>
 *
 * A failure names its seed and settings; {@code -Dcarillon.systems=1 -Dcarillon.systems.first=}
 * with that seed is that system alone. After the mend a seed beyond the usual ones is kept in
 * {@link #FAILED}, and a test of its own says what was wrong: a seed means the same system only as
 * long as nothing is drawn in between, so append new draws at the end of a method.
 */
public final class RandomSystem {
  private static final String COUNT = "carillon.systems";
  private static final String FIRST = "carillon.systems.first";
  private static final int USUAL = 300;

  /** Those beyond the usual ones that failed once. */
  private static final long[] FAILED = {532, 2378};

  private static final int MOST_SEQUENCES = 200;
  private static final int LONGEST = 2000;

  /** Steps of all sequences together, so that hundreds of systems take a minute. */
  private static final int MOST_STEPS = 2500;

  /** Draws until settings fit each other; nearly all do at once. */
  private static final int MOST_DRAWS = 100;

  private final long seed;
  private final SequenceModel model;
  private final double rate;
  private final List<Input> inputs;

  /**
   * What a sequence is made of; unused parts are null.
   *
   * @param values [steps][inputSize]
   * @param tokens [steps]
   * @param mask [steps]
   * @param gaps [steps]
   */
  public record Input(int steps, float[] values, int[] tokens, float[] mask, double[] gaps) {
    @Override
    public String toString() {
      return steps + (mask == null ? "" : "m") + (gaps == null ? "" : "g");
    }
  }

  private RandomSystem(long seed, SequenceModel model, double rate, List<Input> inputs) {
    this.seed = seed;
    this.model = model;
    this.rate = rate;
    this.inputs = inputs;
  }

  /** The seeds that tests go through. */
  public static LongStream seeds() {
    long first = Long.getLong(FIRST, 0);
    long end = first + Long.getLong(COUNT, USUAL);
    return LongStream.concat(LongStream.range(first, end), LongStream.of(FAILED));
  }

  /** The system of a seed. */
  public static RandomSystem of(long seed) {
    // Neighbouring seeds are to have nothing in common.
    SeededRandom random = new SeededRandom(seed * 0x9E3779B97F4A7C15L + 1);
    Network network = network(random);
    if (flag(random, 0.5)) {
      move(network, random);
    }
    NetworkConfig config = network.config();
    LayerConfig ssm = config.block().ssm();
    boolean fixedRate = ssm instanceof DlrConfig || ssm instanceof SgConvConfig;
    double rate = !fixedRate && flag(random, 0.3) ? pick(random, 0.5, 2.0, 1.37) : 1;
    return new RandomSystem(
        seed, Inside.model(network, Map.of("seed", seed)), rate, inputs(config, random));
  }

  /** The model. */
  public SequenceModel model() {
    return model;
  }

  /** Factor on Δ for whole sequences; 1 where a kind takes no other. */
  public double rate() {
    return rate;
  }

  /** What the model is asked, an even number if it compares pairs. */
  public List<Input> inputs() {
    return inputs;
  }

  /** The {@link #inputs} as the model takes them. */
  public Sequence[] sequences() {
    return inputs.stream()
        .map(
            input ->
                (input.tokens() != null
                        ? Sequence.ofTokens(input.tokens())
                        : Sequence.ofValues(input.values(), model.config().inputSize()))
                    .withMask(input.mask())
                    .withGaps(input.gaps()))
        .toArray(Sequence[]::new);
  }

  @Override
  public String toString() {
    String lengths = inputs.stream().limit(8).map(Input::toString).collect(Collectors.joining(" "));
    return "seed %d: %s at rate %s, %d sequences of %s%s"
        .formatted(
            seed, model.config(), rate, inputs.size(), lengths, inputs.size() > 8 ? " ..." : "");
  }

  private static Network network(SeededRandom random) {
    IllegalArgumentException last = null;
    for (int i = 0; i < MOST_DRAWS; i++) {
      try {
        return new Network(config(random), random.split());
      } catch (IllegalArgumentException e) {
        // Two settings that exclude each other.
        last = e;
      }
    }
    throw new IllegalStateException("no settings fit", last);
  }

  private static NetworkConfig config(SeededRandom random) {
    LayerConfig ssm = layer(random);
    int parts = ssm instanceof S4dConfig c ? c.init().parts().size() : 1;
    boolean inParts = parts > 1 || ssm instanceof S4Config c && c.init() == S4Init.HIPPO;
    int width = inParts ? pick(random, 4, 8, 12) : pick(random, 1, 2, 3, 4, 6, 8, 12, 17, 24);
    int inputs = random.nextInt(4);
    int outputs = 1 + random.nextInt(4);
    Pooling pooling = pick(random, Pooling.values());
    NetworkConfig config =
        (inputs == 0 ? NetworkConfig.tokens(6, outputs) : NetworkConfig.sequence(inputs, outputs))
            .withWidth(width)
            .withDepth(1 + random.nextInt(3))
            .withFinalNorm(flag(random, 0.7))
            .withPooling(pooling)
            .withBlock(block(ssm, random));
    if (pooling == Pooling.EVERY && flag(random, 0.3)) {
      return config.withLastSteps(1 + random.nextInt(5));
    }
    return config.withPairs(pooling != Pooling.EVERY && flag(random, 0.15));
  }

  private static BlockConfig block(LayerConfig ssm, SeededRandom random) {
    boolean kernel = ssm instanceof KernelConfig;
    Mixer mixer = pick(random, Mixer.values());
    int kernels = kernel && mixer != Mixer.NONE ? pick(random, 1, 1, 2, 3) : 1;
    Activation gate =
        kernel && flag(random, 0.3) ? pick(random, Activation.values()) : Activation.NONE;
    return BlockConfig.DEFAULT
        .withSsm(ssm)
        .withBidirectional(!(ssm instanceof GruConfig) && flag(random, 0.35))
        .withMixer(mixer)
        .withKernels(kernels, gate)
        .withActivation(pick(random, Activation.values()), flag(random, 0.3))
        .withNorm(pick(random, Norm.values()), flag(random, 0.5))
        .withDropout(flag(random, 0.3) ? 0.2 : 0, flag(random, 0.5))
        .withFeedForward(pick(random, 0, 0, 1, 2));
  }

  private static LayerConfig layer(SeededRandom random) {
    return switch (random.nextInt(12)) {
      case 0, 1, 2 -> s4d(random);
      case 3, 4 -> dss(random);
      case 5, 6 -> dlr(random);
      case 7, 8 -> s4(random);
      case 9 -> sgConv(random);
      case 10 -> attention(random);
      default -> GruConfig.DEFAULT;
    };
  }

  private static double[] dtRange(SeededRandom random) {
    return pick(
        random,
        new double[] {0.001, 0.1},
        new double[] {0.01, 0.2},
        new double[] {0.05, 1},
        new double[] {0.0001, 0.01});
  }

  private static int cut(SeededRandom random) {
    return flag(random, 0.25) ? 1 + random.nextInt(120) : 0;
  }

  private static S4dConfig s4d(SeededRandom random) {
    boolean real = flag(random, 0.15);
    double[] dt = dtRange(random);
    S4dConfig config =
        S4dConfig.DEFAULT
            .withRealValued(real)
            .withStateSize(real ? 1 + random.nextInt(9) : 2 + 2 * random.nextInt(8))
            .withInit(pick(random, S4dInit.values()))
            .withDiscretisation(pick(random, Discretisation.values()))
            .withDtRange(dt[0], dt[1])
            .withMaxKernelLength(cut(random));
    if (flag(random, 0.5)) {
      return config;
    }
    return config
        .withRealTransform(pick(random, Transform.values()))
        .withImagTransform(pick(random, Transform.values()))
        .withImagSign(pick(random, ImagSign.values()))
        .withDtTransform(pick(random, Transform.EXP, Transform.SOFTPLUS))
        .withDtFast(flag(random, 0.3))
        .withDtTied(flag(random, 0.7))
        .withInputWeight(pick(random, InputWeight.values()))
        .withBInit(pick(random, InputWeightInit.ONES, InputWeightInit.RANDOM))
        .withBScale(pick(random, 1.0, 0.5))
        .withNormalize(flag(random, 0.3))
        .withSsmCopies(pick(random, 0, 0, 1, 4))
        .withCVariance(pick(random, 1.0, 2.0))
        .withDeterministic(flag(random, 0.2));
  }

  private static DssConfig dss(SeededRandom random) {
    double[] dt = dtRange(random);
    return DssConfig.DEFAULT
        .withStateSize(1 + random.nextInt(12))
        .withInit(pick(random, DssInit.values()))
        .withVersion(pick(random, DssVersion.values()))
        .withDtRange(dt[0], dt[1])
        .withSeparateDt(flag(random, 0.3))
        .withCast(pick(random, KernelCast.REAL, KernelCast.IMAG, KernelCast.SUM, KernelCast.PROD))
        .withMaxKernelLength(cut(random));
  }

  private static DlrConfig dlr(SeededRandom random) {
    return DlrConfig.DEFAULT
        .withStateSize(1 + random.nextInt(12))
        .withVersion(pick(random, DlrVersion.values()))
        .withInit(pick(random, DlrInit.values()))
        .withCast(pick(random, KernelCast.values()))
        .withWScale(pick(random, 0.0, 0.3))
        .withMaxKernelLength(cut(random));
  }

  private static S4Config s4(SeededRandom random) {
    double[] dt = dtRange(random);
    S4Init init = pick(random, S4Init.values());
    return S4Config.DEFAULT
        .withStateSize(4 + 2 * random.nextInt(5))
        .withInit(init, 2 + random.nextInt(2))
        .withDtRange(dt[0], dt[1])
        .withKernelLength(pick(random, 16, 64, 100, 512));
  }

  private static SgConvConfig sgConv(SeededRandom random) {
    int scales = random.nextInt(7);
    int cut = scales == 0 || flag(random, 0.3) ? 1 + random.nextInt(300) : 0;
    return new SgConvConfig(1 + random.nextInt(6), scales, 0.3, 1, cut);
  }

  private static AttentionConfig attention(SeededRandom random) {
    return AttentionConfig.DEFAULT
        .withHeads(pick(random, 1, 2, 3))
        .withHeadSize(pick(random, 0, 2, 4))
        .withChunk(flag(random, 0.5) ? 1 + random.nextInt(40) : 0)
        .withFeedForward(pick(random, 0, 0, 2));
  }

  /** As a few steps of training would: off zeros and ones, and running statistics of some data. */
  private static void move(Network network, SeededRandom random) {
    for (Parameter p : network.parameters()) {
      boolean variance = p.name().endsWith("running_var");
      for (int i = 0; i < p.size(); i++) {
        double step = 0.05 * random.normal();
        p.value()[i] = (float) (variance ? Math.exp(4 * step) : p.value()[i] + step);
      }
    }
  }

  private static List<Input> inputs(NetworkConfig config, SeededRandom random) {
    int[] lengths = lengths(config, random);
    boolean masks = flag(random, 0.35);
    boolean gaps = EventTime.obstacle(config) == null && flag(random, 0.4);
    boolean whole = config.block().ssm().partialGapObstacle() != null || flag(random, 0.5);
    double scale = pick(random, 1.0, 1.0, 0.1, 10.0);
    List<Input> inputs = new ArrayList<>();
    for (int length : lengths) {
      boolean numbers = config.vocabulary() == 0;
      inputs.add(
          new Input(
              length,
              numbers ? values(length * config.inputSize(), scale, random) : null,
              numbers ? null : tokens(length, config.vocabulary(), random),
              masks && flag(random, 0.7) ? mask(length, random) : null,
              gaps && flag(random, 0.7) ? gaps(length, whole, random) : null));
    }
    return List.copyOf(inputs);
  }

  /** Few of any length, one or two long ones, or very many, all different or few different. */
  private static int[] lengths(NetworkConfig config, SeededRandom random) {
    int least = Math.max(1, config.lastSteps());
    int group = config.pairs() ? 2 : 1;
    int kind = random.nextInt(8);
    int count = kind == 0 ? 1 + random.nextInt(2) : 1 + random.nextInt(6);
    int most = kind == 0 ? LONGEST : 150;
    if (kind == 1) {
      count = 65 + random.nextInt(MOST_SEQUENCES - 64);
    }
    int[] lengths = new int[(count + group - 1) / group * group];
    int[] order = random.permutation(lengths.length);
    boolean different = flag(random, 0.7);
    long total = 0;
    for (int i = 0; i < lengths.length; i++) {
      int drawn = 1 + random.nextInt(most);
      lengths[i] = kind != 1 ? drawn : different ? 1 + order[i] : 1 + drawn % 12;
      // The long ones leave no room for more; many sequences are let grow longer than others.
      lengths[i] =
          (int) Math.max(1, Math.min(lengths[i], kind == 1 ? lengths[i] : MOST_STEPS - total));
      lengths[i] = Math.max(least, lengths[i]);
      total += lengths[i];
    }
    return lengths;
  }

  private static int[] tokens(int length, int vocabulary, SeededRandom random) {
    int[] tokens = new int[length];
    for (int t = 0; t < length; t++) {
      tokens[t] = random.nextInt(vocabulary);
    }
    return tokens;
  }

  private static float[] values(int size, double scale, SeededRandom random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (scale * random.normal());
    }
    return values;
  }

  /** At least one step is observed, any of them may be missing. */
  private static float[] mask(int length, SeededRandom random) {
    float[] mask = new float[length];
    for (int t = 0; t < length; t++) {
      mask[t] = flag(random, 0.3) ? 0 : 1;
    }
    mask[random.nextInt(length)] = 1;
    return mask;
  }

  /** Mostly short, some that come again. */
  private static double[] gaps(int length, boolean whole, SeededRandom random) {
    double[] gaps = new double[length];
    for (int t = 0; t < length; t++) {
      double any = Math.min(12, Math.exp(0.8 * random.normal()));
      gaps[t] = flag(random, 0.3) ? 1 : whole ? Math.ceil(any) : flag(random, 0.3) ? 2.5 : any;
    }
    return gaps;
  }

  private static boolean flag(SeededRandom random, double probability) {
    return random.uniform() < probability;
  }

  @SafeVarargs
  private static <T> T pick(SeededRandom random, T... values) {
    return values[random.nextInt(values.length)];
  }
}
