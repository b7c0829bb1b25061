package io.carillon.train;

import io.carillon.core.Parallel;
import io.carillon.core.Parameter;
import io.carillon.core.Rows;
import io.carillon.core.Workspace;
import io.carillon.internal.kernel.KernelChoice;
import io.carillon.internal.kernel.Kernels;
import io.carillon.model.Parity;
import io.carillon.model.SequenceModel;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import io.carillon.nn.Pass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/** One run of the training loop, with everything that changes while it runs. */
final class TrainingRun implements AutoCloseable {
  /**
   * What a run is given.
   *
   * @param validation may be null
   * @param folder for the state to resume from, or null
   * @param info travels with the model
   * @param stop set from outside to end the run
   */
  record Inputs(
      TrainConfig config,
      Dataset train,
      Dataset validation,
      TrainListener listener,
      Path folder,
      Map<String, Object> info,
      AtomicBoolean stop) {}

  private final Inputs in;
  private final TrainConfig config;
  private final Network network;
  private final List<Parameter> parameters;
  private final Parallel parallel;
  private final Kernels kernels = KernelChoice.select();
  private final Workspace workspace = new Workspace();
  private final int stepsPerEpoch;
  private final Rows largest;
  private final double[] classWeights;
  private final AdamW optimizer;
  private final LearningRateSchedule schedule;
  private final KeptModel kept;
  private final List<EpochRecord> history = new ArrayList<>();
  private final StepClock clock;
  private final String data;
  private final String validationData;
  private float[] gradient = new float[0];
  private Pass pass;
  private Batch inputs;
  private Targets targets;

  TrainingRun(Network network, Inputs in) {
    this.in = in;
    this.config = in.config;
    this.network = network;
    this.parameters = network.parameters();
    this.stepsPerEpoch = Batches.count(in.train.size(), config.batchSize(), config.dropLast());
    this.schedule = new LearningRateSchedule(config, stepsPerEpoch);
    this.largest = Batches.largest(in.train, config.batchSize());
    this.classWeights =
        ClassBalance.weights(config.classWeights(), in.train, network.config().lastSteps());
    this.optimizer =
        new AdamW(
            ParameterGroup.of(parameters, network.config().block().ssm(), config),
            config.beta1(),
            config.beta2(),
            config.epsilon());
    this.data = in.folder == null ? "" : Fingerprint.of(in.train);
    this.validationData = in.folder == null ? "" : Fingerprint.of(in.validation);
    this.kept = new KeptModel(network, Metrics.of(in.train).higherIsBetter());
    this.clock = new StepClock((long) config.epochs() * stepsPerEpoch);
    this.parallel =
        Parallel.of(
            config.threads() > 0 ? config.threads() : Runtime.getRuntime().availableProcessors());
  }

  @Override
  public void close() {
    parallel.close();
  }

  /** Puts everything to where an earlier run was at the end of an epoch. */
  void restore(ResumeState state) {
    FitChecks.require(
        state.data().equals(data) && state.validation().equals(validationData),
        "the run to resume was trained on other data than '"
            + in.train.name()
            + "'; give it the same training and validation data");
    state.restoreTensors(network, kept.network(), optimizer);
    history.addAll(state.history());
    optimizer.continueAfter(state.step());
    schedule.restore(state.plateau());
    kept.restore(state.bestEpoch() == 0 ? null : history.get(state.bestEpoch() - 1), state.worse());
  }

  TrainResult run() {
    in.listener.onStart(plan());
    clock.start(optimizer.steps());
    if (history.isEmpty()) {
      save();
    }
    while (history.size() < config.epochs()) {
      if (exhausted()) {
        return result(TrainResult.End.EARLY);
      }
      if (epoch(history.size() + 1)) {
        return result(TrainResult.End.STOPPED);
      }
      save();
    }
    return result(TrainResult.End.COMPLETED);
  }

  private boolean exhausted() {
    return config.patience() > 0 && kept.worse() >= config.patience();
  }

  private TrainPlan plan() {
    long trained =
        parameters.stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
    Pass pass = Pass.training(largest, workspace, parallel, kernels, 0);
    return new TrainPlan(
        trained,
        in.train.size(),
        stepsPerEpoch,
        (long) config.epochs() * stepsPerEpoch,
        optimizer.steps(),
        parallel.threads(),
        kernels.name(),
        network.layers().stream().map(layer -> layer.method(pass)).toList(),
        MemoryEstimate.of(network, largest, parallel.threads(), dataBytes()));
  }

  private long dataBytes() {
    return in.train.bytes() + (in.validation == null ? 0 : in.validation.bytes());
  }

  /** Runs an epoch, and returns whether training is to stop. */
  private boolean epoch(int epoch) {
    double begin = clock.seconds();
    Metrics metrics = Metrics.of(in.train);
    Losses.Value loss = new Losses.Value(0, 0);
    List<int[]> batches =
        Batches.shuffled(
            in.train.size(), config.batchSize(), config.dropLast(), config.seed(), epoch);
    boolean stopped = false;
    Dataset data = in.train.epoch(epoch);
    for (int k = 0; k < batches.size() && !stopped; k++) {
      Batches.Loaded batch = Batches.load(data, batches.get(k), parallel);
      Losses.Value batchLoss = step(batch, metrics, epoch, k + 1);
      loss = loss.plus(batchLoss);
      stopped = in.stop.get();
    }
    finish(epoch, loss.mean(), metrics, stopped, begin);
    return stopped;
  }

  private Losses.Value step(Batches.Loaded batch, Metrics metrics, int epoch, int stepOfEpoch) {
    double factor = schedule.factor(optimizer.steps());
    targets = batch.targets(network.config().lastSteps(), targets);
    inputs = batch.inputs(inputs);
    Losses.Value loss = computeGradient(inputs, targets, metrics);
    double norm = clip();
    kept.keepFinite(network);
    optimizer.step(factor, parallel);
    double rate = config.learningRate() * factor;
    in.listener.onStep(
        clock.record(optimizer.steps(), epoch, stepOfEpoch, loss.mean(), metrics, rate, norm));
    return loss;
  }

  /** Forward and backward of one batch. */
  private Losses.Value computeGradient(Batch batch, Targets targets, Metrics metrics) {
    long seed = Seeds.mix(~config.seed(), optimizer.steps());
    pass =
        pass == null
            ? Pass.training(batch.rows(), workspace, parallel, kernels, seed)
            : pass.next(batch.rows(), seed);
    network.clearGradients();
    float[] outputs = network.forward(pass, batch);
    int size = network.config().outputSize();
    if (gradient.length < targets.rows() * size) {
      gradient = new float[targets.rows() * size];
    }
    Losses.Value loss = targets.loss(outputs, size, weights(targets, size), gradient);
    if (!Double.isFinite(loss.mean())) {
      String block = network.firstNonFiniteBlock(pass);
      throw diverged(
          optimizer.steps() + 1,
          new Divergence(
              "the loss is " + loss.mean(),
              block == null ? "decoder" : block,
              Divergence.badValue(network)));
    }
    metrics.add(outputs, targets);
    network.backward(pass, batch, gradient);
    return loss;
  }

  private double[] weights(Targets targets, int classes) {
    boolean perBatch = config.classWeights() == ClassWeights.BATCH && targets.labels() != null;
    return perBatch ? ClassBalance.ofBatch(targets.labels(), classes) : classWeights;
  }

  private double clip() {
    double norm = GradientClip.clip(parameters, config.clipNorm());
    if (!Double.isFinite(norm)) {
      throw diverged(
          optimizer.steps() + 1,
          new Divergence("a gradient is not finite", null, Divergence.badGradient(network)));
    }
    return norm;
  }

  private void finish(int epoch, double loss, Metrics metrics, boolean stopped, double begin) {
    String bad = Divergence.badValue(network);
    if (bad != null) {
      throw diverged(
          optimizer.steps(), new Divergence("the weights are no longer finite", null, bad));
    }
    boolean due = epoch % config.validateEvery() == 0 || epoch == config.epochs();
    boolean validate = in.validation != null && (stopped ? kept.best() == null : due);
    Evaluation evaluation = validate ? validate(epoch) : null;
    EpochRecord record =
        new EpochRecord(
            epoch,
            optimizer.steps(),
            loss,
            metrics.mainSoFar(),
            metrics.main(),
            evaluation == null ? Double.NaN : evaluation.loss(),
            evaluation == null ? Map.of() : evaluation.metrics(),
            config.learningRate() * schedule.factor(optimizer.steps() - 1),
            in.validation == null || (evaluation != null && kept.isBetter(evaluation)),
            clock.seconds() - begin);
    history.add(record);
    if (evaluation != null) {
      kept.note(record, network);
      schedule.observe(evaluation.main(), evaluation.higherIsBetter());
    }
    in.listener.onEpoch(record);
  }

  private Evaluation validate(int epoch) {
    in.listener.onValidation(epoch);
    Evaluation evaluation =
        Evaluator.evaluate(
            network, in.validation, workspace, parallel, kernels, 1, largest.total());
    if (!Double.isFinite(evaluation.loss())) {
      throw diverged(
          optimizer.steps(),
          new Divergence(
              "the validation loss is " + evaluation.loss(),
              badValidationBlock(),
              Divergence.badValue(network)));
    }
    return evaluation;
  }

  /**
   * Finds the block by a training pass, which keeps what a check needs; null if such a pass is all
   * finite. It may move running statistics of the network, which is given up anyway.
   */
  private String badValidationBlock() {
    for (int[] sequences : Batches.inOrder(in.validation, largest.total())) {
      Batches.Loaded loaded = Batches.load(in.validation, sequences, parallel);
      Batch batch = loaded.inputs();
      Pass pass = Pass.training(batch.rows(), workspace, parallel, kernels, 0);
      float[] outputs = network.forward(pass, batch);
      Targets targets = loaded.targets(network.config().lastSteps());
      double loss = targets.loss(outputs, network.config().outputSize(), null, null).mean();
      if (!Double.isFinite(loss)) {
        String block = network.firstNonFiniteBlock(pass);
        return block == null ? "decoder" : block;
      }
    }
    return null;
  }

  private TrainingDivergedException diverged(long step, Divergence divergence) {
    double rate = config.learningRate() * schedule.factor(step - 1);
    EpochRecord of =
        kept.best() != null || history.isEmpty() ? kept.best() : history.get(history.size() - 1);
    return divergence.exception(
        step, rate, config, result(TrainResult.End.DIVERGED, kept.network(), of));
  }

  private TrainResult result(TrainResult.End end) {
    boolean chosen = kept.best() != null;
    TrainResult result =
        result(
            end,
            chosen ? kept.network() : network,
            chosen ? kept.best() : history.get(history.size() - 1));
    if (!result.parity().passed()) {
      throw new DisagreementException(result);
    }
    return result;
  }

  /** With the certificate of the model, whether it has passed or not. */
  private TrainResult result(TrainResult.End end, Network of, EpochRecord record) {
    double seconds = clock.seconds();
    SequenceModel model = SequenceModel.of(of, in.info);
    Parity parity =
        Certificate.OF_TRAINING.on(model, in.validation == null ? in.train : in.validation);
    Map<String, Object> info = new LinkedHashMap<>(in.info);
    info.put(Parity.INFO, parity.toMap());
    return new TrainResult(
        model.withInfo(info),
        parity,
        List.copyOf(history),
        record,
        end,
        optimizer.steps(),
        seconds);
  }

  private void save() {
    if (in.folder == null) {
      return;
    }
    try {
      new ResumeState(
              network.config(),
              config,
              data,
              validationData,
              optimizer.steps(),
              kept.worse(),
              kept.best() == null ? 0 : kept.best().epoch(),
              schedule.plateauState(),
              history,
              ResumeState.tensors(network, kept.network(), optimizer))
          .write(in.folder);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the state to resume from cannot be written to " + in.folder + ": " + e, e);
    }
  }
}
