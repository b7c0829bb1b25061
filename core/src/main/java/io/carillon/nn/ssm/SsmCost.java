package io.carillon.nn.ssm;

import io.carillon.engine.LengthGroup;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.internal.kernel.Kernels;
import io.carillon.internal.kernel.fft.FftConvolver;
import io.carillon.internal.kernel.scalar.ScalarKernels;
import java.util.List;

/**
 * Estimated time of a state-space layer, forward and backward, up to a factor that both ways share:
 *
 * <pre>
 *   recurrence    = elements · (R₀ + R₁ M)
 *   convolution   = F · FFT operations + taps · (K₀ + K₁ M)
 * </pre>
 *
 * per kernel set, with elements = steps times channels (rounded up to vectors) and taps = kernel
 * length times channels. The estimate depends on sizes only and not on a measurement at run time:
 * the algorithm decides over the last bits of a result, and those are to be the same in every run.
 *
 * @param step R₀
 * @param stepPerMode R₁
 * @param operation F
 * @param tap K₀
 * @param tapPerMode K₁ when every channel has its own modes
 * @param tapPerSharedMode K₁ when all channels share their modes
 */
record SsmCost(
    double step,
    double stepPerMode,
    double operation,
    double tap,
    double tapPerMode,
    double tapPerSharedMode) {

  /** Nanoseconds on two threads, fitted to the grid in docs/benchmarks.md (512-bit vectors). */
  private static final SsmCost VECTOR = new SsmCost(7.8, 0.47, 1.15, 18, 0.42, 0.17);

  /** The same for scalar kernels; the cost of shared modes is scaled from the vector kernels. */
  private static final SsmCost SCALAR = new SsmCost(20, 1.9, 2.85, 12, 1.5, 0.6);

  static SsmCost of(Kernels kernels) {
    return kernels instanceof ScalarKernels ? SCALAR : VECTOR;
  }

  /** Which is cheaper for a layer that can be computed both ways. */
  boolean recurrenceIsCheaper(SsmShape layer, Pass pass) {
    int lanes = pass.kernels().lanes();
    int channels = (layer.channels() + lanes - 1) / lanes * lanes;
    Rows rows = pass.rows();
    return recurrence(layer, rows, channels)
        <= convolution(layer, rows, pass.lengthGroups(false), channels);
  }

  private double recurrence(SsmShape layer, Rows rows, int channels) {
    int modes = layer.parameterisation().config().storedModes();
    double elements = (double) rows.total() * channels * layer.parameterisation().sets();
    return elements * (step + stepPerMode * modes);
  }

  private double convolution(SsmShape layer, Rows rows, List<LengthGroup> groups, int channels) {
    int modes = layer.parameterisation().config().storedModes();
    int taps = layer.kernelLength(rows.maxLength());
    int future = layer.bidirectional() ? taps : 0;
    double operations = 0;
    for (LengthGroup group : groups) {
      operations +=
          group.sequences().length * FftConvolver.operations(group.longest(), taps, future);
    }
    double perMode = layer.parameterisation().sharesModes() ? tapPerSharedMode : tapPerMode;
    double kernels = (double) taps * channels * layer.parameterisation().sets();
    return operation * operations * channels * layer.kernels() + kernels * (tap + perMode * modes);
  }
}
