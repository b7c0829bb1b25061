package io.carillon.report.run;

/**
 * How time is named: in steps, or where the sampling rate is known in milliseconds and hertz.
 *
 * @param time unit of a time span
 * @param timeOfStep time span of one step
 * @param frequency unit of a frequency
 * @param stepsPerUnit frequency of one cycle per step
 */
record TimeUnit(String time, double timeOfStep, String frequency, double stepsPerUnit) {

  /** For inputs with this many samples per second; 0 if unknown. */
  static TimeUnit of(int sampleRate) {
    return sampleRate > 0
        ? new TimeUnit("ms", 1000.0 / sampleRate, "Hz", sampleRate)
        : new TimeUnit("steps", 1, "cycles per step", 1);
  }
}
