package io.carillon.internal.kernel;

/** Scalar recurrence: inner loops run over neighbouring channels. */
final class ScalarScan {
  private ScalarScan() {}

  static void forward(
      ScanModes modes, int h0, int h1, boolean reverse,
      float[] u, int uOffset, int uStride,
      float[] y, int yOffset, int yStride,
      int length, float[] state, int stateOffset, float[] boundaries, int boundaryOffset) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    float[] entry = new float[2 * plane];
    for (int start = 0; start < length; start += Kernels.SCAN_BLOCK) {
      if (boundaries != null) {
        int at = boundaryOffset + start / Kernels.SCAN_BLOCK * 2 * plane;
        copyState(state, stateOffset, boundaries, at, modes, h0, h1);
      }
      copyState(state, stateOffset, entry, 0, modes, h0, h1);
      int end = Math.min(length, start + Kernels.SCAN_BLOCK);
      for (int m = 0; m < modes.modes(); m++) {
        for (int k = start; k < end; k++) {
          int t = reverse ? length - 1 - k : k;
          int source = reverse ? t + 1 : t;
          boolean silent = source >= length;
          for (int h = h0; h < h1; h++) {
            int i = m * channels + h;
            int re = stateOffset + i;
            int im = re + plane;
            float input = silent ? 0f : u[uOffset + source * uStride + h];
            float lr = modes.lambdaRe()[i];
            float li = modes.lambdaIm()[i];
            float next = lr * state[re] - li * state[im] + input;
            state[im] = lr * state[im] + li * state[re];
            state[re] = next;
            y[yOffset + t * yStride + h] +=
                modes.wRe()[i] * state[re] - modes.wIm()[i] * state[im];
          }
        }
        if (end - start == Kernels.SCAN_BLOCK) {
          for (int i = m * channels + h0; i < m * channels + h1; i++) {
            float dr = modes.driftRe()[i];
            float di = modes.driftIm()[i];
            state[stateOffset + i] += dr * entry[i] - di * entry[plane + i];
            state[stateOffset + plane + i] += dr * entry[plane + i] + di * entry[i];
          }
        }
      }
    }
  }

  private static void copyState(
      float[] from, int fromOffset, float[] to, int toOffset, ScanModes modes, int h0, int h1) {
    for (int m = 0; m < 2 * modes.modes(); m++) {
      int row = m * modes.channels() + h0;
      System.arraycopy(from, fromOffset + row, to, toOffset + row, h1 - h0);
    }
  }

  static void backward(
      ScanModes modes, int h0, int h1, boolean reverse,
      float[] u, int uOffset, int uStride,
      float[] g, int gOffset, int gStride,
      float[] gu, int guOffset, int guStride,
      int length, float[] boundaries, int boundaryOffset,
      float[] stateGradient, int stateGradientOffset, ScanGradient gradient) {
    int channels = modes.channels();
    int plane = modes.modes() * channels;
    int block = Kernels.SCAN_BLOCK;
    float[] xRe = new float[block + 1];
    float[] xIm = new float[block + 1];
    int blocks = (length + block - 1) / block;
    for (int b = blocks - 1; b >= 0; b--) {
      int start = b * block;
      int count = Math.min(length - start, block);
      for (int m = 0; m < modes.modes(); m++) {
        for (int h = h0; h < h1; h++) {
          int i = m * channels + h;
          float lr = modes.lambdaRe()[i];
          float li = modes.lambdaIm()[i];
          float wr = modes.wRe()[i];
          float wi = modes.wIm()[i];
          int at = boundaryOffset + b * 2 * plane + i;
          xRe[0] = boundaries[at];
          xIm[0] = boundaries[at + plane];
          for (int k = 0; k < count; k++) {
            int source = reverse ? length - start - k : start + k;
            float input = source >= length ? 0f : u[uOffset + source * uStride + h];
            xRe[k + 1] = lr * xRe[k] - li * xIm[k] + input;
            xIm[k + 1] = lr * xIm[k] + li * xRe[k];
          }
          int slot = stateGradientOffset + i;
          float endRe = stateGradient[slot];
          float endIm = stateGradient[plane + slot];
          float sRe = endRe;
          float sIm = endIm;
          float lambdaRe = 0;
          float lambdaIm = 0;
          float weightRe = 0;
          float weightIm = 0;
          for (int k = count - 1; k >= 0; k--) {
            int t = reverse ? length - 1 - start - k : start + k;
            int source = reverse ? t + 1 : t;
            float out = g[gOffset + t * gStride + h];
            sRe += wr * out;
            sIm -= wi * out;
            weightRe += out * xRe[k + 1];
            weightIm -= out * xIm[k + 1];
            lambdaRe += sRe * xRe[k] + sIm * xIm[k];
            lambdaIm += sIm * xRe[k] - sRe * xIm[k];
            if (source < length) {
              gu[guOffset + source * guStride + h] += sRe;
            }
            float previous = lr * sRe + li * sIm;
            sIm = lr * sIm - li * sRe;
            sRe = previous;
          }
          if (count == block) {
            float dr = modes.driftRe()[i];
            float di = modes.driftIm()[i];
            sRe += dr * endRe + di * endIm;
            sIm += dr * endIm - di * endRe;
          }
          stateGradient[slot] = sRe;
          stateGradient[plane + slot] = sIm;
          gradient.lambdaRe()[i] += lambdaRe;
          gradient.lambdaIm()[i] += lambdaIm;
          gradient.wRe()[i] += weightRe;
          gradient.wIm()[i] += weightIm;
        }
      }
    }
  }
}
