package io.carillon.train;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.engine.Engine;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

/**
 * Trains a network on a data set:
 *
 * <pre>{@code
 * TrainResult result =
 *     new Trainer(NetworkConfig.sequence(12, 9), TrainConfig.DEFAULT)
 *         .fit(train, validation, TrainListener.NONE);
 * result.model().save(folder);
 * }</pre>
 *
 * <p>Every epoch the sequences are shuffled and cut into batches; each batch gives one AdamW step.
 * The model that is returned is the best by the main metric on the validation data: accuracy for
 * classes (equal accuracies: the smaller loss), mean squared error for values.
 *
 * <p>At its end some sequences of the validation data (training data without them) are computed in
 * all ways of the model: whole, batched, in chunks, step by step. The {@link
 * io.carillon.model.Parity} travels with the model.
 *
 * <p>The same seed, data and kernels give the same bits, for any number of threads and across a
 * resume.
 */
public final class Trainer {
  /** In {@link #fit(NetworkConfig, Dataset, TrainConfig)}, every how manieth sequence validates. */
  private static final int VALIDATION_SHARE = 5;

  private final Network start;
  private final TrainConfig config;
  private final ResumeState resumed;
  private final AtomicBoolean stop = new AtomicBoolean();
  private Computing computing;
  private Path folder;
  private boolean memoryChecked = true;

  /** Null unless it is given. */
  private Meaning meaning;

  private Map<String, Object> info = Map.of();
  private Extensions extensions = Extensions.NONE;

  private Trainer(Network start, TrainConfig config, ResumeState resumed, Computing computing) {
    this.computing = computing;
    this.start = start;
    this.config = config;
    this.resumed = resumed;
  }

  /**
   * Trains fresh weights, drawn from the seed of the training settings.
   *
   * @throws InsufficientMemoryException if the Java heap cannot hold the weights
   */
  public Trainer(NetworkConfig network, TrainConfig config) {
    this(fresh(network, config), config, null, Computing.standard());
  }

  private static Network fresh(NetworkConfig network, TrainConfig config) {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(config, "config");
    TrainingMemory.requireWeights(network);
    return new Network(network, new SeededRandom(config.seed()));
  }

  /** Trains on from the weights of a model, with a fresh optimiser; computes as the model does. */
  public Trainer(SequenceModel start, TrainConfig config) {
    this(
        Inside.copy(Objects.requireNonNull(start, "start")),
        Objects.requireNonNull(config, "config"),
        null,
        start.computing());
    this.meaning = start.meaning().equals(Meaning.plain(start.config())) ? null : start.meaning();
    this.info = start.info();
  }

  /**
   * Continues a run from the state in its folder, see {@link #withResumeFolder}. {@link #fit} must
   * be given the same data again; the result is then the same bits as without the interruption.
   *
   * @throws io.carillon.error.FormatException if the state is damaged
   * @throws IOException if it cannot be read
   */
  public static Trainer resume(Path folder) throws IOException {
    return resume(folder, config -> config);
  }

  /**
   * Continues a run with more or fewer epochs, or another setting of those that do not say what was
   * done already: patience, total steps, epochs between validations, threads, seconds between
   * checkpoints.
   *
   * <p>The learning rate of the next step is the one that a run of that many epochs has there. With
   * schedules {@code CONSTANT}, {@code MULTISTEP} and {@code PLATEAU} that is what a run begun with
   * so many epochs would have had all along, and its bits are reached when every epoch validates. A
   * cosine ends with the last epoch: going on from its end, the rate rises from zero to where the
   * longer cosine is, as after a warm restart, and falls to zero again. Its warm-up stays as it
   * was; with {@link TrainConfig#totalSteps} given, the cosine does too.
   *
   * @param change of the settings that the run has had
   * @throws IllegalArgumentException if another setting is changed, or fewer epochs are asked for
   *     than are finished
   * @throws io.carillon.error.FormatException if the state is damaged
   * @throws IOException if it cannot be read
   */
  public static Trainer resume(Path folder, UnaryOperator<TrainConfig> change) throws IOException {
    ResumeState state = ResumeState.read(folder);
    Network network = new Network(state.network(), new SeededRandom(0));
    return new Trainer(network, state.changed(change), state, Computing.standard())
        .withResumeFolder(folder);
  }

  /**
   * Whether this goes on with a run that has nothing left to train, so that {@link #fit} only gives
   * its result.
   */
  public boolean isFinished() {
    return resumed != null && resumed.finished(config);
  }

  /**
   * Keeps a state to resume from in {@code resume.safetensors} of an existing folder. It is
   * replaced at the end of every epoch, within epochs every {@link TrainConfig#checkpointSeconds},
   * and at a stop; also before the first step, so that a folder that cannot be written shows at
   * once. What happens when it later cannot be is for the listener to say, see {@link
   * TrainListener#onCheckpointFailure}.
   */
  public Trainer withResumeFolder(Path value) {
    folder = value;
    return this;
  }

  /**
   * What the numbers of the data mean, for the model to keep; unless it is given, the names that
   * the training data have for their classes. If it has quantiles, {@link QuantileLoss} is trained
   * with, unless the objective has a loss. It is not part of the state to resume from.
   *
   * @throws IllegalArgumentException if it does not fit the network
   */
  public Trainer withMeaning(Meaning value) {
    Objects.requireNonNull(value, "value").requireFit(start.config());
    meaning = value;
    return this;
  }

  /**
   * What else travels with the model; values that JSON can hold. It is not part of the state to
   * resume from.
   */
  public Trainer withInfo(Map<String, Object> value) {
    info = Map.copyOf(Objects.requireNonNull(value, "value"));
    return this;
  }

  /**
   * How to compute, if not in the standard way; the trained model computes so too. {@link
   * TrainConfig#threads}, where it is not 0, counts for the training.
   */
  public Trainer withComputing(Computing value) {
    computing = Objects.requireNonNull(value, "value");
    return this;
  }

  /**
   * Trains with a loss and metrics of one's own. A run that is resumed must be given them again; it
   * knows them by their names.
   */
  public Trainer withObjective(Objective value) {
    extensions = extensions.withObjective(Objects.requireNonNull(value, "objective"));
    return this;
  }

  /**
   * Trains with a schedule of one's own, in place of {@link TrainConfig#schedule} and what belongs
   * to it. A run that is resumed must be given it again.
   *
   * @param name for messages, and by which a run to resume knows it
   */
  public Trainer withSchedule(String name, RateSchedule value) {
    extensions =
        extensions.withSchedule(
            Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "schedule"));
    return this;
  }

  /**
   * Has the gradients computed elsewhere. With the same settings and kernels the result is that of
   * a training without, bit for bit, however many workers there are.
   */
  public Trainer withGradients(GradientSource value) {
    extensions = extensions.withGradients(Objects.requireNonNull(value, "gradients"));
    return this;
  }

  /**
   * Leaves out the check of {@link #fit} whether the Java heap can hold the training. The estimate
   * may be a quarter off; who knows better can try.
   */
  public Trainer withoutMemoryCheck() {
    memoryChecked = false;
    return this;
  }

  /**
   * Refuses a training that the Java heap cannot hold beside what is in it already. {@link #fit}
   * does so too; this is for those who want to evaluate the model afterwards.
   *
   * @param train training data
   * @param evaluated data sets that {@link Evaluator} will be given; empty ones need nothing
   * @throws InsufficientMemoryException saying what would fit
   */
  public void requireMemory(Dataset train, Dataset... evaluated) {
    if (memoryChecked) {
      FitChecks.check(start.config(), train, complete().objective().outputsPerTarget());
      new TrainingMemory(
              start, config, train, Engine.of(config.computing(computing)), List.of(evaluated))
          .require();
    }
  }

  /** With the loss that belongs to the meaning, if it is of quantiles. */
  private Extensions complete() {
    return meaning == null
        ? extensions
        : extensions.withObjective(QuantileLoss.completed(extensions.objective(), meaning));
  }

  private Meaning meaning(Dataset train) {
    if (meaning != null) {
      return meaning;
    }
    Meaning plain = Meaning.plain(start.config());
    return train.target().isClass() ? plain.withClasses(train.namesOfClasses()) : plain;
  }

  /** Settings of the network. */
  public NetworkConfig network() {
    return start.config();
  }

  /** Settings of the training. */
  public TrainConfig config() {
    return config;
  }

  /**
   * Trains.
   *
   * @param validation chooses the best model; null for none: then the last model is returned
   * @param listener told about progress
   * @throws IllegalArgumentException if the data do not fit the network or each other, a setting
   *     needs validation data and there are none, or a resumed run is given other data
   * @throws InsufficientMemoryException if the Java heap cannot hold the training, unless {@link
   *     #withoutMemoryCheck()}
   * @throws DisagreementException if the trained model's whole sequences and streams differ by more
   *     than {@link io.carillon.model.Parity#TOLERANCE}; it holds the model
   * @throws ExtensionException if a loss, metric or schedule of one's own fails
   * @throws TrainingDivergedException on a loss or gradient that is not finite; it holds the last
   *     good model
   * @throws java.io.UncheckedIOException if the state to resume from cannot be written before the
   *     first step, or later and the listener does not bear it
   */
  public TrainResult fit(Dataset train, Dataset validation, TrainListener listener) {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(listener, "listener");
    Extensions own = complete();
    int outputsPerTarget = own.objective().outputsPerTarget();
    FitChecks.check(start.config(), train, outputsPerTarget);
    FitChecks.checkTrainable(start.config(), train);
    FitChecks.check(config, train, validation);
    FitChecks.checkShards(start.config(), config);
    own.objective().check(train);
    if (validation != null) {
      FitChecks.check(start.config(), validation, outputsPerTarget);
    }
    requireMemory(train);
    Network network = new Network(start.config(), new SeededRandom(0));
    network.copyFrom(start);
    TrainingRun.Inputs inputs =
        new TrainingRun.Inputs(
            config,
            train,
            validation,
            listener,
            own,
            folder,
            meaning(train),
            info,
            computing,
            stop);
    try (TrainingRun run = new TrainingRun(network, inputs)) {
      if (resumed != null) {
        run.restore(resumed);
      }
      return run.run();
    } finally {
      stop.set(false);
    }
  }

  /**
   * Trains on four fifths of a data set and validates on the rest, without reports. The split
   * depends on the seed alone; classes are split evenly. A data set too small to be split is used
   * whole.
   */
  public static TrainResult fit(NetworkConfig network, Dataset data, TrainConfig config) {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(config, "config");
    List<Integer> train = new ArrayList<>();
    List<Integer> validation = new ArrayList<>();
    boolean classes = data.target() == Dataset.Target.CLASS;
    int[] seen = new int[classes ? data.outputSize() : 1];
    for (int i : new SeededRandom(Seeds.mix(config.seed(), -1)).permutation(data.size())) {
      int group = classes ? data.label(i) : 0;
      boolean held = ++seen[group] % VALIDATION_SHARE == 0;
      (held ? validation : train).add(i);
    }
    return new Trainer(network, config)
        .fit(
            subset(data, "training part", train),
            validation.isEmpty() ? null : subset(data, "validation part", validation),
            TrainListener.NONE);
  }

  private static Dataset subset(Dataset data, String part, List<Integer> indices) {
    return data.subset(
        part + " of " + data.name(), indices.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * Ends training after the current step; may be called from any thread, also before {@link #fit},
   * which then does one step. The result is the best model so far, or the present model if nothing
   * was validated yet: validated now, unless a {@linkplain #withResumeFolder state to resume from}
   * is kept. With one, nothing is done any more but to write it, a validation is broken off, and
   * the epoch stays open.
   */
  public void requestStop() {
    stop.set(true);
  }
}
