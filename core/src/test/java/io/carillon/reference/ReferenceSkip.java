package io.carillon.reference;

/** Thrown by a reference test for a case that is understood but not part of what exists yet. */
public final class ReferenceSkip extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Skips with a reason that appears in the report. */
  public ReferenceSkip(String reason) {
    super(reason);
  }
}
