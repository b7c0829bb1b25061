package io.carillon.interop.onnx;

import io.carillon.interop.plain.PlainLayer.Coupled;
import java.util.Arrays;
import java.util.List;

/**
 * The coupled modes of S4, as x ← x + ((E − 1) x + B u − Σ_r F_r (a_r · x)): the modes are slow, so
 * that what is added is small, and its roundings beside those of x too. The model itself computes
 * in double precision here.
 */
final class CoupledNodes extends ModeNodes {
  private final Coupled layer;

  CoupledNodes(Coupled layer) {
    super(
        layer.kernels(),
        layer.sets(),
        layer.channels(),
        layer.modes(),
        layer.cRe(),
        layer.cIm(),
        layer.direct());
    this.layer = layer;
  }

  @Override
  List<String> advance(Nodes nodes, String u, List<String> x) {
    String in = nodes.unsqueeze(u, -1);
    String re = nodes.times(in, plane(nodes, "B_re", layer.bRe(), 0));
    String im = nodes.times(in, plane(nodes, "B_im", layer.bIm(), 0));
    for (int r = 0; r < layer.rank(); r++) {
      String projected =
          nodes.sum(
              nodes.plus(
                  nodes.times(x.get(0), plane(nodes, "a_re", layer.aRe(), r)),
                  nodes.times(x.get(1), plane(nodes, "a_im", layer.aIm(), r))),
              -1);
      String factor = nodes.unsqueeze(projected, -1);
      re = nodes.minus(re, nodes.times(factor, plane(nodes, "F_re", layer.fRe(), r)));
      im = nodes.minus(im, nodes.times(factor, plane(nodes, "F_im", layer.fIm(), r)));
    }
    double[] less = layer.eRe().clone();
    for (int k = 0; k < less.length; k++) {
      less[k] -= 1;
    }
    List<String> turned = multiplied(nodes, less, layer.eIm(), x, re);
    return List.of(
        nodes.plus(x.get(0), turned.get(0)), nodes.plus(x.get(1), nodes.plus(im, turned.get(1))));
  }

  private String plane(Nodes nodes, String name, double[] values, int rank) {
    int n = layer.channels() * layer.modes();
    double[] part = Arrays.copyOfRange(values, rank * n, (rank + 1) * n);
    return nodes.constant(name, part, layer.channels(), layer.modes());
  }
}
