package io.carillon.train;

import io.carillon.config.Computing;
import io.carillon.engine.Engine;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.model.Meaning;
import io.carillon.model.Parity;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
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
   * @param extensions what is the user's own
   * @param folder for the state to resume from, or null
   * @param meaning of the numbers, kept by the model
   * @param info travels with the model
   * @param stop set from outside to end the run
   */
  record Inputs(
      TrainConfig config,
      Dataset train,
      Dataset validation,
      TrainListener listener,
      Extensions extensions,
      Path folder,
      Meaning meaning,
      Map<String, Object> info,
      Computing computing,
      AtomicBoolean stop) {}

  private final Inputs in;
  private final TrainConfig config;
  private final Network network;
  private final List<Parameter> parameters;
  private final Engine engine;
  private final Workspace workspace = new Workspace();
  private final int stepsPerEpoch;
  private final Rows largest;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final KeptModel kept;
  private final List<EpochRecord> history = new ArrayList<>();
  private final StepClock clock;
  private final String data;
  private final String validationData;
  private final StepGradient gradient;
  private final ValidationPass validation;
  private final Checkpoints checkpoints;
  private OpenEpoch open;

  /** When this run has begun with the open epoch, by the clock. */
  private double begin;

  /** The state that is gone on from, or null. */
  private ResumeState resumed;

  TrainingRun(Network network, Inputs in) {
    this.in = in;
    this.config = in.config;
    this.network = network;
    this.parameters = network.parameters();
    this.stepsPerEpoch = Batches.count(in.train.size(), config.batchSize(), config.dropLast());
    this.schedule = new LearningRateSchedule(config, stepsPerEpoch);
    this.largest = Batches.largest(in.train, config.sequencesAtOnce());
    double[] classWeights =
        ClassBalance.weights(config.classWeights(), in.train, network.config().lastSteps());
    this.optimizer = optimizer(network, config);
    this.data = in.folder == null ? "" : Fingerprint.of(in.train);
    this.validationData = in.folder == null ? "" : Fingerprint.of(in.validation);
    this.kept = new KeptModel(network, noMetrics().higherIsBetter());
    this.clock = new StepClock((long) config.epochs() * stepsPerEpoch);
    this.engine = Engine.of(config.computing(in.computing));
    Objective objective = in.extensions.objective();
    ShardPass here =
        new ShardPass(network, in.train, config.classWeights(), objective, workspace, engine);
    this.gradient =
        new StepGradient(network, config, in.train, classWeights, here, in.extensions.gradients());
    this.validation =
        new ValidationPass(network, in.validation, workspace, engine, objective, largest.total());
    this.checkpoints =
        new Checkpoints(in.folder, config.checkpointSeconds(), in.listener, this::state);
    this.open = new OpenEpoch(1, noMetrics());
  }

  /** Empty sums. */
  private Metrics noMetrics() {
    return Metrics.of(in.train, in.extensions.objective());
  }

  private static Optimizer optimizer(Network network, TrainConfig config) {
    return new AdamW(
        ParameterGroup.of(network.parameters(), network.config().block().ssm(), config),
        config.beta1(),
        config.beta2(),
        config.epsilon());
  }

  @Override
  public void close() {
    engine.parallel().close();
  }

  /** Puts everything to where an earlier run was. */
  void restore(ResumeState state) {
    FitChecks.require(
        state.data().equals(data) && state.validation().equals(validationData),
        "the run to resume was trained on other data than '"
            + in.train.name()
            + "'; give it the same training and validation data");
    FitChecks.require(
        state.own().equals(in.extensions.inWords()),
        "the run to resume was trained with "
            + Extensions.listed(state.own())
            + ", now it has "
            + Extensions.listed(in.extensions.inWords())
            + "; give the trainer the same by withObjective and withSchedule");
    state.restoreTensors(network, kept.network(), optimizer);
    history.addAll(state.history());
    optimizer.continueAfter(state.step());
    schedule.restore(state.plateau());
    kept.restore(state.bestEpoch() == 0 ? null : history.get(state.bestEpoch() - 1), state.worse());
    open = new OpenEpoch(history.size() + 1, noMetrics());
    if (state.open() != null) {
      FitChecks.require(
          state.open().steps() <= stepsPerEpoch,
          "the run to resume is at step "
              + state.open().steps()
              + " of an epoch that has "
              + stepsPerEpoch);
      open.restore(state.open());
    }
    resumed = state;
  }

  TrainResult run() {
    TrainResult result = trained();
    in.listener.onEnd(result);
    return result;
  }

  private TrainResult trained() {
    in.listener.onStart(plan());
    if (resumed != null) {
      in.listener.onResume(List.copyOf(history), optimizer.steps());
    }
    clock.start(optimizer.steps());
    if (resumed == null || !resumed.config().equals(config)) {
      checkpoints.begin();
    }
    while (history.size() < config.epochs()) {
      if (ResumeState.exhausted(config, kept.worse())) {
        return result(TrainResult.End.EARLY);
      }
      if (epoch()) {
        return result(TrainResult.End.STOPPED);
      }
    }
    return result(TrainResult.End.COMPLETED);
  }

  private TrainPlan plan() {
    long trained =
        parameters.stream().filter(Parameter::trainable).mapToLong(Parameter::size).sum();
    Pass pass = Pass.training(largest, workspace, engine, 0);
    return new TrainPlan(
        trained,
        in.train.size(),
        stepsPerEpoch,
        (long) config.epochs() * stepsPerEpoch,
        optimizer.steps(),
        engine.parallel().threads(),
        engine.kernels().name(),
        network.layers().stream().map(layer -> layer.method(pass)).toList(),
        MemoryEstimate.of(network, largest, engine, dataBytes()));
  }

  private long dataBytes() {
    return in.train.bytes() + (in.validation == null ? 0 : in.validation.bytes());
  }

  /**
   * Goes on with the open epoch to its end, or to a stop. A run that can be gone on with leaves the
   * epoch open at a stop; another one closes it, as it is the last.
   *
   * @return whether training is to stop
   */
  private boolean epoch() {
    begin = clock.seconds();
    List<int[]> batches =
        Batches.shuffled(
            in.train.size(), config.batchSize(), config.dropLast(), config.seed(), open.number());
    boolean stopped = false;
    while (open.steps() < batches.size() && !stopped) {
      step(batches.get(open.steps()));
      stopped = in.stop.get();
      if (!stopped) {
        checkpoints.afterStep();
      }
    }
    if (stopped && checkpoints.kept() || !finish(stopped)) {
      checkpoints.atEnd();
      return true;
    }
    boolean over = history.size() == config.epochs() || ResumeState.exhausted(config, kept.worse());
    stopped |= in.stop.get() && !over;
    if (stopped || over) {
      checkpoints.atEnd();
    } else {
      checkpoints.afterEpoch();
    }
    return stopped;
  }

  private void step(int[] batch) {
    double factor = factor(optimizer.steps());
    Losses.Value loss = gradient.compute(batch, open.number(), optimizer.steps(), open.metrics());
    if (gradient.badBlock() != null) {
      throw diverged(
          optimizer.steps() + 1,
          new Divergence(
              "the loss is " + loss.mean(), gradient.badBlock(), Divergence.badValue(network)));
    }
    double norm = clip();
    kept.keepFinite(network);
    optimizer.step(factor, engine.parallel());
    open.add(loss);
    double rate = config.learningRate() * factor;
    in.listener.onStep(
        clock.record(
            optimizer.steps(),
            open.number(),
            open.steps(),
            loss.mean(),
            open.metrics(),
            rate,
            norm));
  }

  /** What the learning rates of the step after so many are multiplied by. */
  private double factor(long step) {
    return in.extensions.schedule() == null
        ? schedule.factor(step)
        : in.extensions.factor(
            new RateSchedule.Progress(
                step,
                (long) config.epochs() * stepsPerEpoch,
                stepsPerEpoch,
                Collections.unmodifiableList(history)));
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

  /**
   * Validates and closes the epoch.
   *
   * @param stopped whether it is broken off
   * @return false if its validation was given up because of a stop: it is still open then
   */
  private boolean finish(boolean stopped) {
    String bad = Divergence.badValue(network);
    if (bad != null) {
      throw diverged(
          optimizer.steps(), new Divergence("the weights are no longer finite", null, bad));
    }
    int epoch = open.number();
    boolean due = epoch % config.validateEvery() == 0 || epoch == config.epochs();
    boolean validate = in.validation != null && (stopped ? kept.best() == null : due);
    Evaluation evaluation = validate ? validate(epoch) : null;
    if (validate && evaluation == null) {
      return false;
    }
    EpochRecord record =
        new EpochRecord(
            epoch,
            optimizer.steps(),
            open.loss(),
            open.metrics().mainSoFar(),
            open.metrics().main(),
            evaluation == null ? Double.NaN : evaluation.loss(),
            evaluation == null ? Map.of() : evaluation.metrics(),
            config.learningRate() * factor(optimizer.steps() - 1),
            in.validation == null || (evaluation != null && kept.isBetter(evaluation)),
            open.seconds(clock.seconds() - begin));
    history.add(record);
    if (evaluation != null) {
      kept.note(record, network);
      schedule.observe(evaluation.main(), evaluation.higherIsBetter());
    }
    open = new OpenEpoch(epoch + 1, noMetrics());
    in.listener.onEpoch(record);
    if (record.isBest()) {
      in.listener.onBest(record, () -> Inside.model(network, in.meaning, in.info, in.computing));
    }
    return true;
  }

  /** The evaluation; null if it was given up for a stop, which only a run may that can go on. */
  private Evaluation validate(int epoch) {
    in.listener.onValidation(epoch);
    Evaluation evaluation = validation.evaluate(() -> checkpoints.kept() && in.stop.get());
    if (evaluation != null && !Double.isFinite(evaluation.loss())) {
      throw diverged(optimizer.steps(), validation.divergence(evaluation));
    }
    return evaluation;
  }

  private TrainingDivergedException diverged(long step, Divergence divergence) {
    double rate = config.learningRate() * factor(step - 1);
    EpochRecord of =
        kept.best() != null || history.isEmpty() ? kept.best() : history.get(history.size() - 1);
    return divergence.exception(
        step, rate, config, result(TrainResult.End.DIVERGED, kept.network(), of));
  }

  private TrainResult result(TrainResult.End end) {
    boolean chosen = kept.best() != null;
    TrainResult result =
        result(end, chosen ? kept.network() : network, chosen ? kept.best() : lastRecord());
    if (!result.parity().passed()) {
      throw new DisagreementException(result);
    }
    return result;
  }

  /** The last epoch; null if the present model is that of an epoch which is still open. */
  private EpochRecord lastRecord() {
    return open.steps() > 0 ? null : history.get(history.size() - 1);
  }

  /** With the certificate of the model, whether it has passed or not. */
  private TrainResult result(TrainResult.End end, Network of, EpochRecord record) {
    double seconds = clock.seconds();
    SequenceModel model = Inside.model(of, in.meaning, in.info, in.computing);
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

  private ResumeState state() {
    return new ResumeState(
        network.config(),
        config,
        in.extensions.inWords(),
        data,
        validationData,
        optimizer.steps(),
        stepsPerEpoch,
        open.saved(clock.seconds() - begin),
        kept.worse(),
        kept.best() == null ? 0 : kept.best().epoch(),
        schedule.plateauState(),
        history,
        ResumeState.tensors(network, kept.network(), optimizer));
  }
}
