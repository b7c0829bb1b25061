package io.carillon.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** What a state dict cannot tell, as options of {@code import}. All may be left out. */
final class ImportOptions {
  private static final String TRANSFORMS = "none, exp, relu, sigmoid, softplus";

  @Option(names = "--norm", paramLabel = "PLACE", description = "pre or post (default: post).")
  private String norm;

  @Option(
      names = "--pool",
      paramLabel = "HOW",
      description =
          "mean, last or every step (default: mean for the S4Model of example.py, else every).")
  private String pool;

  @Option(
      names = "--last-steps",
      paramLabel = "N",
      description = "Answer for that many last steps (l_output of the decoder).")
  private Integer lastSteps;

  @Option(
      names = "--bidirectional",
      negatable = true,
      description = "What the shapes must say; otherwise the file is refused.")
  private Boolean bidirectional;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      description = "After the state-space layer: gelu, relu, silu, elu, tanh, sigmoid, none.")
  private String activation;

  @Option(
      names = "--gate",
      paramLabel = "NAME",
      description = "Activation of the gate, when half of the kernels are one (hyper_act).")
  private String gate;

  @Option(names = "--mixer", paramLabel = "NAME", description = "glu or geglu (default: glu).")
  private String mixer;

  @Option(
      names = {"--discretisation", "--disc"},
      paramLabel = "NAME",
      description = "S4: zoh, bilinear, dss (default: zoh).")
  private String discretisation;

  @Option(
      names = "--dt-transform",
      paramLabel = "NAME",
      description = "S4: " + TRANSFORMS + " (default: exp).")
  private String dtTransform;

  @Option(names = "--dt-fast", description = "S4: the raw step size enters through sinh.")
  private Boolean dtFast;

  @Option(
      names = "--real-transform",
      paramLabel = "NAME",
      description = "S4: " + TRANSFORMS + " (default: exp).")
  private String realTransform;

  @Option(
      names = "--imag-transform",
      paramLabel = "NAME",
      description = "S4: " + TRANSFORMS + " (default: none).")
  private String imagTransform;

  @Option(names = "--bandlimit", paramLabel = "X", description = "S4: drops higher frequencies.")
  private Double bandlimit;

  @Option(
      names = {"--max-kernel-length", "--l-max"},
      paramLabel = "L",
      description = "Longest kernel in steps (default: 0, no limit).")
  private Integer maxKernelLength;

  @Option(
      names = {"--cast", "--kernel-to-real"},
      paramLabel = "NAME",
      description = "DLR, DSS: real, imag, sum, prod, real-prod (default: real).")
  private String cast;

  @Option(
      names = "--dss-version",
      paramLabel = "NAME",
      description =
          "DSS: exp or exp-no-scale (default: exp); with a complex Lambda softmax, clip or"
              + " clip-no-scale (default: softmax).")
  private String dssVersion;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      description = "DSS: what keeps 1/x finite (default: 1e-7).")
  private Double epsilon;

  /** The options that were given, by the names of the library. */
  Map<String, Object> toMap() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("norm", norm);
    all.put("pool", pool);
    all.put("last_steps", lastSteps);
    all.put("bidirectional", bidirectional);
    all.put("activation", activation);
    all.put("gate", gate);
    all.put("mixer", mixer);
    all.put("discretisation", discretisation);
    all.put("dt_transform", dtTransform);
    all.put("dt_fast", dtFast);
    all.put("real_transform", realTransform);
    all.put("imag_transform", imagTransform);
    all.put("bandlimit", bandlimit);
    all.put("max_kernel_length", maxKernelLength);
    all.put("cast", cast);
    all.put("dss_version", dssVersion);
    all.put("epsilon", epsilon);
    all.values().removeIf(value -> value == null);
    return all;
  }
}
