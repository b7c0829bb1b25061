package io.carillon.train;

import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.nn.Network;
import java.util.Locale;

/**
 * Where a number that is not finite was found.
 *
 * @param what the quantity, e.g. {@code the loss is NaN}
 * @param block first block with an output that is not finite, or null
 * @param parameter first parameter with a value or gradient that is not finite, or null
 */
record Divergence(String what, String block, String parameter) {

  /** First parameter with a value that is not finite, or null. */
  static String badValue(Network network) {
    for (Parameter p : network.parameters()) {
      if (!finite(p.value())) {
        return p.name();
      }
    }
    return null;
  }

  /** First parameter with a gradient that is not finite, or null. */
  static String badGradient(Network network) {
    for (Parameter p : network.parameters()) {
      if (p.trainable() && !finite(p.gradient())) {
        return p.name();
      }
    }
    return null;
  }

  /**
   * First block with an output that is not finite in a training pass; the decoder, which comes
   * after them, if there is none.
   */
  static String badBlock(Network network, Pass pass) {
    String block = network.firstNonFiniteBlock(pass);
    return block == null ? "decoder" : block;
  }

  private static boolean finite(float[] array) {
    for (float x : array) {
      if (!Float.isFinite(x)) {
        return false;
      }
    }
    return true;
  }

  TrainingDivergedException exception(
      long step, double rate, TrainConfig config, TrainResult result) {
    StringBuilder message = new StringBuilder();
    message.append("training stopped at step ").append(step).append(": ").append(what);
    if (block != null) {
      message.append("; the first block with such an output is ").append(block);
    }
    if (parameter != null) {
      message.append("; the first such parameter is ").append(parameter);
    }
    message.append(String.format(Locale.ROOT, ". The learning rate was %.3g. ", rate));
    message.append(
        step == 1
            ? "Nothing was trained yet: check that the inputs and targets are scaled to about 1."
            : "Lower learning_rate" + clipAdvice(config) + ", or use more warmup_steps.");
    message.append(" The last good model is kept.");
    return new TrainingDivergedException(message.toString(), step, block, parameter, rate, result);
  }

  private static String clipAdvice(TrainConfig config) {
    boolean loose = config.clipNorm() == 0 || config.clipNorm() > 1;
    return loose ? ", set clip_norm to 1" : "";
  }
}
