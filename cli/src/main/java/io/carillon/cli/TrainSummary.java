package io.carillon.cli;

import io.carillon.config.NetworkConfig;
import io.carillon.report.console.Console;
import io.carillon.report.console.NetworkReport;
import io.carillon.report.console.Text;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.folder.RunRecord;
import io.carillon.train.Evaluator;
import io.carillon.train.TrainConfig;
import io.carillon.train.TrainListener;
import io.carillon.train.TrainPlan;
import java.util.List;
import java.util.TreeSet;

/** Says what is going to be done. */
final class TrainSummary implements TrainListener {
  private final Console console;
  private final boolean quiet;
  private final RunFolder folder;
  private final RunRecord record;

  TrainSummary(Console console, boolean quiet, RunFolder folder, RunRecord record) {
    this.console = console;
    this.quiet = quiet;
    this.folder = folder;
    this.record = record;
  }

  @Override
  public void onStart(TrainPlan plan) {
    if (!quiet) {
      print(plan);
    }
  }

  private void print(TrainPlan plan) {
    NetworkConfig network = record.network();
    line("data", record.data().source().title() + ": " + record.splits().description());
    String changes = record.changes().isEmpty() ? "" : ", changed: " + changes();
    line("settings", "preset " + record.preset() + changes);
    line("network", network(network) + ": " + Text.count(plan.parameters()) + " parameters");
    line(
        "computing",
        algorithms(plan.algorithms())
            + ", "
            + plan.kernels()
            + " kernels, "
            + Text.count(plan.threads(), "thread", "threads"));
    line(
        "memory",
        "workspace "
            + Text.bytes(plan.memory().workspace())
            + ", at most about "
            + Text.bytes(plan.estimatedPeakBytes() + evaluation(network))
            + " for the process (Java's heap may grow to "
            + Text.bytes(Runtime.getRuntime().maxMemory())
            + ")");
    line(
        "training",
        Text.count(record.train().epochs(), "epoch", "epochs")
            + " of "
            + Text.count(plan.stepsPerEpoch(), "step", "steps")
            + ", batches of "
            + batches(record.train())
            + ", seed "
            + record.train().seed()
            + (plan.doneSteps() > 0 ? ", going on after step " + plan.doneSteps() : ""));
    line("run", folder.path().toString());
    console.say("");
  }

  private static String batches(TrainConfig train) {
    boolean cut = train.sequencesAtOnce() < train.batchSize();
    return train.batchSize() + (cut ? " in shards of " + train.shardSize() : "");
  }

  /**
   * What the evaluation of the trained model needs: it comes while the collector still holds what
   * the training used.
   */
  private long evaluation(NetworkConfig network) {
    return Math.max(
        Evaluator.memory(network, record.splits().validation()),
        Evaluator.memory(network, record.splits().test()));
  }

  private void line(String name, String text) {
    console.say("%-10s %s", name, text);
  }

  private String changes() {
    return String.join(
        " ",
        record.changes().entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  /** The network in a few words. */
  static String network(NetworkConfig network) {
    return NetworkReport.inWords(network);
  }

  /** {@code recurrence in all layers}, or the algorithm of each layer. */
  static String algorithms(List<String> algorithms) {
    TreeSet<String> different = new TreeSet<>(algorithms);
    return different.size() == 1
        ? different.first() + " in all layers"
        : "layers by " + String.join(", ", algorithms);
  }
}
