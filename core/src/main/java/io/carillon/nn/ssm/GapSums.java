package io.carillon.nn.ssm;

import io.carillon.ssm.Modes;
import io.carillon.ssm.ModesGradient;

/** Gradients of z and w, collected by the tasks of a group: planes [M][H], w per set. */
final class GapSums {
  final double[] zRe;
  final double[] zIm;
  final double[][] wRe;
  final double[][] wIm;

  GapSums(GapPlan plan) {
    zRe = new double[plan.plane];
    zIm = new double[plan.plane];
    wRe = new double[plan.sets][plan.plane];
    wIm = new double[plan.sets][plan.plane];
  }

  /** Adds to the gradients of all modes. */
  void addTo(ModesGradient total, Modes modes) {
    for (int h = 0; h < modes.channels(); h++) {
      for (int m = 0; m < modes.modes(); m++) {
        int from = m * modes.channels() + h;
        total.logRe()[modes.logRow(h) + m] += zRe[from];
        total.logIm()[modes.logRow(h) + m] += zIm[from];
        for (int set = 0; set < wRe.length; set++) {
          total.wRe()[modes.wRow(set, h) + m] += wRe[set][from];
          total.wIm()[modes.wRow(set, h) + m] += wIm[set][from];
        }
      }
    }
  }
}
