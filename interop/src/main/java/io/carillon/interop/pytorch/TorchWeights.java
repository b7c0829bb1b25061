package io.carillon.interop.pytorch;

import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.interop.plain.Affine;
import io.carillon.interop.plain.PlainLayer;
import io.carillon.interop.plain.PlainNetwork;
import io.carillon.io.SafeTensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state dict of the module that is written. */
final class TorchWeights {
  private final PlainNetwork network;
  private final Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();

  TorchWeights(PlainNetwork network) {
    this.network = network;
  }

  /** All tensors by name. */
  Map<String, SafeTensors.Tensor> tensors() {
    NetworkConfig config = network.config();
    BlockConfig block = config.block();
    if (config.vocabulary() > 0) {
      put("encoder.weight", network.values("encoder.weight"), network.shape("encoder.weight"));
    } else {
      put("encoder", network.map("encoder"));
    }
    int at = 0;
    for (int i = 0; i < config.depth(); i++) {
      String name = "blocks." + i;
      String to = "blocks." + at++;
      putLayer(to + ".body.layer", network.layers().get(i));
      if (block.mixer() != Mixer.NONE) {
        put(to + ".body.output", network.map(name + ".output"));
      }
      putNorm(to + ".norm", name + ".norm");
      if (block.feedForward() > 0) {
        to = "blocks." + at++;
        put(to + ".body.expand", network.map(name + ".ff.expand"));
        put(to + ".body.contract", network.map(name + ".ff.contract"));
        putNorm(to + ".norm", name + ".ff.norm");
      }
    }
    if (config.finalNorm()) {
      putNorm("norm", "norm");
    }
    if (config.pairs()) {
      put("hidden", network.map("decoder.hidden"));
      put("decoder", network.map("decoder.output"));
    } else {
      put("decoder", network.map("decoder"));
    }
    return tensors;
  }

  private void put(String name, float[] values, int... shape) {
    tensors.put(name, SafeTensors.Tensor.of(shape, values));
  }

  private void put(String name, double[] values, int... shape) {
    tensors.put(name, new SafeTensors.Tensor(shape, values));
  }

  private void put(String name, Affine map) {
    put(name + ".weight", map.weight(), map.out(), map.in());
    put(name + ".bias", map.bias(), map.out());
  }

  private void putNorm(String name, String from) {
    Norm kind = network.config().block().norm();
    List<String> parts =
        switch (kind) {
          case NONE -> List.of();
          case LAYER -> List.of("weight", "bias");
          case BATCH -> List.of("weight", "bias", "running_mean", "running_var");
          case SCALAR_AFFINE -> List.of("m", "s");
        };
    for (String part : parts) {
      put(name + "." + part, network.values(from + "." + part), network.shape(from + "." + part));
    }
  }

  private void putLayer(String name, PlainLayer layer) {
    if (layer instanceof PlainLayer.Recurrence r) {
      put(name + ".log_re", r.logRe(), r.rows(), r.modes());
      put(name + ".log_im", r.logIm(), r.rows(), r.modes());
      put(name + ".w_re", r.wRe(), r.sets(), r.channels(), r.modes());
      put(name + ".w_im", r.wIm(), r.sets(), r.channels(), r.modes());
      put(name + ".D", r.direct(), r.kernels(), r.channels());
    } else if (layer instanceof PlainLayer.Coupled c) {
      put(name + ".E_re", c.eRe(), c.channels(), c.modes());
      put(name + ".E_im", c.eIm(), c.channels(), c.modes());
      put(name + ".B_re", c.bRe(), c.channels(), c.modes());
      put(name + ".B_im", c.bIm(), c.channels(), c.modes());
      put(name + ".F_re", c.fRe(), c.rank(), c.channels(), c.modes());
      put(name + ".F_im", c.fIm(), c.rank(), c.channels(), c.modes());
      put(name + ".a_re", c.aRe(), c.rank(), c.channels(), c.modes());
      put(name + ".a_im", c.aIm(), c.rank(), c.channels(), c.modes());
      put(name + ".C_re", c.cRe(), c.sets(), c.channels(), c.modes());
      put(name + ".C_im", c.cIm(), c.sets(), c.channels(), c.modes());
      put(name + ".D", c.direct(), c.kernels(), c.channels());
    } else if (layer instanceof PlainLayer.Taps t) {
      put(name + ".kernel", t.kernel(), t.sets(), t.channels(), t.taps());
      put(name + ".D", t.direct(), t.kernels(), t.channels());
    } else if (layer instanceof PlainLayer.Gru g) {
      put(name + ".gru.weight_ih_l0", g.input().weight(), g.input().out(), g.input().in());
      put(name + ".gru.bias_ih_l0", g.input().bias(), g.input().out());
      put(name + ".gru.weight_hh_l0", g.hidden().weight(), g.hidden().out(), g.hidden().in());
      put(name + ".gru.bias_hh_l0", g.hidden().bias(), g.hidden().out());
    } else if (layer instanceof PlainLayer.Attention a) {
      putAttention(name, a);
    }
  }

  private void putAttention(String name, PlainLayer.Attention layer) {
    put(name + ".query", layer.query());
    put(name + ".key", layer.key());
    put(name + ".value", layer.value());
    put(name + ".output", layer.output());
    put(name + ".scale", new float[] {layer.scale()}, 1);
    for (int i = 0; i < layer.blocks().size(); i++) {
      PlainLayer.FeedForward block = layer.blocks().get(i);
      put(name + ".norms." + i + ".weight", block.gain(), block.gain().length);
      put(name + ".norms." + i + ".bias", block.shift(), block.shift().length);
      put(name + ".blocks." + i + ".expand", block.expand());
      put(name + ".blocks." + i + ".contract", block.contract());
    }
  }
}
