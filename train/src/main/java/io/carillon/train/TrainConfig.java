package io.carillon.train;

import io.carillon.config.LayerConfig;
import java.util.List;
import java.util.function.Consumer;

/**
 * Settings of a training run. Immutable; start from {@link #DEFAULT} and change what differs:
 * {@code TrainConfig.DEFAULT.withEpochs(50).withLearningRate(0.01)}.
 *
 * <p>A learning rate or weight decay of NaN means "as the rule of the papers says" (A.9, B.1), see
 * {@link #dtRate}, {@link #aRate}, {@link #bRate}, {@link #outputRate} and {@link #outputDecay}.
 *
 * @param epochs passes over the training data
 * @param batchSize sequences per step
 * @param shardSize sequences of a batch whose gradient is computed in one piece, see {@link Shard};
 *     0 = the whole batch. Smaller shards need less memory, and can be computed by several
 *     machines. Their gradients are that of the batch up to rounding, and the same bits wherever
 *     they are computed; dropout draws other numbers
 * @param learningRate of everything that has no rate of its own
 * @param ssmLearningRate of Δ, A and B; NaN = min(0.001, learningRate), the rule of the official
 *     example; for DLR, which has no Δ to keep its modes slow, NaN = learningRate
 * @param dtLearningRate of Δ alone; NaN = ssmLearningRate. 0 freezes
 * @param aLearningRate of A (Λ) alone; NaN = ssmLearningRate. 0 freezes
 * @param bLearningRate of B alone; NaN = ssmLearningRate. 0 freezes
 * @param outputLearningRate of C, or W of DLR and DSS, or the weights of SGConv; NaN =
 *     learningRate. What a good rate is depends on how many modes share the sum: with W of scale
 *     1/N a few over N moves them as far as they need to go in some hundred steps, whatever the
 *     rest of the network asks for
 * @param weightDecay decoupled, of everything but Δ, A and B, which never decay
 * @param outputWeightDecay of C, or W of DLR and DSS, or the weights of SGConv; NaN = weightDecay
 *     for S4D and S4, 0 for the others
 * @param decayBiasAndNorm whether biases, norms and embeddings decay too: true is what the official
 *     code does unless told otherwise
 * @param schedule how all rates change with time
 * @param schedulePerEpoch COSINE and COSINE_WARMUP: the rate changes between epochs only (the usual
 *     use of {@code CosineAnnealingLR}), not at every step
 * @param warmupSteps COSINE_WARMUP: steps of linear growth; 0 = a tenth of all steps, at most 1000
 * @param totalSteps COSINE, COSINE_WARMUP: step at which the rate reaches zero; 0 = the end of the
 *     last epoch
 * @param cosineRises COSINE, COSINE_WARMUP: whether the rate rises again after totalSteps, with
 *     period 2 T, as in the official code; else it stays at zero
 * @param milestones MULTISTEP: numbers of finished epochs, increasing
 * @param milestoneFactor MULTISTEP: what the rate is multiplied by at every milestone
 * @param plateauFactor PLATEAU: what the rate is multiplied by
 * @param plateauPatience PLATEAU: validations without improvement that are tolerated
 * @param clipNorm largest L2 norm of the gradient of all parameters together; a longer gradient is
 *     shortened to it; 0 = never. The papers do not clip; the default of 10 is reached in practice
 *     only by the outliers that end in NaN
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param epsilon added to the root of the second moment
 * @param seed of the initial weights, the order of the data, and dropout
 * @param threads to compute with; 0 = all cores. The result is the same bits for any number
 * @param dropLast whether an incomplete last batch of an epoch is left out
 * @param classWeights weights of the classes in the training loss
 * @param patience validations without improvement after which training ends; 0 = never
 * @param validateEvery epochs between validations; the last epoch is always validated
 * @param checkpointSeconds most seconds that a run which keeps a state to resume from goes on
 *     without writing it, in the middle of an epoch too; it is also written at the end of every
 *     epoch. 0 = after every step. It changes no bit of the result
 */
public record TrainConfig(
    int epochs,
    int batchSize,
    int shardSize,
    double learningRate,
    double ssmLearningRate,
    double dtLearningRate,
    double aLearningRate,
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
    double checkpointSeconds) {

  /**
   * 20 epochs of batches of 32; rate 0.004 (Δ, A, B: 0.001) with warm-up and cosine; weight decay
   * 0.01; clipping at 10; Adam moments 0.9 and 0.999; seed 0; all cores.
   */
  public static final TrainConfig DEFAULT = new Draft().build();

  /**
   * Checks every value.
   *
   * @throws IllegalArgumentException naming the setting, its value and the bound
   */
  public TrainConfig {
    milestones = List.copyOf(milestones);
    TrainConfigChecks.counts(epochs, batchSize, validateEvery);
    TrainConfigChecks.notNegative("shard_size", shardSize);
    TrainConfigChecks.notNegative("warmup_steps", warmupSteps);
    TrainConfigChecks.notNegative("total_steps", totalSteps);
    TrainConfigChecks.notNegative("plateau_patience", plateauPatience);
    TrainConfigChecks.notNegative("threads", threads);
    TrainConfigChecks.notNegative("patience", patience);
    TrainConfigChecks.rate("learning_rate", learningRate);
    TrainConfigChecks.rateOrRule("ssm_learning_rate", ssmLearningRate);
    TrainConfigChecks.rateOrRule("dt_learning_rate", dtLearningRate);
    TrainConfigChecks.rateOrRule("a_learning_rate", aLearningRate);
    TrainConfigChecks.rateOrRule("b_learning_rate", bLearningRate);
    TrainConfigChecks.rateOrRule("output_learning_rate", outputLearningRate);
    TrainConfigChecks.rate("weight_decay", weightDecay);
    TrainConfigChecks.rateOrRule("output_weight_decay", outputWeightDecay);
    TrainConfigChecks.rate("clip_norm", clipNorm);
    TrainConfigChecks.fraction("milestone_factor", milestoneFactor);
    TrainConfigChecks.fraction("plateau_factor", plateauFactor);
    TrainConfigChecks.moment("beta1", beta1);
    TrainConfigChecks.moment("beta2", beta2);
    TrainConfigChecks.rate("epsilon", epsilon);
    TrainConfigChecks.schedule(schedule, milestones, warmupSteps, totalSteps);
    TrainConfigChecks.notNull("class_weights", classWeights);
    TrainConfigChecks.rate("checkpoint_seconds", checkpointSeconds);
  }

  /** Sequences that are computed together: a shard, or a batch that is not cut. */
  public int sequencesAtOnce() {
    return shardSize == 0 ? batchSize : Math.min(shardSize, batchSize);
  }

  /** Threads, with all cores as their number. */
  int threadsOrAll() {
    return threads > 0 ? threads : Runtime.getRuntime().availableProcessors();
  }

  /** Rate of Δ, A and B unless they have their own: given, or by the rule of {@code kind}. */
  private double ssmRate(LayerConfig kind) {
    if (!Double.isNaN(ssmLearningRate)) {
      return ssmLearningRate;
    }
    return kind.kind().equals("dlr") ? learningRate : Math.min(0.001, learningRate);
  }

  /** The learning rate of Δ for a network with this layer. */
  public double dtRate(LayerConfig kind) {
    return Double.isNaN(dtLearningRate) ? ssmRate(kind) : dtLearningRate;
  }

  /** The learning rate of A or Λ for a network with this layer. */
  public double aRate(LayerConfig kind) {
    return Double.isNaN(aLearningRate) ? ssmRate(kind) : aLearningRate;
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
    return List.of("s4d", "s4").contains(kind.kind()) ? weightDecay : 0;
  }

  /** Passes over the training data. */
  public TrainConfig withEpochs(int value) {
    return with(d -> d.epochs = value);
  }

  /** Sequences per step. */
  public TrainConfig withBatchSize(int value) {
    return with(d -> d.batchSize = value);
  }

  /** Sequences whose gradient is computed in one piece; 0 = the whole batch. */
  public TrainConfig withShardSize(int value) {
    return with(d -> d.shardSize = value);
  }

  /** Rate of everything that has no rate of its own. */
  public TrainConfig withLearningRate(double value) {
    return with(d -> d.learningRate = value);
  }

  /** Rate of Δ, A and B; NaN = by the rule. */
  public TrainConfig withSsmLearningRate(double value) {
    return with(d -> d.ssmLearningRate = value);
  }

  /** Rate of Δ alone; NaN = that of all three. */
  public TrainConfig withDtLearningRate(double value) {
    return with(d -> d.dtLearningRate = value);
  }

  /** Rate of A alone; NaN = that of all three. */
  public TrainConfig withALearningRate(double value) {
    return with(d -> d.aLearningRate = value);
  }

  /** Rate of B alone; NaN = that of all three. */
  public TrainConfig withBLearningRate(double value) {
    return with(d -> d.bLearningRate = value);
  }

  /** Rate of C or W alone; NaN = that of everything else. */
  public TrainConfig withOutputLearningRate(double value) {
    return with(d -> d.outputLearningRate = value);
  }

  /** Weight decay of everything but Δ, A and B. */
  public TrainConfig withWeightDecay(double value) {
    return with(d -> d.weightDecay = value);
  }

  /** Weight decay of C or W; NaN = by the rule. */
  public TrainConfig withOutputWeightDecay(double value) {
    return with(d -> d.outputWeightDecay = value);
  }

  /** Whether biases, norms and embeddings decay. */
  public TrainConfig withDecayBiasAndNorm(boolean value) {
    return with(d -> d.decayBiasAndNorm = value);
  }

  /** How the rates change with time. */
  public TrainConfig withSchedule(Schedule value) {
    return with(d -> d.schedule = value);
  }

  /** Whether a cosine changes the rate between epochs only. */
  public TrainConfig withSchedulePerEpoch(boolean value) {
    return with(d -> d.schedulePerEpoch = value);
  }

  /** Steps of linear growth; 0 = by the rule. */
  public TrainConfig withWarmupSteps(int value) {
    return with(d -> d.warmupSteps = value);
  }

  /** Step at which a cosine reaches zero; 0 = the end of training. */
  public TrainConfig withTotalSteps(int value) {
    return with(d -> d.totalSteps = value);
  }

  /** Whether a cosine rises again after its total, or stays at zero. */
  public TrainConfig withCosineRises(boolean value) {
    return with(d -> d.cosineRises = value);
  }

  /** Schedule MULTISTEP with these finished epochs and this factor. */
  public TrainConfig withMilestones(double factor, List<Integer> epochs) {
    return with(
        d -> {
          d.schedule = Schedule.MULTISTEP;
          d.milestoneFactor = factor;
          d.milestones = epochs;
        });
  }

  /** Schedule PLATEAU with this factor and patience. */
  public TrainConfig withPlateau(double factor, int validations) {
    return with(
        d -> {
          d.schedule = Schedule.PLATEAU;
          d.plateauFactor = factor;
          d.plateauPatience = validations;
        });
  }

  /** Largest norm of the gradient; 0 = no clipping. */
  public TrainConfig withClipNorm(double value) {
    return with(d -> d.clipNorm = value);
  }

  /** Adam's decays of the moments, and what is added to the root of the second. */
  public TrainConfig withAdam(double first, double second, double added) {
    return with(
        d -> {
          d.beta1 = first;
          d.beta2 = second;
          d.epsilon = added;
        });
  }

  /** Seed of weights, order and dropout. */
  public TrainConfig withSeed(long value) {
    return with(d -> d.seed = value);
  }

  /** Threads; 0 = all cores. */
  public TrainConfig withThreads(int value) {
    return with(d -> d.threads = value);
  }

  /** Whether an incomplete last batch is left out. */
  public TrainConfig withDropLast(boolean value) {
    return with(d -> d.dropLast = value);
  }

  /** Weights of the classes. */
  public TrainConfig withClassWeights(ClassWeights value) {
    return with(d -> d.classWeights = value);
  }

  /** Validations without improvement before training ends; 0 = never. */
  public TrainConfig withPatience(int value) {
    return with(d -> d.patience = value);
  }

  /** Epochs between validations. */
  public TrainConfig withValidateEvery(int value) {
    return with(d -> d.validateEvery = value);
  }

  /** Most seconds between two states to resume from; 0 = after every step. */
  public TrainConfig withCheckpointSeconds(double value) {
    return with(d -> d.checkpointSeconds = value);
  }

  private TrainConfig with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.build();
  }

  /** The components while they are being changed; starts as the default. */
  private static final class Draft {
    private int epochs = 20;
    private int batchSize = 32;
    private int shardSize;
    private double learningRate = 0.004;
    private double ssmLearningRate = Double.NaN;
    private double dtLearningRate = Double.NaN;
    private double aLearningRate = Double.NaN;
    private double bLearningRate = Double.NaN;
    private double outputLearningRate = Double.NaN;
    private double weightDecay = 0.01;
    private double outputWeightDecay = Double.NaN;
    private boolean decayBiasAndNorm = true;
    private Schedule schedule = Schedule.COSINE_WARMUP;
    private boolean schedulePerEpoch;
    private int warmupSteps;
    private int totalSteps;
    private boolean cosineRises;
    private List<Integer> milestones = List.of();
    private double milestoneFactor = 0.1;
    private double plateauFactor = 0.2;
    private int plateauPatience = 20;
    private double clipNorm = 10;
    private double beta1 = 0.9;
    private double beta2 = 0.999;
    private double epsilon = 1e-8;
    private long seed;
    private int threads;
    private boolean dropLast;
    private ClassWeights classWeights = ClassWeights.NONE;
    private int patience;
    private int validateEvery = 1;
    private double checkpointSeconds = 300;

    private Draft() {}

    private Draft(TrainConfig c) {
      epochs = c.epochs;
      batchSize = c.batchSize;
      shardSize = c.shardSize;
      learningRate = c.learningRate;
      ssmLearningRate = c.ssmLearningRate;
      dtLearningRate = c.dtLearningRate;
      aLearningRate = c.aLearningRate;
      bLearningRate = c.bLearningRate;
      outputLearningRate = c.outputLearningRate;
      weightDecay = c.weightDecay;
      outputWeightDecay = c.outputWeightDecay;
      decayBiasAndNorm = c.decayBiasAndNorm;
      schedule = c.schedule;
      schedulePerEpoch = c.schedulePerEpoch;
      warmupSteps = c.warmupSteps;
      totalSteps = c.totalSteps;
      cosineRises = c.cosineRises;
      milestones = c.milestones;
      milestoneFactor = c.milestoneFactor;
      plateauFactor = c.plateauFactor;
      plateauPatience = c.plateauPatience;
      clipNorm = c.clipNorm;
      beta1 = c.beta1;
      beta2 = c.beta2;
      epsilon = c.epsilon;
      seed = c.seed;
      threads = c.threads;
      dropLast = c.dropLast;
      classWeights = c.classWeights;
      patience = c.patience;
      validateEvery = c.validateEvery;
      checkpointSeconds = c.checkpointSeconds;
    }

    private TrainConfig build() {
      return new TrainConfig(
          epochs,
          batchSize,
          shardSize,
          learningRate,
          ssmLearningRate,
          dtLearningRate,
          aLearningRate,
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
          checkpointSeconds);
    }
  }
}
