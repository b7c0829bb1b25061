package io.carillon.train;

import io.carillon.config.Computing;
import io.carillon.config.LayerConfig;
import io.carillon.config.Range;
import io.carillon.config.Schema;
import io.carillon.config.Settings;
import java.util.List;
import java.util.Map;

/**
 * Settings of a training run. Immutable; start from {@link #DEFAULT} and change what differs:
 * {@code TrainConfig.DEFAULT.withEpochs(50).withLearningRate(0.01)}.
 *
 * <p>A learning rate or weight decay of NaN means "as the rule of the papers says" (A.9, B.1), see
 * {@link #dtRate}, {@link #aRate}, {@link #aRealRate}, {@link #bRate}, {@link #outputRate} and
 * {@link #outputDecay}.
 *
 * @param shardSize sequences of a batch whose gradient is computed in one piece, see {@link Shard};
 *     0 = the whole batch. Smaller shards need less memory, and can be computed by several
 *     machines. Their gradients are that of the batch up to rounding, and the same bits wherever
 *     they are computed; dropout draws other numbers
 * @param ssmLearningRate of Δ, A and B; NaN = min(0.001, learningRate), the rule of the official
 *     example; for DLR, which has no Δ to keep its modes slow, NaN = learningRate
 * @param outputLearningRate of C, or W of DLR and DSS, or the weights of SGConv; NaN =
 *     learningRate. What a good rate is depends on how many modes share the sum: with W of scale
 *     1/N a few over N moves them as far as they need to go in some hundred steps, whatever the
 *     rest of the network asks for
 * @param weightDecay decoupled, of everything but Δ, A and B, which never decay
 * @param outputWeightDecay of C, or W of DLR and DSS, or the weights of SGConv; NaN = weightDecay
 *     for S4D and S4, 0 for the others
 * @param decayBiasAndNorm whether biases, norms and embeddings decay too: true is what the official
 *     code does unless told otherwise
 * @param schedulePerEpoch COSINE and COSINE_WARMUP: the rate changes between epochs only (the usual
 *     use of {@code CosineAnnealingLR}), not at every step
 * @param warmupSteps COSINE_WARMUP: steps of linear growth; 0 = a tenth of all steps, at most 1000
 * @param cosineRises COSINE, COSINE_WARMUP: whether the rate rises again after totalSteps, with
 *     period 2 T, as in the official code; else it stays at zero
 * @param milestones MULTISTEP: numbers of finished epochs, increasing
 * @param clipNorm largest L2 norm of the gradient of all parameters together; a longer gradient is
 *     shortened to it; 0 = never. The papers do not clip; the default of 10 is reached in practice
 *     only by the outliers that end in NaN
 */
public record TrainConfig(
    int epochs,
    int batchSize,
    int shardSize,
    double learningRate,
    double ssmLearningRate,
    double dtLearningRate,
    double aLearningRate,
    double aRealLearningRate,
    double bLearningRate,
    double outputLearningRate,
    double weightDecay,
    double outputWeightDecay,
    boolean decayBiasAndNorm,
    Schedule schedule,
    boolean schedulePerEpoch,
    int warmupSteps,
    int totalSteps,
    boolean cosineRises,
    List<Integer> milestones,
    double milestoneFactor,
    double plateauFactor,
    int plateauPatience,
    double clipNorm,
    double beta1,
    double beta2,
    double epsilon,
    long seed,
    int threads,
    boolean dropLast,
    ClassWeights classWeights,
    int patience,
    int validateEvery,
    double checkpointSeconds)
    implements Schema.Described {
  private static final Schema<TrainConfig> SCHEMA = new Schema<>("train", "Training");

  /**
   * 20 epochs of batches of 32; rate 0.004 (Δ, A, B: 0.001) with warm-up and cosine; weight decay
   * 0.01; clipping at 10; Adam moments 0.9 and 0.999; seed 0; all cores.
   */
  public static final TrainConfig DEFAULT = SCHEMA.declare(TrainConfig::of);

  private static TrainConfig of(Schema.Values<TrainConfig> s) {
    return new TrainConfig(
        s.setting("epochs", "passes over the training data")
            .integer(TrainConfig::epochs, 20, Range.atLeast(1)),
        s.setting("batch_size", "sequences per step")
            .integer(TrainConfig::batchSize, 32, Range.atLeast(1)),
        s.setting(
                "shard_size",
                "sequences of a batch whose gradient is computed in one piece "
                    + "([shards](extending.md#gradients-of-a-shard)); 0 = the whole batch. Smaller "
                    + "ones need less memory for the same batch")
            .integer(TrainConfig::shardSize, 0, Range.NOT_NEGATIVE),
        s.setting("learning_rate", "of everything that has no rate of its own")
            .number(TrainConfig::learningRate, 0.004, Range.NOT_NEGATIVE),
        s.setting(
                "ssm_learning_rate",
                "of Δ, A and B; unless given 0.001 or `learning_rate` if that is less, for `dlr` "
                    + "always `learning_rate`")
            .optional(TrainConfig::ssmLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting("dt_learning_rate", "of Δ alone; unless given `ssm_learning_rate`; 0 freezes")
            .optional(TrainConfig::dtLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting(
                "a_learning_rate",
                "of A (Λ; P of `s4` too) alone; unless given `ssm_learning_rate`; 0 freezes")
            .optional(TrainConfig::aLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting(
                "a_real_learning_rate",
                "of the real part of A (Λ) alone, where it is stored apart; unless given "
                    + "`a_learning_rate`; 0 freezes")
            .optional(TrainConfig::aRealLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting("b_learning_rate", "of B alone; unless given `ssm_learning_rate`; 0 freezes")
            .optional(TrainConfig::bLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting(
                "output_learning_rate",
                "of C, or W of `dlr` and `dss`, or the weights of `sgconv`; unless given "
                    + "`learning_rate`. Thousands of modes want about 2/N")
            .optional(TrainConfig::outputLearningRate, Double.NaN, Range.NOT_NEGATIVE),
        s.setting("weight_decay", "of everything but Δ, A and B")
            .number(TrainConfig::weightDecay, 0.01, Range.NOT_NEGATIVE),
        s.setting(
                "output_weight_decay",
                "of C or W; unless given `weight_decay` for `s4d` and `s4`, 0 for the others")
            .optional(TrainConfig::outputWeightDecay, Double.NaN, Range.NOT_NEGATIVE),
        s.setting("decay_bias_and_norm", "whether biases, norms and embeddings decay too")
            .flag(TrainConfig::decayBiasAndNorm, true),
        s.setting("schedule", "of the rates").choice(TrainConfig::schedule, Schedule.COSINE_WARMUP),
        s.setting("schedule_per_epoch", "the rate changes between epochs only")
            .flag(TrainConfig::schedulePerEpoch, false),
        s.setting("warmup_steps", "steps of linear growth; 0 = a tenth of all, at most 1000")
            .integer(TrainConfig::warmupSteps, 0, Range.NOT_NEGATIVE),
        s.setting("total_steps", "step at which a cosine reaches zero; 0 = the end")
            .integer(TrainConfig::totalSteps, 0, Range.NOT_NEGATIVE),
        s.setting(
                "cosine_rises",
                "whether a cosine rises again after `total_steps`, as in the official code and the "
                    + "presets `…-paper`; else it stays at zero")
            .flag(TrainConfig::cosineRises, false),
        s.setting(
                "milestones",
                "finished epochs after which the rate is multiplied by `milestone_factor`")
            .integers(TrainConfig::milestones, List.of()),
        s.setting("milestone_factor", "what the rate is multiplied by at every milestone")
            .number(TrainConfig::milestoneFactor, 0.1, Range.FRACTION),
        s.setting(
                "plateau_factor", "what the rate is multiplied by where validations do not improve")
            .number(TrainConfig::plateauFactor, 0.2, Range.FRACTION),
        s.setting("plateau_patience", "validations without improvement before that")
            .integer(TrainConfig::plateauPatience, 20, Range.NOT_NEGATIVE),
        s.setting("clip_norm", "longest gradient; 0 = any")
            .number(TrainConfig::clipNorm, 10, Range.NOT_NEGATIVE),
        s.setting("beta1", "of AdamW: decay of the first moment")
            .number(TrainConfig::beta1, 0.9, Range.BELOW_ONE),
        s.setting("beta2", "of AdamW: decay of the second moment")
            .number(TrainConfig::beta2, 0.999, Range.BELOW_ONE),
        s.setting("epsilon", "of AdamW: added to the root of the second moment")
            .number(TrainConfig::epsilon, 1e-8, Range.NOT_NEGATIVE),
        s.setting("seed", "of weights, order and dropout").wholeNumber(TrainConfig::seed, 0),
        s.setting("threads", "0 = all cores; the result is the same for any number")
            .integer(TrainConfig::threads, 0, Range.NOT_NEGATIVE),
        s.setting("drop_last", "leaves out an incomplete last batch")
            .flag(TrainConfig::dropLast, false),
        s.setting("class_weights", "of the training loss")
            .choice(TrainConfig::classWeights, ClassWeights.NONE),
        s.setting(
                "patience", "validations without improvement after which training ends; 0 = never")
            .integer(TrainConfig::patience, 0, Range.NOT_NEGATIVE),
        s.setting("validate_every", "epochs between validations; the last one is always validated")
            .integer(TrainConfig::validateEvery, 1, Range.atLeast(1)),
        s.setting(
                "checkpoint_seconds",
                "most seconds between two states to resume from, in the middle of an epoch too; 0 = "
                    + "after every step. One more is written at the end of every epoch")
            .number(TrainConfig::checkpointSeconds, 300, Range.NOT_NEGATIVE));
  }

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public TrainConfig {
    SCHEMA.check(
        new Object[] {
          epochs,
          batchSize,
          shardSize,
          learningRate,
          ssmLearningRate,
          dtLearningRate,
          aLearningRate,
          aRealLearningRate,
          bLearningRate,
          outputLearningRate,
          weightDecay,
          outputWeightDecay,
          decayBiasAndNorm,
          schedule,
          schedulePerEpoch,
          warmupSteps,
          totalSteps,
          cosineRises,
          milestones,
          milestoneFactor,
          plateauFactor,
          plateauPatience,
          clipNorm,
          beta1,
          beta2,
          epsilon,
          seed,
          threads,
          dropLast,
          classWeights,
          patience,
          validateEvery,
          checkpointSeconds
        });
    milestones = List.copyOf(milestones);
    int before = 0;
    for (int milestone : milestones) {
      require(
          milestone > before,
          "milestones",
          milestones,
          "give increasing numbers of finished epochs, the first at least 1");
      before = milestone;
    }
    require(
        schedule != Schedule.MULTISTEP || !milestones.isEmpty(),
        "milestones",
        milestones,
        "schedule multistep needs at least one");
    require(
        totalSteps == 0 || warmupSteps < totalSteps,
        "warmup_steps",
        warmupSteps,
        "give less than total_steps " + totalSteps);
  }

  private static void require(boolean condition, String name, Object value, String whatToDo) {
    if (!condition) {
      throw new IllegalArgumentException(name + " is " + value + "; " + whatToDo);
    }
  }

  @Override
  public Schema<TrainConfig> schema() {
    return SCHEMA;
  }

  /**
   * These settings with those of a map, as it stands in presets, on the command line and in the
   * state to resume from.
   *
   * @throws IllegalArgumentException naming the setting that is unknown, of the wrong kind, or out
   *     of range
   */
  public TrainConfig with(Map<String, ?> map) {
    return SCHEMA.read(new Settings("", map), List.of(), this);
  }

  /** How a training computes: on the threads of these settings, else of the choice, else on all. */
  public Computing computing(Computing choice) {
    return (threads > 0 ? choice.withThreads(threads) : choice).onAllProcessors();
  }

  /** Sequences that are computed together: a shard, or a batch that is not cut. */
  public int sequencesAtOnce() {
    return shardSize == 0 ? batchSize : Math.min(shardSize, batchSize);
  }

  /** Rate of Δ, A and B unless they have their own: given, or by the rule of {@code kind}. */
  private double ssmRate(LayerConfig kind) {
    if (!Double.isNaN(ssmLearningRate)) {
      return ssmLearningRate;
    }
    return kind.hasSlowModes() ? Math.min(0.001, learningRate) : learningRate;
  }

  /** The learning rate of Δ for a network with this layer. */
  public double dtRate(LayerConfig kind) {
    return Double.isNaN(dtLearningRate) ? ssmRate(kind) : dtLearningRate;
  }

  /** The learning rate of A or Λ for a network with this layer. */
  public double aRate(LayerConfig kind) {
    return Double.isNaN(aLearningRate) ? ssmRate(kind) : aLearningRate;
  }

  /** The learning rate of the real part of A or Λ, where it is stored apart. */
  public double aRealRate(LayerConfig kind) {
    return Double.isNaN(aRealLearningRate) ? aRate(kind) : aRealLearningRate;
  }

  /** The learning rate of B for a network with this layer. */
  public double bRate(LayerConfig kind) {
    return Double.isNaN(bLearningRate) ? ssmRate(kind) : bLearningRate;
  }

  /** The learning rate of C or W. */
  public double outputRate() {
    return Double.isNaN(outputLearningRate) ? learningRate : outputLearningRate;
  }

  /** The weight decay of C or W for a network with this layer. */
  public double outputDecay(LayerConfig kind) {
    if (!Double.isNaN(outputWeightDecay)) {
      return outputWeightDecay;
    }
    return kind.decaysOutput() ? weightDecay : 0;
  }

  /** Passes over the training data. */
  public TrainConfig withEpochs(int value) {
    return SCHEMA.with(this, "epochs", value);
  }

  /** Sequences per step. */
  public TrainConfig withBatchSize(int value) {
    return SCHEMA.with(this, "batch_size", value);
  }

  /** Sequences whose gradient is computed in one piece; 0 = the whole batch. */
  public TrainConfig withShardSize(int value) {
    return SCHEMA.with(this, "shard_size", value);
  }

  /** Rate of everything that has no rate of its own. */
  public TrainConfig withLearningRate(double value) {
    return SCHEMA.with(this, "learning_rate", value);
  }

  /** Rate of Δ, A and B; NaN = by the rule. */
  public TrainConfig withSsmLearningRate(double value) {
    return SCHEMA.with(this, "ssm_learning_rate", value);
  }

  /** Rate of Δ alone; NaN = that of all three. */
  public TrainConfig withDtLearningRate(double value) {
    return SCHEMA.with(this, "dt_learning_rate", value);
  }

  /** Rate of A alone; NaN = that of all three. */
  public TrainConfig withALearningRate(double value) {
    return SCHEMA.with(this, "a_learning_rate", value);
  }

  /** Rate of Re A alone, where it is stored apart; NaN = that of A. */
  public TrainConfig withARealLearningRate(double value) {
    return SCHEMA.with(this, "a_real_learning_rate", value);
  }

  /** Rate of B alone; NaN = that of all three. */
  public TrainConfig withBLearningRate(double value) {
    return SCHEMA.with(this, "b_learning_rate", value);
  }

  /** Rate of C or W alone; NaN = that of everything else. */
  public TrainConfig withOutputLearningRate(double value) {
    return SCHEMA.with(this, "output_learning_rate", value);
  }

  /** Weight decay of everything but Δ, A and B. */
  public TrainConfig withWeightDecay(double value) {
    return SCHEMA.with(this, "weight_decay", value);
  }

  /** Weight decay of C or W; NaN = by the rule. */
  public TrainConfig withOutputWeightDecay(double value) {
    return SCHEMA.with(this, "output_weight_decay", value);
  }

  /** Whether biases, norms and embeddings decay. */
  public TrainConfig withDecayBiasAndNorm(boolean value) {
    return SCHEMA.with(this, "decay_bias_and_norm", value);
  }

  /** How the rates change with time. */
  public TrainConfig withSchedule(Schedule value) {
    return SCHEMA.with(this, "schedule", value);
  }

  /** Whether a cosine changes the rate between epochs only. */
  public TrainConfig withSchedulePerEpoch(boolean value) {
    return SCHEMA.with(this, "schedule_per_epoch", value);
  }

  /** Steps of linear growth; 0 = by the rule. */
  public TrainConfig withWarmupSteps(int value) {
    return SCHEMA.with(this, "warmup_steps", value);
  }

  /** Step at which a cosine reaches zero; 0 = the end of training. */
  public TrainConfig withTotalSteps(int value) {
    return SCHEMA.with(this, "total_steps", value);
  }

  /** Whether a cosine rises again after its total, or stays at zero. */
  public TrainConfig withCosineRises(boolean value) {
    return SCHEMA.with(this, "cosine_rises", value);
  }

  /** Schedule MULTISTEP with these finished epochs and this factor. */
  public TrainConfig withMilestones(double factor, List<Integer> epochs) {
    return SCHEMA.with(
        this, "schedule", Schedule.MULTISTEP, "milestone_factor", factor, "milestones", epochs);
  }

  /** Schedule PLATEAU with this factor and patience. */
  public TrainConfig withPlateau(double factor, int validations) {
    return SCHEMA.with(
        this,
        "schedule",
        Schedule.PLATEAU,
        "plateau_factor",
        factor,
        "plateau_patience",
        validations);
  }

  /** Largest norm of the gradient; 0 = no clipping. */
  public TrainConfig withClipNorm(double value) {
    return SCHEMA.with(this, "clip_norm", value);
  }

  /** Adam's decays of the moments, and what is added to the root of the second. */
  public TrainConfig withAdam(double first, double second, double added) {
    return SCHEMA.with(this, "beta1", first, "beta2", second, "epsilon", added);
  }

  /** Seed of weights, order and dropout. */
  public TrainConfig withSeed(long value) {
    return SCHEMA.with(this, "seed", value);
  }

  /** Threads; 0 = all cores. */
  public TrainConfig withThreads(int value) {
    return SCHEMA.with(this, "threads", value);
  }

  /** Whether an incomplete last batch is left out. */
  public TrainConfig withDropLast(boolean value) {
    return SCHEMA.with(this, "drop_last", value);
  }

  /** Weights of the classes. */
  public TrainConfig withClassWeights(ClassWeights value) {
    return SCHEMA.with(this, "class_weights", value);
  }

  /** Validations without improvement before training ends; 0 = never. */
  public TrainConfig withPatience(int value) {
    return SCHEMA.with(this, "patience", value);
  }

  /** Epochs between validations. */
  public TrainConfig withValidateEvery(int value) {
    return SCHEMA.with(this, "validate_every", value);
  }

  /** Most seconds between two states to resume from; 0 = after every step. */
  public TrainConfig withCheckpointSeconds(double value) {
    return SCHEMA.with(this, "checkpoint_seconds", value);
  }
}
