package io.carillon.config.kernel;

/** The variants of the DSS kernel (papers B.2): how Λ is stored and what scales W. */
public enum DssVersion {
  /** Λ = −e^a + ib; w = W (e^{ΔΛ} − 1)/Λ. "DSS-EXP". */
  EXP,
  /** Λ = −e^a + ie^b; w as EXP. */
  EXP_RE_IM,
  /** Λ = −e^a + ib; w = W. */
  EXP_NO_SCALE,
  /** Λ = −e^a; w = W. */
  EXP_NO_SCALE_REAL,
  /** Λ = min(a, 1e-4) + ib; w as EXP. */
  CLIP,
  /** Λ = min(a, 1e-4) + ib; w = W. */
  CLIP_NO_SCALE,
  /** Λ free; w = (W/Λ)(e^{ΔΛ} − 1)/(e^{ΔΛL} − 1): the kernel depends on its length L. */
  SOFTMAX;

  /** Whether Λ is stored as one complex array instead of a = log(−Re Λ) and the imaginary part. */
  public boolean storesComplex() {
    return this == CLIP || this == CLIP_NO_SCALE || this == SOFTMAX;
  }

  /** Whether Re Λ is cut at 1e-4. */
  public boolean clips() {
    return this == CLIP || this == CLIP_NO_SCALE;
  }

  /** Whether w = W (e^{ΔΛ} − 1)/Λ. */
  public boolean scales() {
    return this == EXP || this == EXP_RE_IM || this == CLIP;
  }
}
