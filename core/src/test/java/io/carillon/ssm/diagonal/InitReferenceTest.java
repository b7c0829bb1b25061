package io.carillon.ssm.diagonal;

import io.carillon.config.S4dConfig;
import io.carillon.config.kernel.HippoMeasure;
import io.carillon.config.kernel.ImagSign;
import io.carillon.config.kernel.S4dInit;
import io.carillon.config.kernel.Transform;
import io.carillon.engine.SeededRandom;
import io.carillon.math.Complex;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceCase.Precision;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.ReferenceSkip;
import io.carillon.reference.UsesShared;
import io.carillon.ssm.hippo.HippoMatrix;
import io.carillon.ssm.hippo.Nplr;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/**
 * Initialisations against the official code: family 02_init.
 *
 * <p>Where the official numbers are less accurate than the closed forms here, the tolerance says
 * so:
 *
 * <ul>
 *   <li>{@code dplr} computes with π and LegS frequencies rounded to float even when asked for
 *       double: relative error up to 6e-8 (π alone: 2.8e-8).
 *   <li>The FouT correction P is stored in float (√2 to 2.4e-8), so its real parts are about −5e-8
 *       instead of 0.
 * </ul>
 */
@UsesShared
class InitReferenceTest {
  private static final double FLOAT_ROUNDING = 1e-7;

  /** Sums and powers in float: a few times N roundings of 6e-8. */
  private static final double FLOAT_SUM = 1e-6;

  @Test
  void matricesAndDiagonalisations() {
    ReferenceReport.check(
        "02_init",
        reference -> {
          if (reference.config().has("measure")) {
            checkNplr(reference);
          } else if (reference.config().has("init")) {
            checkDiagonal(reference);
          } else {
            checkTransitions(reference);
          }
        });
  }

  private static void checkTransitions(ReferenceCase reference) {
    int size = reference.config().integer("N");
    for (String tensor : reference.tensorNames()) {
      String[] parts = tensor.split("\\.");
      HippoMatrix matrix = HippoMatrix.of(measure(parts[0]), size);
      double[] actual =
          switch (parts[1]) {
            case "A" -> flatten(matrix.a());
            case "B" -> matrix.b();
            default -> throw new AssertionError("unknown tensor " + tensor);
          };
      reference.compare(
          tensor, reference.tensor(tensor).values(), actual, Precision.DOUBLE.general());
    }
  }

  private static void checkNplr(ReferenceCase reference) {
    ReferenceConfig config = reference.config();
    HippoMeasure measure = measure(config.text("measure", ""));
    int size = config.integer("N");
    int rank = config.integer("rank", 1);
    double clip = config.number("B_clip", Double.POSITIVE_INFINITY);
    HippoMatrix matrix = HippoMatrix.of(measure, size);
    Nplr nplr = Nplr.of(measure, size, rank);
    boolean exact = measure != HippoMeasure.FOURIER;
    double tolerance = exact ? Precision.DOUBLE.general() : FLOAT_ROUNDING;
    int half = size / 2;
    Complex[] a = new Complex[half];
    for (int m = 0; m < half; m++) {
      a[m] = new Complex(nplr.re(), nplr.im()[m]);
    }
    reference.compare("A", reference.reference64("A"), interleave(a), tolerance);
    if (reference.has("Atrans")) {
      reference.compare(
          "Atrans", reference.tensor("Atrans").values(), flatten(matrix.a()), tolerance);
      reference.compare("Btrans", reference.tensor("Btrans").values(), matrix.b(), tolerance);
      reference.compare("A rebuilt", flatten(matrix.a()), flatten(rebuild(nplr, size)), 1e-12);
    }
    reference.compare(
        "Prank", reference.reference64("Prank"), flatten(matrix.lowRank(rank)), tolerance);
    Complex[] invariant = new Complex[half];
    for (int m = 0; m < half; m++) {
      invariant[m] = nplr.input()[m].timesConj(nplr.lowRank()[0][m]);
    }
    reference.compare("BconjP", reference.reference64("BconjP"), interleave(invariant), tolerance);
    comparePhased(reference, nplr, clip, tolerance);
  }

  /**
   * B, P and V, whose columns the eigen solver of the official run multiplied by an unknown phase.
   */
  private static void comparePhased(
      ReferenceCase reference, Nplr nplr, double clip, double tolerance) {
    int half = nplr.im().length;
    double[] expected = reference.reference64("B_noclip");
    Complex[] input = new Complex[half];
    Complex[] clipped = new Complex[half];
    Complex[][] lowRank = new Complex[nplr.lowRank().length][half];
    for (int m = 0; m < half; m++) {
      Complex phase = phase(new Complex(expected[2 * m], expected[2 * m + 1]), nplr.input()[m]);
      input[m] = nplr.input()[m].times(phase);
      double im = Math.max(-clip, Math.min(clip, input[m].im()));
      clipped[m] = new Complex(input[m].re(), im);
      for (int r = 0; r < lowRank.length; r++) {
        lowRank[r][m] = nplr.lowRank()[r][m].times(phase);
      }
    }
    reference.compare("B_noclip", expected, interleave(input), tolerance);
    reference.compare("B", reference.reference64("B"), interleave(clipped), tolerance);
    double[] p = new double[0];
    for (Complex[] row : lowRank) {
      p = concat(p, interleave(row));
    }
    reference.compare("P", reference.reference64("P"), p, tolerance);
    if (reference.has("V064")) {
      // First row of V: its modulus does not depend on the phase.
      double[] first = reference.reference64("V0");
      double[] modulus = new double[half];
      double[] actual = new double[half];
      for (int m = 0; m < half; m++) {
        modulus[m] = Math.abs(first[m]);
        actual[m] = Math.sqrt(nplr.vectors()[m][0].absSquared());
      }
      reference.compare("V0", modulus, actual, tolerance);
    }
  }

  /** The unit factor that turns {@code actual} into the direction of {@code expected}. */
  private static Complex phase(Complex expected, Complex actual) {
    Complex quotient = expected.times(actual.reciprocal());
    return quotient.times(1 / Math.sqrt(quotient.absSquared()));
  }

  /** 2 Re(V (Λ − P̃P̃*) V*). */
  private static double[][] rebuild(Nplr nplr, int size) {
    double[][] a = new double[size][size];
    int half = size / 2;
    for (int m = 0; m < half; m++) {
      for (int j = 0; j < half; j++) {
        Complex middle = m == j ? new Complex(nplr.re(), nplr.im()[m]) : Complex.ZERO;
        for (Complex[] p : nplr.lowRank()) {
          middle = middle.minus(p[m].timesConj(p[j]));
        }
        // The kept half and its conjugate also meet in P̃P̃ᵀ.
        Complex cross = Complex.ZERO;
        for (Complex[] p : nplr.lowRank()) {
          cross = cross.plus(p[m].times(p[j]));
        }
        for (int n = 0; n < size; n++) {
          for (int k = 0; k < size; k++) {
            Complex left = nplr.vectors()[m][n];
            Complex right = nplr.vectors()[j][k];
            a[n][k] += 2 * left.times(middle).timesConj(right).re();
            a[n][k] -= 2 * left.times(cross).times(right).re();
          }
        }
      }
    }
    return a;
  }

  private static void checkDiagonal(ReferenceCase reference) {
    ReferenceConfig config = reference.config();
    String name = config.text("init", "");
    // A single matrix called "hippo" is LegS, unlike the mixed init of a kernel.
    S4dInit init = OfficialConfigs.init(name.equals("hippo") ? "legs" : name);
    int channels = config.integer("H", 1);
    if (init == S4dInit.RANDOM
        || config.text("B_init", "").equals("random")
        || config.flag("real_random", false)
        || config.flag("imag_random", false)) {
      throw new ReferenceSkip("random initial values cannot be compared number by number");
    }
    S4dConfig s4d =
        S4dConfig.DEFAULT
            .withStateSize(config.integer("N"))
            .withInit(init)
            .withImagSign(ImagSign.MINUS)
            .withRealTransform(Transform.NONE)
            .withRealScale(OfficialConfigs.realScale(config, init))
            .withImagScale(config.number("imag_scale", 1))
            .withBInit(OfficialConfigs.bInit(config.text("B_init", "constant"), init))
            .withBScale(config.number("B_scale", 1))
            .withNormalize(config.flag("normalize", false));
    double[][] raw = new S4dInitialiser(s4d, channels, 1, new SeededRandom(1)).values();
    double[] a = new double[2 * raw[1].length];
    for (int i = 0; i < raw[1].length; i++) {
      a[2 * i] = -raw[1][i];
      a[2 * i + 1] = -raw[2][i];
    }
    reference.compare("A", reference.reference64("A"), a, FLOAT_ROUNDING);
    double[] expected = reference.reference64("B");
    double[] b = raw[3].clone();
    if (init == S4dInit.LEGS) {
      // The official eigenvectors have a random sign each.
      for (int i = 0; i < b.length; i += 2) {
        double sign = Math.signum(expected[i] * b[i] + expected[i + 1] * b[i + 1]);
        b[i] *= sign;
        b[i + 1] *= sign;
      }
    }
    reference.compare("B", expected, b, FLOAT_SUM);
  }

  private static HippoMeasure measure(String name) {
    return name.equals("fout")
        ? HippoMeasure.FOURIER
        : HippoMeasure.valueOf(name.toUpperCase(Locale.ROOT));
  }

  private static double[] flatten(double[][] matrix) {
    double[] flat = new double[0];
    for (double[] row : matrix) {
      flat = concat(flat, row);
    }
    return flat;
  }

  private static double[] concat(double[] a, double[] b) {
    double[] both = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  private static double[] interleave(Complex[] values) {
    double[] flat = new double[2 * values.length];
    for (int i = 0; i < values.length; i++) {
      flat[2 * i] = values[i].re();
      flat[2 * i + 1] = values[i].im();
    }
    return flat;
  }
}
