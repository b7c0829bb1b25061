package io.carillon.config.kernel;

import java.util.List;

/** Which HiPPO matrix an S4 kernel starts from (papers A.4). */
public enum S4Init {
  /** Scaled Legendre: exponentially decaying memory of the whole past, rank 1. */
  LEGS,
  /** Truncated Fourier (FouT): a window in sines and cosines, rank 1. */
  FOURIER,
  /** Translated Legendre: a window in polynomials, rank 2. */
  LEGT,
  /** Half of the copies LEGS, half FOURIER: S4-(LegS/FouT). */
  HIPPO;

  /** The measures that share the copies of A, in order. */
  public List<HippoMeasure> parts() {
    return switch (this) {
      case LEGS -> List.of(HippoMeasure.LEGS);
      case FOURIER -> List.of(HippoMeasure.FOURIER);
      case LEGT -> List.of(HippoMeasure.LEGT);
      case HIPPO -> List.of(HippoMeasure.LEGS, HippoMeasure.FOURIER);
    };
  }

  /** Least rank of the correction. */
  public int rank() {
    return this == LEGT ? 2 : 1;
  }
}
