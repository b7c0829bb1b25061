package io.carillon.data.images;

/** Brightness of a colour. */
public final class Grey {
  private Grey() {}

  /**
   * (299 R + 587 G + 114 B) / 1000 in 16-bit fixed point, rounded: ITU-R 601 luma as the Python
   * imaging library computes its mode L, which the official loaders use.
   */
  public static int of(int red, int green, int blue) {
    return red * 19595 + green * 38470 + blue * 7471 + 0x8000 >> 16;
  }
}
