package io.carillon.config;

import io.carillon.config.kernel.Discretisation;
import io.carillon.config.kernel.DlrInit;
import io.carillon.config.kernel.DlrVersion;
import io.carillon.config.kernel.DssInit;
import io.carillon.config.kernel.DssVersion;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.InputWeight;
import io.carillon.config.kernel.InputWeightInit;
import io.carillon.config.kernel.KernelCast;
import io.carillon.config.kernel.S4Init;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings of the kinds of layers along the sequence as maps, see {@link ConfigMaps}. */
final class LayerConfigMaps {
  private static final List<String> KINDS =
      List.of("s4d", "dlr", "dss", "s4", "sgconv", "attention", "gru");

  private LayerConfigMaps() {}

  static Map<String, Object> toMap(LayerConfig config) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", config.kind());
    if (config instanceof S4dConfig c) {
      putS4d(map, c);
    } else if (config instanceof DlrConfig c) {
      putDlr(map, c);
    } else if (config instanceof DssConfig c) {
      putDss(map, c);
    } else if (config instanceof S4Config c) {
      putS4(map, c);
    } else if (config instanceof SgConvConfig c) {
      putSgConv(map, c);
    } else if (config instanceof AttentionConfig c) {
      putAttention(map, c);
    }
    if (config instanceof KernelConfig c && !(c instanceof S4Config)) {
      map.put("max_kernel_length", c.maxKernelLength());
    }
    return map;
  }

  private static void putS4d(Map<String, Object> map, S4dConfig c) {
    map.put("state_size", c.stateSize());
    map.put("init", Settings.name(c.init()));
    map.put("real_scale", c.realScale());
    map.put("imag_scale", c.imagScale());
    map.put("random_real", c.randomReal());
    map.put("random_imag", c.randomImag());
    map.put("discretisation", Settings.name(c.discretisation()));
    map.put("real_transform", Settings.name(c.realTransform()));
    map.put("imag_transform", Settings.name(c.imagTransform()));
    map.put("imag_sign", Settings.name(c.imagSign()));
    map.put("dt_transform", Settings.name(c.dtTransform()));
    map.put("dt_fast", c.dtFast());
    map.put("dt_tied", c.dtTied());
    map.put("dt_min", c.dtMin());
    map.put("dt_max", c.dtMax());
    map.put("input_weight", Settings.name(c.inputWeight()));
    map.put("b_init", Settings.name(c.bInit()));
    map.put("b_scale", c.bScale());
    map.put("normalize", c.normalize());
    map.put("ssm_copies", c.ssmCopies());
    map.put("c_variance", c.cVariance());
    map.put("deterministic", c.deterministic());
    if (!Double.isNaN(c.bandlimit())) {
      map.put("bandlimit", c.bandlimit());
    }
    map.put("real_valued", c.realValued());
  }

  private static void putDlr(Map<String, Object> map, DlrConfig c) {
    map.put("state_size", c.stateSize());
    map.put("version", Settings.name(c.version()));
    map.put("init", Settings.name(c.init()));
    map.put("dt_min", c.dtMin());
    map.put("dt_max", c.dtMax());
    map.put("cast", Settings.name(c.cast()));
    map.put("w_scale", c.wScale());
  }

  private static void putDss(Map<String, Object> map, DssConfig c) {
    map.put("state_size", c.stateSize());
    map.put("version", Settings.name(c.version()));
    map.put("init", Settings.name(c.init()));
    map.put("dt_min", c.dtMin());
    map.put("dt_max", c.dtMax());
    map.put("separate_dt", c.separateDt());
    map.put("cast", Settings.name(c.cast()));
    if (c.wScale() != 0) {
      // Left out where it is not used, so that the fingerprints of stored models stay.
      map.put("w_scale", c.wScale());
    }
    map.put("epsilon", c.epsilon());
  }

  private static void putS4(Map<String, Object> map, S4Config c) {
    map.put("state_size", c.stateSize());
    map.put("init", Settings.name(c.init()));
    map.put("rank", c.rank());
    map.put("dt_min", c.dtMin());
    map.put("dt_max", c.dtMax());
    map.put("ssm_copies", c.ssmCopies());
    map.put("kernel_length", c.kernelLength());
  }

  private static void putSgConv(Map<String, Object> map, SgConvConfig c) {
    map.put("state_size", c.stateSize());
    map.put("scales", c.scales());
    map.put("alpha_min", c.alphaMin());
    map.put("alpha_max", c.alphaMax());
  }

  private static void putAttention(Map<String, Object> map, AttentionConfig c) {
    map.put("heads", c.heads());
    map.put("head_size", c.headSize());
    map.put("chunk", c.chunk());
    map.put("rope_base", c.ropeBase());
    map.put("attention_feed_forward", c.feedForward());
  }

  static LayerConfig layer(Settings s) {
    String kind = s.text("kind", "s4d");
    LayerConfig config =
        switch (kind) {
          case "s4d" -> s4d(s);
          case "dlr" -> dlr(s);
          case "dss" -> dss(s);
          case "s4" -> s4(s);
          case "sgconv" -> sgConv(s);
          case "attention" -> attention(s);
          case "gru" -> GruConfig.DEFAULT;
          default ->
              throw new IllegalArgumentException(
                  "ssm.kind is '" + kind + "'" + Nearest.hint(kind, KINDS));
        };
    s.finish();
    return config;
  }

  private static S4dConfig s4d(Settings s) {
    S4dConfig d = S4dConfig.DEFAULT;
    return new S4dConfig(
        s.integer("state_size", d.stateSize()),
        s.choice("init", S4dInit.class, d.init()),
        s.number("real_scale", d.realScale()),
        s.number("imag_scale", d.imagScale()),
        s.flag("random_real", d.randomReal()),
        s.flag("random_imag", d.randomImag()),
        s.choice("discretisation", Discretisation.class, d.discretisation()),
        s.choice("real_transform", Transform.class, d.realTransform()),
        s.choice("imag_transform", Transform.class, d.imagTransform()),
        s.choice("imag_sign", ImagSign.class, d.imagSign()),
        s.choice("dt_transform", Transform.class, d.dtTransform()),
        s.flag("dt_fast", d.dtFast()),
        s.flag("dt_tied", d.dtTied()),
        s.number("dt_min", d.dtMin()),
        s.number("dt_max", d.dtMax()),
        s.choice("input_weight", InputWeight.class, d.inputWeight()),
        s.choice("b_init", InputWeightInit.class, d.bInit()),
        s.number("b_scale", d.bScale()),
        s.flag("normalize", d.normalize()),
        s.integer("ssm_copies", d.ssmCopies()),
        s.number("c_variance", d.cVariance()),
        s.flag("deterministic", d.deterministic()),
        s.number("bandlimit", d.bandlimit()),
        s.flag("real_valued", d.realValued()),
        s.integer("max_kernel_length", d.maxKernelLength()));
  }

  private static DlrConfig dlr(Settings s) {
    DlrConfig d = DlrConfig.DEFAULT;
    return new DlrConfig(
        s.integer("state_size", d.stateSize()),
        s.choice("version", DlrVersion.class, d.version()),
        s.choice("init", DlrInit.class, d.init()),
        s.number("dt_min", d.dtMin()),
        s.number("dt_max", d.dtMax()),
        s.choice("cast", KernelCast.class, d.cast()),
        s.number("w_scale", d.wScale()),
        s.integer("max_kernel_length", d.maxKernelLength()));
  }

  private static DssConfig dss(Settings s) {
    DssConfig d = DssConfig.DEFAULT;
    return new DssConfig(
        s.integer("state_size", d.stateSize()),
        s.choice("version", DssVersion.class, d.version()),
        s.choice("init", DssInit.class, d.init()),
        s.number("dt_min", d.dtMin()),
        s.number("dt_max", d.dtMax()),
        s.flag("separate_dt", d.separateDt()),
        s.choice("cast", KernelCast.class, d.cast()),
        s.number("w_scale", d.wScale()),
        s.number("epsilon", d.epsilon()),
        s.integer("max_kernel_length", d.maxKernelLength()));
  }

  private static S4Config s4(Settings s) {
    S4Config d = S4Config.DEFAULT;
    return new S4Config(
        s.integer("state_size", d.stateSize()),
        s.choice("init", S4Init.class, d.init()),
        s.integer("rank", d.rank()),
        s.number("dt_min", d.dtMin()),
        s.number("dt_max", d.dtMax()),
        s.integer("ssm_copies", d.ssmCopies()),
        s.integer("kernel_length", d.kernelLength()));
  }

  private static SgConvConfig sgConv(Settings s) {
    SgConvConfig d = SgConvConfig.DEFAULT;
    return new SgConvConfig(
        s.integer("state_size", d.stateSize()),
        s.integer("scales", d.scales()),
        s.number("alpha_min", d.alphaMin()),
        s.number("alpha_max", d.alphaMax()),
        s.integer("max_kernel_length", d.maxKernelLength()));
  }

  private static AttentionConfig attention(Settings s) {
    AttentionConfig d = AttentionConfig.DEFAULT;
    return new AttentionConfig(
        s.integer("heads", d.heads()),
        s.integer("head_size", d.headSize()),
        s.integer("chunk", d.chunk()),
        s.number("rope_base", d.ropeBase()),
        s.integer("attention_feed_forward", d.feedForward()));
  }
}
