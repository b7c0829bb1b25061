package io.carillon.train;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.nn.EventTime;
import java.util.Arrays;

/** Refuses data that do not fit a network, before anything is computed. */
final class FitChecks {
  private FitChecks() {}

  /** For data of which the network has so many outputs for every target value. */
  static void check(NetworkConfig network, Dataset data, int outputsPerTarget) {
    String name = "data set '" + data.name() + "'";
    require(data.size() > 0, name + " is empty");
    if (data.isTokens()) {
      require(
          network.vocabulary() == data.vocabulary(),
          name
              + " holds tokens of a vocabulary of "
              + data.vocabulary()
              + "; the network has vocabulary "
              + network.vocabulary()
              + ", so build it with vocabulary "
              + data.vocabulary()
              + " and input_size 0");
    } else {
      require(
          network.inputSize() == data.inputSize(),
          name
              + " has "
              + data.inputSize()
              + " real numbers per step; the network has input_size "
              + network.inputSize()
              + ", so build it with input_size "
              + data.inputSize());
    }
    require(
        network.outputSize() == data.outputSize() * outputsPerTarget,
        name
            + " needs "
            + data.outputSize() * outputsPerTarget
            + " outputs (classes or target values"
            + (outputsPerTarget > 1 ? ", " + outputsPerTarget + " for each" : "")
            + "); the network"
            + " has output_size "
            + network.outputSize());
    boolean perStep =
        data.target() == Dataset.Target.CLASS_PER_STEP
            || data.target() == Dataset.Target.VALUE_PER_STEP;
    require(
        perStep == (network.pooling() == Pooling.EVERY),
        perStep
            ? name
                + " has a target per step, but the network's pooling "
                + network.pooling()
                + " answers once per sequence; use pooling EVERY"
            : name
                + " has one target per sequence, but the network's pooling EVERY answers at"
                + " every step; use pooling MEAN or LAST");
    require(
        network.pairs() == data.isPairs(),
        name
            + (data.isPairs()
                ? " holds pairs of sequences, but the network answers for single ones; build it with"
                    + " pairs true"
                : " holds single sequences, but the network compares pairs; build it with pairs"
                    + " false"));
    checkLastSteps(network.lastSteps(), data, name);
    for (int i = 0; i < data.size(); i++) {
      if (data.gaps(i) != null) {
        EventTime.requireGaps(network, data.gaps(i), name + ": sequence " + i);
      }
    }
  }

  private static void checkLastSteps(int lastSteps, Dataset data, String name) {
    if (data.minLength() >= lastSteps) {
      return;
    }
    for (int i = 0; i < data.size(); i++) {
      require(
          data.length(i) >= lastSteps,
          name
              + ": sequence "
              + i
              + " has "
              + data.length(i)
              + " steps, the network answers for"
              + " the last "
              + lastSteps
              + "; drop it, or use a smaller last_steps");
    }
  }

  /** S4 stores its output weight for one length, beyond which it has no gradient; gaps count. */
  static void checkTrainable(NetworkConfig network, Dataset train) {
    int longest = network.block().ssm().longestTraining();
    if (longest == Integer.MAX_VALUE || train.maxLength() <= longest && !train.timed()) {
      return;
    }
    for (int i = 0; i < train.size(); i++) {
      double[] gaps = train.gaps(i);
      double steps = gaps == null ? train.length(i) : Arrays.stream(gaps).sum();
      require(
          steps <= longest,
          "data set '"
              + train.name()
              + "': sequence "
              + i
              + " has "
              + (long) steps
              + " steps"
              + (gaps == null ? "" : " with its gaps")
              + ", a layer of kind "
              + network.block().ssm().kind()
              + " can be trained on kernel_length = "
              + longest
              + " at most; give a larger kernel_length, or shorter sequences");
    }
  }

  /** The statistics of batch norm are those of all sequences of a step. */
  static void checkShards(NetworkConfig network, TrainConfig config) {
    require(
        network.block().norm() != Norm.BATCH || config.sequencesAtOnce() == config.batchSize(),
        "shard_size is "
            + config.shardSize()
            + " with batches of "
            + config.batchSize()
            + ", and norm 'batch' needs all sequences of a step together: statistics of a shard"
            + " are another computation; use norm 'layer', or shard_size 0");
  }

  static void check(TrainConfig config, Dataset train, Dataset validation) {
    require(
        Batches.count(train.size(), config.batchSize(), config.dropLast()) > 0,
        "data set '"
            + train.name()
            + "' has "
            + train.size()
            + " sequences, fewer than batch_size "
            + config.batchSize()
            + "; with drop_last no batch is left, so give a smaller batch_size");
    if (validation == null) {
      require(
          config.patience() == 0,
          "patience is " + config.patience() + " but there are no validation data to stop by");
      require(
          config.schedule() != Schedule.PLATEAU,
          "schedule plateau needs validation data, and there are none");
      return;
    }
    require(
        train.target() == validation.target(),
        "training targets are "
            + train.target()
            + ", validation targets "
            + validation.target()
            + "; they must be alike");
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
