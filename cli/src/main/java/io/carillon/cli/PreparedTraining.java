package io.carillon.cli;

import io.carillon.cli.settings.Preset;
import io.carillon.cli.settings.Presets;
import io.carillon.cli.settings.RunSettings;
import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.Settings;
import io.carillon.data.Option;
import io.carillon.data.Splits;
import io.carillon.model.LoadCheck;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.RunRecord;
import io.carillon.report.settings.Change;
import io.carillon.report.settings.Trees;
import io.carillon.train.Dataset;
import io.carillon.train.InsufficientMemoryException;
import io.carillon.train.Schedule;
import io.carillon.train.TrainConfig;
import io.carillon.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training that is ready to start: settings, data and network that fit each other.
 *
 * @param record what is known of the run
 * @param trainer with fresh weights, or those of the run that is gone on with
 * @param notes what the user should know about the settings
 */
record PreparedTraining(RunRecord record, Trainer trainer, List<String> notes) {
  /** Settings of the data that a training has in addition to those of the source. */
  private static final String SEED = "seed";

  /**
   * A new run. Reads or generates the data.
   *
   * @param preset null to choose one by the data
   * @param changes put over the preset
   * @param limit most sequences of each part, 0 for all
   * @param command for the record
   * @throws UsageException for a setting that is unknown, or does not fit
   * @throws CommandFailure if memory does not suffice, with what would
   * @throws IOException if a preset cannot be read
   */
  static PreparedTraining fresh(
      DataSource source,
      Preset preset,
      List<Change> changes,
      int limit,
      String command,
      Computing computing)
      throws IOException {
    RunSettings settings = settings(source, preset == null ? Preset.EMPTY : preset, changes);
    TrainConfig config = settings.trainConfig();
    RunData runData = data(source, settings, config.seed(), limit);
    Splits splits = open(runData);
    Preset used = preset;
    if (used == null) {
      used = Presets.load(DefaultPreset.forData(splits.train()));
      settings = settings(source, used, changes);
      config = settings.trainConfig();
    }
    NetworkConfig network = network(settings, splits);
    RunRecord record =
        new RunRecord(runData, splits, used.name(), settings.changes(), network, config, command);
    try {
      return fitting(
          record, new Trainer(network, config).withComputing(computing), notes(settings, splits));
    } catch (InsufficientMemoryException e) {
      throw MemoryAdvice.refused(e, runData);
    }
  }

  private static List<String> notes(RunSettings settings, Splits splits) {
    List<String> notes = new ArrayList<>(settings.notes());
    notes.addAll(splits.notes());
    return notes;
  }

  /** Refuses what memory cannot hold, the evaluations after the training included. */
  private static PreparedTraining fitting(RunRecord record, Trainer trainer, List<String> notes) {
    Splits splits = record.splits();
    if (!splits.meaning().quantiles().isEmpty()) {
      trainer.withMeaning(splits.meaning());
    }
    trainer.requireMemory(splits.train(), splits.validation(), splits.test());
    // Asked once: what is made until the first step would turn a value that was advised down again.
    trainer.withoutMemoryCheck();
    return new PreparedTraining(record, trainer, notes);
  }

  /**
   * The data.
   *
   * @throws CommandFailure if memory cannot hold them, with what would
   */
  static Splits open(RunData data) {
    try {
      return data.open();
    } catch (OutOfMemoryError e) {
      throw MemoryAdvice.tooMuchData(data.source(), e);
    }
  }

  /** The settings of a new run, without its data. */
  static RunSettings settings(DataSource source, Preset preset, List<Change> changes) {
    List<String> keys = new ArrayList<>(source.options().stream().map(Option::key).toList());
    keys.add(SEED);
    return RunSettings.merge(preset, changes, keys);
  }

  /**
   * The run in a folder, from where its state to resume from was written last.
   *
   * @param changes of the few training settings that may be changed, see {@link
   *     Trainer#resume(Path, java.util.function.UnaryOperator)}
   * @throws CommandFailure if there is no state to resume from
   * @throws UsageException for a change that cannot be made
   * @throws IOException if it cannot be read
   */
  static PreparedTraining resumed(RunFolder folder, List<Change> changes, Computing computing)
      throws IOException {
    Map<String, Object> settings = folder.readSettings();
    RunData runData = RunData.fromMap(Trees.child(settings, "data"));
    if (runData == null || !folder.canResume()) {
      throw new CommandFailure(folder.path() + ": has no state to resume from");
    }
    RunSettings asked = RunSettings.merge(Preset.EMPTY, changes, runData.options().keySet());
    Trainer trainer = resumed(folder, asked).withComputing(computing);
    Map<String, Object> set = Trees.child(Trees.child(settings, "given"), "set");
    Map<String, String> given = new LinkedHashMap<>();
    set.forEach((key, value) -> given.put(key, String.valueOf(value)));
    given.putAll(asked.changes());
    RunRecord record =
        new RunRecord(
            runData,
            open(runData),
            String.valueOf(Trees.get(settings, "given.preset")),
            given,
            trainer.network(),
            trainer.config(),
            String.valueOf(settings.get("command")));
    try {
      return fitting(record, trainer, notes(asked, trainer.config()));
    } catch (InsufficientMemoryException e) {
      throw MemoryAdvice.refused(e, runData);
    }
  }

  /**
   * Whether a run that is to be gone on with has ended: nothing is left to train, and its model was
   * measured and saved with its report.
   *
   * @throws IOException if its folder cannot be read
   */
  boolean isDone(RunFolder folder) throws IOException {
    if (!trainer.isFinished() || !folder.hasModel() || !Files.exists(folder.report())) {
      return false;
    }
    Map<String, Object> provenance =
        Trees.child(SequenceModel.load(folder.path(), LoadCheck.NONE).info(), ModelInfo.PROVENANCE);
    boolean ended = List.of("completed", "early").contains(String.valueOf(provenance.get("end")));
    return ended
        && folder.model().equals(folder.path())
        && Trees.get(provenance, "train.epochs") instanceof Number epochs
        && epochs.intValue() == trainer.config().epochs();
  }

  private static Trainer resumed(RunFolder folder, RunSettings asked) throws IOException {
    if (!asked.network().isEmpty() || !asked.data().isEmpty()) {
      throw new UsageException(
          "a run goes on with its network and data; "
              + String.join(", ", asked.changes().keySet())
              + " cannot be changed");
    }
    try {
      return Trainer.resume(folder.path(), old -> old.with(asked.train()));
    } catch (IllegalArgumentException e) {
      throw new UsageException("train: " + e.getMessage(), e);
    }
  }

  private static List<String> notes(RunSettings asked, TrainConfig config) {
    boolean cosine =
        config.schedule() == Schedule.COSINE || config.schedule() == Schedule.COSINE_WARMUP;
    return cosine && asked.train().containsKey("epochs")
        ? List.of(
            "the learning rate goes on where the cosine of a run of "
                + config.epochs()
                + " epochs is, which is higher than where that of fewer epochs has ended")
        : List.of();
  }

  /**
   * What data the settings ask for.
   *
   * @param seed of their random choices unless they have one of their own
   */
  static RunData data(DataSource source, RunSettings settings, long seed, int limit) {
    Map<String, String> options = new LinkedHashMap<>(settings.data());
    String own = options.remove(SEED);
    try {
      return new RunData(source, options, own == null ? seed : Long.parseLong(own), limit);
    } catch (NumberFormatException e) {
      throw new UsageException("data.seed is '" + own + "'; expected a whole number", e);
    }
  }

  /**
   * The network for the data; when nothing says how to pool or where to answer, the target does.
   */
  private static NetworkConfig network(RunSettings settings, Splits splits) {
    Dataset train = splits.train();
    int outputsPerTarget = Math.max(1, splits.meaning().quantiles().size());
    Map<String, Object> network = Trees.copy(settings.network());
    Pooling pooling =
        switch (train.target()) {
          case CLASS -> Pooling.MEAN;
          case VALUE -> Pooling.LAST;
          case CLASS_PER_STEP, VALUE_PER_STEP -> Pooling.EVERY;
        };
    network.putIfAbsent("pooling", Settings.name(pooling));
    if (train.lastSteps() > 0) {
      network.putIfAbsent("last_steps", train.lastSteps());
    }
    network.putIfAbsent("pairs", train.isPairs());
    return RunSettings.networkConfig(
        network, train.inputSize(), train.vocabulary(), train.outputSize() * outputsPerTarget);
  }
}
