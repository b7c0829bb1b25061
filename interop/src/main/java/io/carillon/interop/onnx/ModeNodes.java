package io.carillon.interop.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Layers with complex modes x, in two real planes [batch, H, M]; y = Re Σ_m w x. */
abstract class ModeNodes implements LayerNodes {
  private final int kernels;
  private final int sets;
  private final int channels;
  private final int modes;
  private final double[] wRe;
  private final double[] wIm;
  private final float[] direct;

  /**
   * Of a layer.
   *
   * @param kernels C
   * @param sets C, or 2 C: the second half sees the inputs after a step
   * @param channels H
   * @param modes M
   * @param wRe Re w, [sets][H][M]
   * @param wIm Im w, [sets][H][M]
   * @param direct D, [C][H]
   */
  ModeNodes(
      int kernels, int sets, int channels, int modes, double[] wRe, double[] wIm, float[] direct) {
    this.kernels = kernels;
    this.sets = sets;
    this.channels = channels;
    this.modes = modes;
    this.wRe = wRe;
    this.wIm = wIm;
    this.direct = direct;
  }

  /** The planes of the next step. */
  abstract List<String> advance(Nodes nodes, String u, List<String> x);

  @Override
  public List<Memory> memories() {
    return List.of(new Memory("re", channels, modes), new Memory("im", channels, modes));
  }

  @Override
  public Step step(Nodes nodes, String u, List<String> before) {
    List<String> after = advance(nodes, u, before);
    List<String> outputs = new ArrayList<>();
    for (int c = 0; c < kernels; c++) {
      outputs.add(weigh(nodes, c, after));
    }
    return new Step(LayerNodes.withDirect(nodes, outputs, direct, u), after);
  }

  /** The sets that look ahead begin at the end, and see what came before the step. */
  @Override
  public String sequence(Nodes nodes, String u) {
    String y = LayerNodes.super.sequence(nodes, u);
    return sets == kernels
        ? y
        : nodes.plus(y, LayerNodes.scan(nodes, u, memories(), this::stepBack, true));
  }

  private Step stepBack(Nodes nodes, String u, List<String> before) {
    List<String> outputs = new ArrayList<>();
    for (int c = kernels; c < sets; c++) {
      outputs.add(weigh(nodes, c, before));
    }
    return new Step(nodes.concat(-1, outputs), advance(nodes, u, before));
  }

  private String weigh(Nodes nodes, int set, List<String> x) {
    int n = channels * modes;
    double[] re = Arrays.copyOfRange(wRe, set * n, (set + 1) * n);
    double[] im = Arrays.copyOfRange(wIm, set * n, (set + 1) * n);
    String a = nodes.constant("w_re", re, channels, modes);
    String b = nodes.constant("w_im", im, channels, modes);
    return nodes.sum(nodes.minus(nodes.times(x.get(0), a), nodes.times(x.get(1), b)), -1);
  }

  /**
   * λ x, and what is added to it. λ is given as its nearest number in single precision and what
   * that leaves over, so that slow modes keep their decay and frequency over long streams.
   *
   * @param re Re λ, [rows][M]
   * @param im Im λ, [rows][M]
   * @param added added to the real plane between the two products, the small ones first
   */
  List<String> multiplied(Nodes nodes, double[] re, double[] im, List<String> x, String added) {
    double[] restRe = new double[re.length];
    double[] restIm = new double[im.length];
    for (int k = 0; k < re.length; k++) {
      restRe[k] = re[k] - (float) re[k];
      restIm[k] = im[k] - (float) im[k];
    }
    List<String> main = product(nodes, "lambda", re, im, x);
    List<String> rest = product(nodes, "lambda_rest", restRe, restIm, x);
    return List.of(
        nodes.plus(nodes.plus(rest.get(0), added), main.get(0)),
        nodes.plus(rest.get(1), main.get(1)));
  }

  private List<String> product(Nodes nodes, String name, double[] re, double[] im, List<String> x) {
    int rows = re.length / modes;
    String a = nodes.constant(name + "_re", re, rows, modes);
    String b = nodes.constant(name + "_im", im, rows, modes);
    return List.of(
        nodes.minus(nodes.times(x.get(0), a), nodes.times(x.get(1), b)),
        nodes.plus(nodes.times(x.get(1), a), nodes.times(x.get(0), b)));
  }
}
