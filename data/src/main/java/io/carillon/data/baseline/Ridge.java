package io.carillon.data.baseline;

/**
 * Linear regression with a penalty α |w|² on the weights of standardised features and none on the
 * intercept. α is the one of {@link #PENALTIES} with the smallest mean squared error of leaving one
 * sample out, over all targets, which follows in closed form from the regression on all samples:
 * e_i = (y_i − ŷ_i) / (1 − H_ii).
 *
 * <p>In double precision. With more features than samples it is solved in its dual form, with as
 * many unknowns as there are samples.
 */
final class Ridge {
  /** 10 values from 10⁻³ to 10³, evenly in the exponent, as is usual after ROCKET. */
  static final double[] PENALTIES = penalties();

  /** Features that enter the dual matrix in one pass over it. */
  private static final int AT_ONCE = 4;

  private final double[] mean;
  private final double[] factor;

  /** [features][targets]. */
  private final double[][] weights;

  private final double[] intercept;
  private final double penalty;
  private final double error;

  private Ridge(
      double[] mean,
      double[] factor,
      double[][] weights,
      double[] intercept,
      double penalty,
      double error) {
    this.mean = mean;
    this.factor = factor;
    this.weights = weights;
    this.intercept = intercept;
    this.penalty = penalty;
    this.error = error;
  }

  private static double[] penalties() {
    double[] values = new double[10];
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.pow(10, -3 + 6.0 * k / (values.length - 1));
    }
    return values;
  }

  /**
   * Fits.
   *
   * @param x [samples][features], at least 2 samples
   * @param y [samples][targets]
   */
  static Ridge fit(float[][] x, double[][] y) {
    return fit(x, y, PENALTIES);
  }

  /** Fits with one of the given penalties, each above 0. */
  static Ridge fit(float[][] x, double[][] y, double... penalties) {
    if (x.length < 2 || x.length != y.length) {
      throw new IllegalArgumentException(
          "a ridge regression needs at least 2 samples, each with targets; there are "
              + x.length
              + " samples and "
              + y.length
              + " with targets");
    }
    double[] mean = new double[x[0].length];
    double[] factor = standardisation(x, mean);
    double[] intercept = means(y);
    double[][] centred = centred(y, intercept);
    Solver solver =
        x[0].length > x.length
            ? new Dual(x, mean, factor, centred)
            : new Primal(x, mean, factor, centred);
    double bestError = Double.POSITIVE_INFINITY;
    double best = penalties[0];
    for (double penalty : penalties) {
      double error = solver.leaveOneOut(penalty);
      if (error < bestError) {
        bestError = error;
        best = penalty;
      }
    }
    return new Ridge(mean, factor, solver.weights(best), intercept, best, bestError);
  }

  /** Flops of {@link #fit}, about. */
  static double cost(double samples, double features, double targets) {
    double unknowns = Math.min(samples, features);
    return samples * unknowns * Math.max(samples, features)
        + Tridiagonal.cost(unknowns)
        + PENALTIES.length * samples * unknowns * (5 + 2 * targets)
        + 2 * samples * features * targets;
  }

  /** Bytes of the arrays of {@link #fit} besides its arguments, about. */
  static double bytes(double samples, double features, double targets) {
    double unknowns = Math.min(samples, features);
    double own = features > samples ? 0 : samples * features;
    return Double.BYTES
        * (own + 2.5 * unknowns * unknowns + 2 * features * targets + 4 * samples * targets);
  }

  /** The penalty that was chosen. */
  double penalty() {
    return penalty;
  }

  /** Mean squared error of leaving one sample out, with that penalty. */
  double error() {
    return error;
  }

  /** Answer to a sample, [targets]. */
  double[] predict(float[] x) {
    double[] answer = intercept.clone();
    for (int f = 0; f < x.length; f++) {
      double value = (x[f] - mean[f]) * factor[f];
      for (int c = 0; value != 0 && c < answer.length; c++) {
        answer[c] += value * weights[f][c];
      }
    }
    return answer;
  }

  /** Fills the means and returns 1/deviation; 0 for a feature that is constant but for rounding. */
  private static double[] standardisation(float[][] x, double[] mean) {
    int n = x.length;
    for (float[] row : x) {
      for (int f = 0; f < mean.length; f++) {
        mean[f] += row[f] / (double) n;
      }
    }
    double[] factor = new double[mean.length];
    for (float[] row : x) {
      for (int f = 0; f < mean.length; f++) {
        factor[f] += (row[f] - mean[f]) * (row[f] - mean[f]) / n;
      }
    }
    for (int f = 0; f < mean.length; f++) {
      double deviation = Math.sqrt(factor[f]);
      factor[f] = deviation > 1e-7 * Math.abs(mean[f]) ? 1 / deviation : 0;
    }
    return factor;
  }

  private static double[] means(double[][] y) {
    double[] mean = new double[y[0].length];
    for (double[] row : y) {
      for (int c = 0; c < mean.length; c++) {
        mean[c] += row[c] / y.length;
      }
    }
    return mean;
  }

  private static double[][] centred(double[][] y, double[] mean) {
    double[][] centred = new double[y.length][mean.length];
    for (int i = 0; i < y.length; i++) {
      for (int c = 0; c < mean.length; c++) {
        centred[i][c] = y[i][c] - mean[c];
      }
    }
    return centred;
  }

  /** aᵀ b. */
  private static double[][] transposedProduct(double[][] a, double[][] b) {
    double[][] product = new double[a[0].length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int k = 0; k < product.length; k++) {
        double value = a[i][k];
        for (int c = 0; c < b[i].length; c++) {
          product[k][c] += value * b[i][c];
        }
      }
    }
    return product;
  }

  private static double[][] copy(double[][] a) {
    double[][] copy = new double[a.length][];
    for (int i = 0; i < a.length; i++) {
      copy[i] = a[i].clone();
    }
    return copy;
  }

  /** row · b. */
  private static void rowProduct(double[] row, double[][] b, double[] to) {
    for (int c = 0; c < to.length; c++) {
      to[c] = 0;
    }
    for (int k = 0; k < row.length; k++) {
      for (int c = 0; c < to.length; c++) {
        to[c] += row[k] * b[k][c];
      }
    }
  }

  /** One of the two forms. */
  private interface Solver {
    /** Mean squared error of leaving one sample out. */
    double leaveOneOut(double penalty);

    /** Weights [features][targets]. */
    double[][] weights(double penalty);
  }

  /** As many unknowns as features: XᵀX = Q T Qᵀ, Z = X Q. */
  private static final class Primal implements Solver {
    private final Tridiagonal tridiagonal;
    private final double[][] z;
    private final double[][] centred;

    /** Zᵀ y. */
    private final double[][] projected;

    Primal(float[][] x, double[] mean, double[] factor, double[][] centred) {
      this.centred = centred;
      int features = mean.length;
      z = new double[x.length][features];
      double[][] products = new double[features][features];
      for (int i = 0; i < x.length; i++) {
        for (int f = 0; f < features; f++) {
          z[i][f] = (x[i][f] - mean[f]) * factor[f];
        }
        for (int f = 0; f < features; f++) {
          double value = z[i][f];
          double[] row = products[f];
          for (int g = 0; g < features; g++) {
            row[g] += value * z[i][g];
          }
        }
      }
      tridiagonal = Tridiagonal.of(products);
      double[] row = new double[features];
      for (double[] sample : z) {
        rowProduct(sample, tridiagonal.q(), row);
        System.arraycopy(row, 0, sample, 0, features);
      }
      projected = transposedProduct(z, centred);
    }

    @Override
    public double leaveOneOut(double penalty) {
      Tridiagonal.Shifted shifted = tridiagonal.shifted(penalty);
      double[][] inner = copy(projected);
      shifted.solve(inner);
      double[] fitted = new double[centred[0].length];
      double sum = 0;
      for (int i = 0; i < z.length; i++) {
        rowProduct(z[i], inner, fitted);
        double left = 1 - 1.0 / z.length - shifted.quadratic(z[i]);
        for (int c = 0; c < fitted.length; c++) {
          double error = (centred[i][c] - fitted[c]) / left;
          sum += error * error;
        }
      }
      return sum / z.length / fitted.length;
    }

    @Override
    public double[][] weights(double penalty) {
      double[][] inner = copy(projected);
      tridiagonal.shifted(penalty).solve(inner);
      double[][] weights = new double[inner.length][inner[0].length];
      for (int f = 0; f < weights.length; f++) {
        rowProduct(tridiagonal.q()[f], inner, weights[f]);
      }
      return weights;
    }
  }

  /**
   * As many unknowns as samples: K = XXᵀ + s 11ᵀ/n = Q T Qᵀ.
   *
   * <p>Centred features leave XXᵀ without the direction 1, in which the residual would be 1/n of a
   * difference of nearly equal numbers. Shifted by s, of the size of the other eigenvalues, that
   * direction can be taken out again.
   */
  private static final class Dual implements Solver {
    private final float[][] x;
    private final double[] mean;
    private final double[] factor;
    private final Tridiagonal tridiagonal;
    private final double shift;

    /** Qᵀ y. */
    private final double[][] projected;

    Dual(float[][] x, double[] mean, double[] factor, double[][] centred) {
      this.x = x;
      this.mean = mean;
      this.factor = factor;
      double[][] products = products();
      double trace = 0;
      for (int i = 0; i < x.length; i++) {
        trace += products[i][i];
      }
      shift = Math.max(trace / x.length, 1);
      for (double[] row : products) {
        for (int j = 0; j < row.length; j++) {
          row[j] += shift / x.length;
        }
      }
      tridiagonal = Tridiagonal.of(products);
      projected = transposedProduct(tridiagonal.q(), centred);
    }

    private double[][] products() {
      int n = x.length;
      double[][] products = new double[n][n];
      double[][] columns = new double[AT_ONCE][n];
      for (int first = 0; first < mean.length; first += AT_ONCE) {
        for (int k = 0; k < AT_ONCE; k++) {
          int f = first + k;
          for (int i = 0; i < n; i++) {
            columns[k][i] = f < mean.length ? (x[i][f] - mean[f]) * factor[f] : 0;
          }
        }
        for (int i = 0; i < n; i++) {
          add(columns, i, products[i]);
        }
      }
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < i; j++) {
          products[j][i] = products[i][j];
        }
      }
      return products;
    }

    private static void add(double[][] columns, int i, double[] row) {
      double[] a = columns[0];
      double[] b = columns[1];
      double[] c = columns[2];
      double[] d = columns[3];
      double ai = a[i];
      double bi = b[i];
      double ci = c[i];
      double di = d[i];
      for (int j = 0; j <= i; j++) {
        row[j] += ai * a[j] + bi * b[j] + ci * c[j] + di * d[j];
      }
    }

    /** (K + α)⁻¹ y. */
    private double[][] solve(Tridiagonal.Shifted shifted) {
      double[][] inner = copy(projected);
      shifted.solve(inner);
      double[][] solution = new double[x.length][inner[0].length];
      for (int i = 0; i < solution.length; i++) {
        rowProduct(tridiagonal.q()[i], inner, solution[i]);
      }
      return solution;
    }

    @Override
    public double leaveOneOut(double penalty) {
      Tridiagonal.Shifted shifted = tridiagonal.shifted(penalty);
      double[][] solution = solve(shifted);
      double sum = 0;
      for (int i = 0; i < solution.length; i++) {
        double left = shifted.quadratic(tridiagonal.q()[i]) - 1 / (x.length * (shift + penalty));
        for (double value : solution[i]) {
          sum += value / left * (value / left);
        }
      }
      return sum / solution.length / solution[0].length;
    }

    @Override
    public double[][] weights(double penalty) {
      double[][] solution = solve(tridiagonal.shifted(penalty));
      double[][] weights = new double[mean.length][projected[0].length];
      for (int i = 0; i < x.length; i++) {
        for (int f = 0; f < mean.length; f++) {
          double value = (x[i][f] - mean[f]) * factor[f];
          for (int c = 0; c < solution[i].length; c++) {
            weights[f][c] += value * solution[i][c];
          }
        }
      }
      return weights;
    }
  }
}
