package io.carillon.report;

/** Colours of numbers in a {@link Picture}. */
public enum Palette {
  /** Black to white, for pictures and masks. */
  GREY(0x000000, 0xffffff),
  /** Dark violet over green to yellow, equally bright steps (viridis), for sizes. */
  SIZE(0x440154, 0x414487, 0x2a788e, 0x22a884, 0x7ad151, 0xfde725),
  /** Blue over white to red, for signed numbers around the middle. */
  SIGNED(0x2166ac, 0x67a9cf, 0xf7f7f7, 0xef8a62, 0xb2182b);

  private final int[] stops;

  Palette(int... stops) {
    this.stops = stops;
  }

  /**
   * The colour of a number.
   *
   * @param share 0 for the first colour to 1 for the last; what lies outside is taken as the nearer
   *     of both, NaN as 0
   * @return 0xRRGGBB
   */
  int rgb(double share) {
    double place = Math.max(0, Math.min(1, Double.isNaN(share) ? 0 : share)) * (stops.length - 1);
    int from = Math.min((int) place, stops.length - 2);
    double part = place - from;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = stops[from] >> shift & 0xff;
      int b = stops[from + 1] >> shift & 0xff;
      rgb |= (int) Math.round(a + part * (b - a)) << shift;
    }
    return rgb;
  }
}
