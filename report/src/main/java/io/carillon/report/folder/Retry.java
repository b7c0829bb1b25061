package io.carillon.report.folder;

import io.carillon.report.console.UsageException;
import java.time.Duration;

/**
 * How patiently what must not be lost is written.
 *
 * @param pause between two attempts when nothing else is left to do
 * @param atMost until it is given up
 */
public record Retry(Duration pause, Duration atMost) {
  private static final String WAIT = "carillon.retry.seconds";
  private static final String AT_MOST = "carillon.retry.atMostSeconds";

  /** Every five seconds, for a night, unless the system properties say otherwise. */
  public static Retry ofProperties() {
    return new Retry(seconds(WAIT, 5), seconds(AT_MOST, 12 * 3600));
  }

  private static Duration seconds(String property, double otherwise) {
    String value = System.getProperty(property, Double.toString(otherwise));
    double seconds;
    try {
      seconds = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      seconds = Double.NaN;
    }
    // A million hours: what is longer is as good as for ever, and Duration could not hold it.
    if (!(seconds >= 0 && seconds <= 3.6e9)) {
      throw new UsageException(
          "the system property "
              + property
              + " is '"
              + value
              + "'; give a number of seconds, 0 or more");
    }
    return Duration.ofMillis((long) (1000 * seconds));
  }
}
