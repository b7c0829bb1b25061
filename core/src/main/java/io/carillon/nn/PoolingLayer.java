package io.carillon.nn;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.engine.Parallel;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import java.util.Arrays;

/** Gives the decoder of a sequence's rows what {@link Pooling} says. */
final class PoolingLayer {

  private final Pooling pooling;
  private final int lastSteps;
  private final int width;

  PoolingLayer(NetworkConfig config) {
    this.pooling = config.pooling();
    this.lastSteps = config.lastSteps();
    this.width = config.width();
  }

  /** Rows after pooling. */
  public Rows pooledRows(Rows rows) {
    if (pooling != Pooling.EVERY) {
      return Rows.uniform(rows.count(), 1);
    }
    if (lastSteps == 0) {
      return rows;
    }
    for (int b = 0; b < rows.count(); b++) {
      if (rows.length(b) < lastSteps) {
        throw new IllegalArgumentException(
            "sequence "
                + b
                + " has "
                + rows.length(b)
                + " steps, the model answers for the last "
                + lastSteps
                + "; give it at least that many");
      }
    }
    return Rows.uniform(rows.count(), lastSteps);
  }

  /** y [pooled rows][width] from x [rows][width]. */
  void forward(Pass pass, float[] x, float[] y) {
    pass.parallel().runOnWorkers(pass.rows().count(), pooled(pass, x, y));
  }

  /** What {@link #forward} does with one sequence. */
  private Parallel.WorkerBody pooled(Pass pass, float[] x, float[] y) {
    Rows rows = pass.rows();
    double[][] sums = new double[pass.parallel().threads()][width];
    return (worker, b) -> {
      switch (pooling) {
        case MEAN -> mean(rows, b, width, x, y, sums[worker]);
        case LAST -> System.arraycopy(x, lastObserved(rows, b) * width, y, b * width, width);
        case EVERY -> {
          int n = lastSteps == 0 ? rows.length(b) : lastSteps;
          int to = lastSteps == 0 ? rows.start(b) : b * lastSteps;
          int from = rows.start(b) + rows.length(b) - n;
          System.arraycopy(x, from * width, y, to * width, n * width);
        }
      }
    };
  }

  private static void mean(Rows rows, int b, int width, float[] x, float[] y, double[] sum) {
    Arrays.fill(sum, 0);
    int n = 0;
    for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
      if (rows.observed(r)) {
        n++;
        for (int h = 0; h < width; h++) {
          sum[h] += x[r * width + h];
        }
      }
    }
    for (int h = 0; h < width; h++) {
      y[b * width + h] = (float) (sum[h] / n);
    }
  }

  private static int lastObserved(Rows rows, int b) {
    int r = rows.start(b) + rows.length(b) - 1;
    while (r > rows.start(b) && !rows.observed(r)) {
      r--;
    }
    return r;
  }

  private static int observedCount(Rows rows, int b) {
    int n = 0;
    for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
      n += rows.observed(r) ? 1 : 0;
    }
    return n;
  }

  /** gx [rows][width], overwritten, from g [pooled rows][width]. */
  void backward(Pass pass, float[] g, float[] gx) {
    pass.parallel().runOnWorkers(pass.rows().count(), spread(pass, g, gx));
  }

  /** What {@link #backward} does with one sequence. */
  private Parallel.WorkerBody spread(Pass pass, float[] g, float[] gx) {
    Rows rows = pass.rows();
    return (worker, b) -> {
      int first = rows.start(b) * width;
      Arrays.fill(gx, first, first + rows.length(b) * width, 0f);
      switch (pooling) {
        case MEAN -> spreadMean(rows, b, width, g, gx);
        case LAST -> System.arraycopy(g, b * width, gx, lastObserved(rows, b) * width, width);
        case EVERY -> {
          int n = lastSteps == 0 ? rows.length(b) : lastSteps;
          int from = lastSteps == 0 ? rows.start(b) : b * lastSteps;
          int to = rows.start(b) + rows.length(b) - n;
          System.arraycopy(g, from * width, gx, to * width, n * width);
        }
      }
    };
  }

  private static void spreadMean(Rows rows, int b, int width, float[] g, float[] gx) {
    float share = 1f / observedCount(rows, b);
    for (int r = rows.start(b); r < rows.start(b) + rows.length(b); r++) {
      if (rows.observed(r)) {
        for (int h = 0; h < width; h++) {
          gx[r * width + h] = g[b * width + h] * share;
        }
      }
    }
  }
}
