package io.carillon.nn;

import io.carillon.config.Activation;
import io.carillon.config.AttentionConfig;
import io.carillon.config.BlockConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.config.Pooling;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Operand;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.RowStage;
import io.carillon.engine.Rows;
import io.carillon.engine.Workspace;
import io.carillon.nn.gru.GruLayer;
import io.carillon.nn.layer.Activations;
import io.carillon.nn.layer.Dropout;
import io.carillon.nn.layer.SequenceLayer;
import io.carillon.nn.ssm.SsmLayer;
import io.carillon.ssm.Modes;
import io.carillon.ssm.diagonal.RawModes;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The whole network in double precision with the plainest loops: sums instead of recurrences and
 * transforms, one row at a time. Reads its parameters from a map, so that a test can perturb them
 * below float resolution.
 */
public final class NetworkOracle {
  private final Network network;
  private final NetworkConfig config;
  private final Map<String, double[]> values = new LinkedHashMap<>();

  public NetworkOracle(Network network) {
    this.network = network;
    this.config = network.config();
    for (Parameter p : network.parameters()) {
      double[] v = new double[p.size()];
      for (int i = 0; i < v.length; i++) {
        v[i] = p.value()[i];
      }
      values.put(p.name(), v);
    }
  }

  /** The live values of a parameter. */
  public double[] value(String name) {
    return values.get(name);
  }

  /** Answers [output rows][outputSize]. */
  public double[] forward(Batch batch, boolean training, long dropoutSeed, double rate) {
    Rows rows = batch.rows();
    Pass pass =
        training
            ? Pass.training(
                rows, new Workspace(), Parallel.serial(), KernelChoice.select(), dropoutSeed)
            : Pass.inference(rows, new Workspace(), Parallel.serial(), KernelChoice.select());
    double[][] x = encode(batch);
    BlockConfig block = config.block();
    for (int i = 0; i < config.depth(); i++) {
      int index = i;
      String name = "blocks." + i;
      x = residual(pass, name, x, 4L * i, in -> layerBody(pass, name, index, in, rate));
      if (block.feedForward() > 0) {
        x = residual(pass, name + ".ff", x, 4L * i + 1, in -> feedForward(pass, name, index, in));
      }
    }
    if (config.finalNorm() && block.norm() != Norm.NONE) {
      x = norm(pass, "norm", x);
    }
    double[][] pooled = pool(rows, x);
    return flatten(config.pairs() ? compared(pooled) : linear("decoder", pooled));
  }

  private interface Function {
    double[][] apply(double[][] x);
  }

  private double[][] encode(Batch batch) {
    int rows = batch.rows().total();
    if (batch.tokens() != null) {
      double[] table = value("encoder.weight");
      double[][] x = new double[rows][];
      for (int r = 0; r < rows; r++) {
        int from = batch.tokens()[r] * config.width();
        x[r] = Arrays.copyOfRange(table, from, from + config.width());
      }
      return x;
    }
    double[][] in = new double[rows][config.inputSize()];
    for (int r = 0; r < rows; r++) {
      for (int d = 0; d < config.inputSize(); d++) {
        in[r][d] = batch.values()[r * config.inputSize() + d];
      }
    }
    return linear("encoder", in);
  }

  private double[][] linear(String name, double[][] x) {
    double[] bias = value(name + ".bias");
    double[] v = value(name + ".weight");
    double[] gain = null;
    if (v == null) {
      v = value(name + ".weight_v");
      gain = value(name + ".weight_g");
    }
    int in = x[0].length;
    double[][] y = new double[x.length][bias.length];
    for (int r = 0; r < x.length; r++) {
      for (int o = 0; o < bias.length; o++) {
        double sum = 0;
        double square = 0;
        for (int i = 0; i < in; i++) {
          sum += x[r][i] * v[o * in + i];
          square += v[o * in + i] * v[o * in + i];
        }
        y[r][o] = bias[o] + (gain == null ? sum : sum * gain[o] / Math.sqrt(square));
      }
    }
    return y;
  }

  private double[][] residual(Pass pass, String name, double[][] x, long salt, Function f) {
    BlockConfig b = config.block();
    boolean normed = b.norm() != Norm.NONE;
    double[][] in = normed && b.prenorm() ? norm(pass, name + ".norm", x) : x;
    double[][] y = f.apply(in);
    drop(pass, y, ~salt);
    for (int r = 0; r < x.length; r++) {
      for (int h = 0; h < x[r].length; h++) {
        y[r][h] += x[r][h];
      }
    }
    return normed && !b.prenorm() ? norm(pass, name + ".norm", y) : y;
  }

  private void drop(Pass pass, double[][] y, long salt) {
    int width = y[0].length;
    float[] mask = new float[y.length * width];
    Arrays.fill(mask, 1f);
    RowStage stage =
        new Dropout(config.block().dropout(), config.block().tiedDropout(), salt, width)
            .stage(pass, Operand.of(mask));
    stage.begin();
    stage.rows(0, 0, y.length);
    for (int r = 0; r < y.length; r++) {
      for (int h = 0; h < width; h++) {
        y[r][h] *= mask[r * width + h];
      }
    }
  }

  private double[][] norm(Pass pass, String name, double[][] x) {
    return switch (config.block().norm()) {
      case LAYER -> layerNorm(name, x);
      case SCALAR_AFFINE -> scalarNorm(name, x);
      case BATCH -> batchNorm(pass, name, x);
      case NONE -> x;
    };
  }

  private double[][] layerNorm(String name, double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int r = 0; r < x.length; r++) {
      double mean = Arrays.stream(x[r]).average().getAsDouble();
      double variance =
          Arrays.stream(x[r]).map(v -> (v - mean) * (v - mean)).average().getAsDouble();
      for (int h = 0; h < x[r].length; h++) {
        y[r][h] =
            (x[r][h] - mean) / Math.sqrt(variance + 1e-5f) * value(name + ".weight")[h]
                + value(name + ".bias")[h];
      }
    }
    return y;
  }

  private double[][] scalarNorm(String name, double[][] x) {
    double m = value(name + ".m")[0];
    double s = value(name + ".s")[0];
    double[][] y = new double[x.length][x[0].length];
    for (int r = 0; r < x.length; r++) {
      double mean = Arrays.stream(x[r]).average().getAsDouble();
      double variance =
          Arrays.stream(x[r]).map(v -> (v - mean) * (v - mean)).average().getAsDouble();
      for (int h = 0; h < x[r].length; h++) {
        y[r][h] = s / Math.sqrt(variance) * (x[r][h] - mean + m);
      }
    }
    return y;
  }

  private double[][] batchNorm(Pass pass, String name, double[][] x) {
    double[][] y = new double[x.length][x[0].length];
    for (int h = 0; h < x[0].length; h++) {
      double mean = value(name + ".running_mean")[h];
      double variance = value(name + ".running_var")[h];
      if (pass.training()) {
        int n = 0;
        mean = 0;
        for (int r = 0; r < x.length; r++) {
          if (pass.rows().observed(r)) {
            mean += x[r][h];
            n++;
          }
        }
        mean /= n;
        variance = 0;
        for (int r = 0; r < x.length; r++) {
          if (pass.rows().observed(r)) {
            variance += (x[r][h] - mean) * (x[r][h] - mean) / n;
          }
        }
      }
      for (int r = 0; r < x.length; r++) {
        y[r][h] =
            (x[r][h] - mean) / Math.sqrt(variance + 1e-5) * value(name + ".weight")[h]
                + value(name + ".bias")[h];
      }
    }
    return y;
  }

  private double[][] layerBody(Pass pass, String name, int index, double[][] x, double rate) {
    BlockConfig b = config.block();
    double[][] s = layer(pass.rows(), name, index, x, rate);
    int inner = config.width() * b.kernels();
    double[][] a = new double[s.length][inner];
    for (int r = 0; r < s.length; r++) {
      for (int i = 0; i < inner; i++) {
        double gate =
            b.gate() == Activation.NONE ? 1 : Activations.value(b.gate(), s[r][i + inner]);
        a[r][i] = Activations.value(b.activation(), s[r][i] * gate);
      }
    }
    drop(pass, a, 2L * index + 1);
    if (network.layers().get(index).addsInput()) {
      a = sum(a, x);
    }
    return switch (b.mixer()) {
      case NONE -> a;
      case LINEAR -> linear(name + ".output", a);
      case GLU -> gated(linear(name + ".output", a), Activation.SIGMOID);
      case GEGLU -> gated(linear(name + ".output", a), Activation.GELU);
    };
  }

  private double[][] gated(double[][] x, Activation gate) {
    int n = x[0].length / 2;
    double[][] y = new double[x.length][n];
    for (int r = 0; r < x.length; r++) {
      for (int i = 0; i < n; i++) {
        y[r][i] = x[r][i] * Activations.value(gate, x[r][i + n]);
      }
    }
    return y;
  }

  private double[][] feedForward(Pass pass, String name, int index, double[][] x) {
    double[][] h = linear(name + ".ff.expand", x);
    for (double[] row : h) {
      for (int i = 0; i < row.length; i++) {
        row[i] = Activations.value(Activation.GELU, row[i]);
      }
    }
    drop(pass, h, 4L * index + 2);
    return linear(name + ".ff.contract", h);
  }

  private double[][] layer(Rows rows, String name, int index, double[][] x, double rate) {
    SequenceLayer layer = network.layers().get(index);
    if (layer instanceof SsmLayer ssm) {
      return convolution(rows, name + ".ssm", ssm, x, rate);
    }
    double[][] in = new double[x.length][];
    for (int r = 0; r < x.length; r++) {
      in[r] = rows.observed(r) ? x[r] : new double[x[r].length];
    }
    return layer instanceof GruLayer
        ? gru(rows, name + ".gru", in)
        : attention(rows, name + ".attention", in);
  }

  private double[][] attention(Rows rows, String name, double[][] x) {
    AttentionConfig c = (AttentionConfig) config.block().ssm();
    int size = c.headSize(config.width());
    double[][] q = turned(rows, linear(name + ".Q", x), size, c.ropeBase());
    double[][] k = turned(rows, linear(name + ".K", x), size, c.ropeBase());
    double[][] v = linear(name + ".V", x);
    double[][] o = new double[x.length][c.heads() * size];
    for (int b = 0; b < rows.count(); b++) {
      for (int t = 0; t < rows.length(b); t++) {
        for (int head = 0; head < c.heads(); head++) {
          attend(rows, b, t, head * size, size, value(name + ".scale")[0], q, k, v, o);
        }
      }
    }
    double[][] y = linear(name + ".O", o);
    for (int i = 0; i < 2 && c.feedForward() > 0; i++) {
      String block = name + (i == 0 ? ".ff" : ".ff2");
      double[][] h = linear(block + ".expand", layerNorm(block + ".norm", y));
      for (double[] row : h) {
        for (int j = 0; j < row.length; j++) {
          row[j] = Activations.value(Activation.GELU, row[j]);
        }
      }
      y = sum(y, linear(block + ".contract", h));
    }
    return y;
  }

  private void attend(
      Rows rows,
      int b,
      int t,
      int column,
      int size,
      double scale,
      double[][] q,
      double[][] k,
      double[][] v,
      double[][] o) {
    int start = rows.start(b);
    double[] weight = new double[rows.length(b)];
    double sum = 0;
    for (int j = 0; j < weight.length; j++) {
      if (attends(t, j) && rows.observed(start + j)) {
        double score = 0;
        for (int i = column; i < column + size; i++) {
          score += scale * q[start + t][i] * k[start + j][i];
        }
        weight[j] = Math.exp(score);
        sum += weight[j];
      }
    }
    for (int j = 0; j < weight.length && sum > 0; j++) {
      for (int i = column; i < column + size; i++) {
        o[start + t][i] += weight[j] / sum * v[start + j][i];
      }
    }
  }

  /** Whether step t may attend to step j. */
  private boolean attends(int t, int j) {
    int chunk = ((AttentionConfig) config.block().ssm()).chunk();
    boolean near = chunk == 0 || Math.abs(t / chunk - j / chunk) <= 1;
    return near && (j <= t || config.block().bidirectional());
  }

  private static double[][] turned(Rows rows, double[][] x, int size, double base) {
    for (int r = 0; r < x.length; r++) {
      int t = r - rows.start(rows.sequenceAt(r));
      for (int i = 0; i < x[r].length; i += 2) {
        double angle = t * Math.pow(base, -(double) (i % size) / size);
        double even = x[r][i];
        double odd = x[r][i + 1];
        x[r][i] = even * Math.cos(angle) - odd * Math.sin(angle);
        x[r][i + 1] = even * Math.sin(angle) + odd * Math.cos(angle);
      }
    }
    return x;
  }

  private double[][] gru(Rows rows, String name, double[][] x) {
    int width = config.width();
    double[][] in = linear(name + ".input", x);
    double[][] y = new double[x.length][];
    for (int b = 0; b < rows.count(); b++) {
      double[] h = new double[width];
      for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
        double[] hid = linear(name + ".hidden", new double[][] {h})[0];
        double[] next = new double[width];
        for (int i = 0; i < width; i++) {
          double reset = Activations.sigmoid(in[r][i] + hid[i]);
          double z = Activations.sigmoid(in[r][width + i] + hid[width + i]);
          double n = Math.tanh(in[r][2 * width + i] + reset * hid[2 * width + i]);
          next[i] = (1 - z) * n + z * h[i];
        }
        h = next;
        y[r] = h;
      }
    }
    return y;
  }

  private static double[][] sum(double[][] a, double[][] b) {
    double[][] sum = new double[a.length][a[0].length];
    for (int r = 0; r < a.length; r++) {
      for (int i = 0; i < a[r].length; i++) {
        sum[r][i] = a[r][i] + b[r][i];
      }
    }
    return sum;
  }

  private double[][] convolution(
      Rows rows, String name, SsmLayer layer, double[][] x, double rate) {
    int width = config.width();
    double[][] y = new double[x.length][layer.kernels() * width];
    for (int b = 0; b < rows.count(); b++) {
      int length = rows.length(b);
      int taps =
          kernelLength(layer, layer.kernelMap().dependsOnLength() ? length : rows.maxLength());
      List<Parameter> raw = layer.kernelMap().parameters();
      double[][] in = new double[raw.size()][];
      for (int i = 0; i < in.length; i++) {
        in[i] = value(raw.get(i).name());
      }
      if (rows.timed() && (!layer.diagonal() || layer.delayed())) {
        spelledOut(rows, b, layer, in, value(name + ".D"), x, y, rate);
        continue;
      }
      if (rows.timed()) {
        Modes modes = RawModes.of(layer.parameterisation(), in, 1, rate);
        events(rows, b, layer, modes, value(name + ".D"), x, y);
        continue;
      }
      for (int c = 0; c < layer.kernels(); c++) {
        for (int h = 0; h < width; h++) {
          double[] past = kernel(layer, in, c, h, taps, rate);
          double[] future =
              layer.bidirectional()
                  ? kernel(layer, in, layer.kernels() + c, h, taps, rate)
                  : new double[0];
          for (int t = 0; t < length; t++) {
            double sum = value(name + ".D")[c * width + h] * input(rows, x, b, t, h);
            for (int j = 0; j < past.length && j <= t; j++) {
              sum += past[j] * input(rows, x, b, t - j, h);
            }
            for (int j = 0; j < future.length && t + 1 + j < length; j++) {
              sum += future[j] * input(rows, x, b, t + 1 + j, h);
            }
            y[rows.start(b) + t][c * width + h] = sum;
          }
        }
      }
    }
    return y;
  }

  /** Steps of their own lengths as double sums over all pairs of steps. */
  private static void events(
      Rows rows, int b, SsmLayer layer, Modes modes, double[] skip, double[][] x, double[][] y) {
    int start = rows.start(b);
    int width = modes.channels();
    double[] time = new double[rows.length(b)];
    for (int t = 1; t < time.length; t++) {
      time[t] = time[t - 1] + rows.gaps()[start + t];
    }
    for (int c = 0; c < layer.kernels(); c++) {
      for (int h = 0; h < width; h++) {
        for (int t = 0; t < time.length; t++) {
          double sum = skip[c * width + h] * input(rows, x, b, t, h);
          for (int s = 0; s < time.length; s++) {
            double gap = rows.gaps()[start + s];
            if (s <= t) {
              sum += held(modes, c, h, time[t] - time[s], gap) * input(rows, x, b, s, h);
            } else if (layer.bidirectional()) {
              double past = time[s - 1] - time[t];
              sum += held(modes, layer.kernels() + c, h, past, gap) * input(rows, x, b, s, h);
            }
          }
          y[start + t][c * width + h] = sum;
        }
      }
    }
  }

  /** Whole gaps, every one as ordinary steps with the same input: sums of taps. */
  private void spelledOut(
      Rows rows,
      int b,
      SsmLayer layer,
      double[][] raw,
      double[] skip,
      double[][] x,
      double[][] y,
      double rate) {
    int start = rows.start(b);
    int[] time = new int[rows.length(b) + 1];
    for (int t = 0; t < rows.length(b); t++) {
      time[t + 1] = time[t] + (int) rows.gaps()[start + t];
    }
    int taps = kernelLength(layer, time[rows.length(b)]);
    for (int c = 0; c < layer.kernels(); c++) {
      for (int h = 0; h < config.width(); h++) {
        double[] past = kernel(layer, raw, c, h, taps, rate);
        double[] future =
            layer.bidirectional()
                ? kernel(layer, raw, layer.kernels() + c, h, taps, rate)
                : new double[0];
        for (int t = 0; t < rows.length(b); t++) {
          int now = time[t + 1];
          double sum = skip[c * config.width() + h] * input(rows, x, b, t, h);
          for (int s = 0; s < rows.length(b); s++) {
            for (int slot = time[s] + 1; slot <= time[s + 1]; slot++) {
              double[] k = slot <= now ? past : future;
              int lag = slot <= now ? now - slot : slot - now - 1;
              sum += lag < k.length ? k[lag] * input(rows, x, b, s, h) : 0;
            }
          }
          y[start + t][c * config.width() + h] = sum;
        }
      }
    }
  }

  /** Re Σ w e^{z T} (e^{z g} − 1)/(e^z − 1). */
  private static double held(Modes modes, int set, int h, double past, double gap) {
    double sum = 0;
    for (int m = 0; m < modes.modes(); m++) {
      double re = modes.logRe()[modes.logRow(h) + m];
      double im = modes.logIm()[modes.logRow(h) + m];
      double[] top = minusOne(gap * re, gap * im);
      double[] bottom = minusOne(re, im);
      double norm = bottom[0] * bottom[0] + bottom[1] * bottom[1];
      double bRe = (top[0] * bottom[0] + top[1] * bottom[1]) / norm;
      double bIm = (top[1] * bottom[0] - top[0] * bottom[1]) / norm;
      double[] power = minusOne(past * re, past * im);
      double wRe = modes.wRe()[modes.wRow(set, h) + m];
      double wIm = modes.wIm()[modes.wRow(set, h) + m];
      double xRe = (power[0] + 1) * bRe - power[1] * bIm;
      double xIm = (power[0] + 1) * bIm + power[1] * bRe;
      sum += wRe * xRe - wIm * xIm;
    }
    return sum;
  }

  private static double[] minusOne(double re, double im) {
    return new double[] {Math.exp(re) * Math.cos(im) - 1, Math.exp(re) * Math.sin(im)};
  }

  private static double input(Rows rows, double[][] x, int b, int t, int h) {
    int r = rows.start(b) + t;
    return rows.observed(r) ? x[r][h] : 0;
  }

  private static double[] kernel(
      SsmLayer layer, double[][] raw, int set, int h, int taps, double rate) {
    return layer.diagonal()
        ? kernel(RawModes.of(layer.parameterisation(), raw, taps, rate), set, h, taps)
        : RawModes.taps(layer.kernelMap(), raw, set * layer.channels() + h, taps, rate);
  }

  private static double[] kernel(Modes modes, int set, int h, int taps) {
    double[] k = new double[taps];
    boolean product =
        modes.cast() == KernelCast.PROD
            || modes.cast() == KernelCast.REAL_PROD && h >= modes.channels() / 2;
    for (int l = 0; l < taps; l++) {
      double re = 0;
      double im = 0;
      for (int m = 0; m < modes.modes(); m++) {
        int z = modes.logRow(h) + m;
        int w = modes.wRow(set, h) + m;
        double steps = l - (modes.shift() == null ? 0 : modes.shift()[z]);
        double size = Math.exp(modes.logRe()[z] * steps);
        double cos = size * Math.cos(modes.logIm()[z] * steps);
        double sin = size * Math.sin(modes.logIm()[z] * steps);
        re += modes.wRe()[w] * cos - modes.wIm()[w] * sin;
        im += modes.wRe()[w] * sin + modes.wIm()[w] * cos;
      }
      k[l] = product ? re * im : re;
    }
    return k;
  }

  private double[][] compared(double[][] pooled) {
    int width = config.width();
    double[][] joined = new double[pooled.length / 2][4 * width];
    for (int p = 0; p < joined.length; p++) {
      for (int i = 0; i < width; i++) {
        double a = pooled[2 * p][i];
        double b = pooled[2 * p + 1][i];
        joined[p][i] = a;
        joined[p][width + i] = b;
        joined[p][2 * width + i] = a - b;
        joined[p][3 * width + i] = a * b;
      }
    }
    double[][] h = linear("decoder.hidden", joined);
    for (double[] row : h) {
      for (int i = 0; i < width; i++) {
        row[i] = Activations.value(Activation.GELU, row[i]);
      }
    }
    return linear("decoder.output", h);
  }

  private double[][] pool(Rows rows, double[][] x) {
    if (config.pooling() == Pooling.EVERY && config.lastSteps() == 0) {
      return x;
    }
    int per = config.pooling() == Pooling.EVERY ? config.lastSteps() : 1;
    double[][] y = new double[rows.count() * per][];
    for (int b = 0; b < rows.count(); b++) {
      int end = rows.start(b) + rows.length(b);
      if (config.pooling() == Pooling.EVERY) {
        System.arraycopy(x, end - per, y, b * per, per);
        continue;
      }
      double[] sum = new double[config.width()];
      int n = 0;
      for (int r = rows.start(b); r < end; r++) {
        if (rows.observed(r)) {
          n++;
          for (int h = 0; h < sum.length; h++) {
            sum[h] = config.pooling() == Pooling.LAST ? x[r][h] : sum[h] + x[r][h];
          }
        }
      }
      int count = config.pooling() == Pooling.LAST ? 1 : n;
      y[b] = Arrays.stream(sum).map(v -> v / count).toArray();
    }
    return y;
  }

  private static double[] flatten(double[][] x) {
    return Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
  }

  private static int kernelLength(SsmLayer layer, int length) {
    int most = layer.kernelMap().config().maxKernelLength();
    return most > 0 ? Math.min(most, length) : length;
  }
}
