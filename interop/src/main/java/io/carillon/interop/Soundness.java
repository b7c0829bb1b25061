package io.carillon.interop;

import io.carillon.error.FormatException;
import io.carillon.nn.Network;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Looks at the modes that imported weights make: finite weights can still make useless ones. */
final class Soundness {
  /** Softmax kernels depend on a length; any will do. */
  private static final int LENGTH = 1000;

  private Soundness() {}

  /**
   * Checks all layers.
   *
   * @return what works but may surprise: modes that grow or never forget
   * @throws FormatException if a mode is not finite
   */
  static List<String> check(Network network) {
    List<String> notes = new ArrayList<>();
    for (SsmLayer layer : network.ssmLayers()) {
      String where = "layer " + layer.index();
      Modes modes = layer.parameterisation().modes(LENGTH, 1);
      for (double[] numbers : List.of(modes.logRe(), modes.logIm(), modes.wRe(), modes.wIm())) {
        if (!Arrays.stream(numbers).allMatch(Double::isFinite)) {
          throw new FormatException(
              where + ": the step size, A, B and C in the file make a kernel that is not finite");
        }
      }
      if (modes.shift() == null) {
        note(notes, where, modes.logRe());
      }
    }
    return notes;
  }

  private static void note(List<String> notes, String where, double[] decays) {
    long growing = Arrays.stream(decays).filter(decay -> decay > 0).count();
    long constant = Arrays.stream(decays).filter(decay -> decay == 0).count();
    if (growing > 0) {
      notes.add(
          where
              + ": "
              + growing
              + " of "
              + decays.length
              + " modes grow (|lambda| > 1), so long sequences overflow");
    }
    if (constant > 0) {
      notes.add(
          where
              + ": "
              + constant
              + " of "
              + decays.length
              + " modes never forget (|lambda| = 1), so the state of an endless stream has no bound");
    }
  }
}
