package io.carillon.model;

import java.util.List;
import java.util.Map;

/**
 * What {@link SequenceModel#load(java.nio.file.Path, LoadCheck)} demands of the {@link Parity} of a
 * model, the proof that whole sequences and streams agree.
 */
public final class LoadCheck {
  /** Nothing. */
  public static final LoadCheck NONE = new LoadCheck(Kind.NONE, 0);

  /**
   * That the model has no certificate, or that its certificate has passed. A certificate of other
   * weights does not count.
   */
  public static final LoadCheck NOT_BROKEN = new LoadCheck(Kind.NOT_BROKEN, 0);

  private enum Kind {
    NONE,
    NOT_BROKEN,
    CERTIFIED,
    MEASURED
  }

  private final Kind kind;
  private final double tolerance;
  private final Sequence[] sequences;

  private LoadCheck(Kind kind, double tolerance, Sequence... sequences) {
    this.kind = kind;
    this.tolerance = tolerance;
    this.sequences = sequences;
  }

  /**
   * That the model carries a certificate of these very weights whose largest difference is at most
   * {@code tolerance}.
   *
   * @param tolerance positive, for example {@link Parity#TOLERANCE}
   */
  public static LoadCheck certified(double tolerance) {
    requirePositive(tolerance);
    return new LoadCheck(Kind.CERTIFIED, tolerance);
  }

  /**
   * That all ways to compute the model agree on given sequences, on this machine; a certificate is
   * not asked for.
   *
   * @param tolerance positive, for example {@link Parity#TOLERANCE}
   * @param sequences at least one, that fit the model
   */
  public static LoadCheck measured(double tolerance, Sequence... sequences) {
    requirePositive(tolerance);
    if (sequences.length == 0) {
      throw new IllegalArgumentException("there is no sequence to compare on; give at least one");
    }
    return new LoadCheck(Kind.MEASURED, tolerance, sequences.clone());
  }

  private static void requirePositive(double tolerance) {
    if (!(tolerance > 0)) {
      throw new IllegalArgumentException("tolerance is " + tolerance + "; it must be positive");
    }
  }

  /**
   * Checks a model.
   *
   * @param where the model's folder, for messages
   * @throws ParityException if the demand is not met
   * @throws IllegalArgumentException if the sequences do not fit the model
   */
  void run(SequenceModel model, String where) {
    switch (kind) {
      case NONE -> {}
      case NOT_BROKEN -> requireNotBroken(model, where);
      case CERTIFIED -> requireCertificate(model, where);
      case MEASURED -> {
        Parity parity = Parity.check(model, tolerance, List.of(sequences));
        if (!parity.passed()) {
          throw new ParityException(
              where
                  + ": "
                  + parity.disagreement()
                  + "; do not use this model, train or import it anew");
        }
      }
    }
  }

  /** The stored certificate if it is one of these weights, else null. */
  private static Map<?, ?> certificate(SequenceModel model) {
    return model.info().get(Parity.INFO) instanceof Map<?, ?> map
            && model.fingerprint().equals(map.get(Parity.MODEL))
        ? map
        : null;
  }

  private static void requireNotBroken(SequenceModel model, String where) {
    Map<?, ?> certificate = certificate(model);
    if (certificate != null && !Boolean.TRUE.equals(certificate.get(Parity.PASSED))) {
      throw new ParityException(
          where
              + ": its certificate says that whole sequences and streams differ by "
              + certificate.get(Parity.LARGEST)
              + ", more than the tolerance "
              + certificate.get(Parity.MEASURED_TOLERANCE)
              + "; train or import it anew, or look into it without the check (LoadCheck.NONE)");
    }
  }

  private void requireCertificate(SequenceModel model, String where) {
    Map<?, ?> certificate = certificate(model);
    if (certificate == null) {
      throw new ParityException(
          where
              + (model.info().containsKey(Parity.INFO)
                  ? ": its certificate of agreement is of other weights"
                  : ": it has no certificate of agreement")
              + "; measure it with LoadCheck.measured, or save it with the info of Parity.check");
    }
    boolean close =
        certificate.get(Parity.LARGEST) instanceof Number n && n.doubleValue() <= tolerance;
    if (!close) {
      throw new ParityException(
          where
              + ": by its certificate whole sequences and streams differ by "
              + certificate.get(Parity.LARGEST)
              + ", more than the tolerance "
              + tolerance);
    }
  }
}
