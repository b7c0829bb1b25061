package io.carillon.interop.onnx;

import io.carillon.interop.plain.PlainLayer.Recurrence;
import java.util.List;

/** Diagonal modes: x ← λ x + u. */
final class RecurrenceNodes extends ModeNodes {
  private final double[] lambdaRe;
  private final double[] lambdaIm;

  RecurrenceNodes(Recurrence layer) {
    super(
        layer.kernels(),
        layer.sets(),
        layer.channels(),
        layer.modes(),
        layer.wRe(),
        layer.wIm(),
        layer.direct());
    this.lambdaRe = new double[layer.rows() * layer.modes()];
    this.lambdaIm = new double[lambdaRe.length];
    for (int k = 0; k < lambdaRe.length; k++) {
      double size = Math.exp(layer.logRe()[k]);
      lambdaRe[k] = size * Math.cos(layer.logIm()[k]);
      lambdaIm[k] = size * Math.sin(layer.logIm()[k]);
    }
  }

  @Override
  List<String> advance(Nodes nodes, String u, List<String> x) {
    return multiplied(nodes, lambdaRe, lambdaIm, x, nodes.unsqueeze(u, -1));
  }
}
