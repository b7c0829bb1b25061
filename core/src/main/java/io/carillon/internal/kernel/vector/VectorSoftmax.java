package io.carillon.internal.kernel.vector;

import static io.carillon.internal.kernel.vector.VectorWidth.FLOAT;
import static io.carillon.internal.kernel.vector.VectorWidth.LANES;

import io.carillon.internal.kernel.FloatMath;
import io.carillon.internal.kernel.Scratch;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The two loops of a softmax over a row, on vectors. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static float max(float[] x, int from, int to) {
    int end = to - (to - from) % LANES;
    FloatVector most = FloatVector.broadcast(FLOAT, Float.NEGATIVE_INFINITY);
    for (int i = from; i < end; i += LANES) {
      most = most.max(FloatVector.fromArray(FLOAT, x, i));
    }
    float result = most.reduceLanes(VectorOperators.MAX);
    for (int i = end; i < to; i++) {
      result = Math.max(result, x[i]);
    }
    return result;
  }

  static float exponentials(Scratch memory, float[] x, int from, int to, float shift) {
    int end = to - (to - from) % LANES;
    FloatVector minus = FloatVector.broadcast(FLOAT, -shift);
    FloatVector sums = FloatVector.zero(FLOAT);
    for (int i = from; i < end; i += LANES) {
      FloatVector e = VectorMath.exp(FloatVector.fromArray(FLOAT, x, i).add(minus));
      e.intoArray(x, i);
      sums = sums.add(e);
    }
    float sum = VectorRows.sum(sums, memory.floats(LANES));
    for (int i = end; i < to; i++) {
      x[i] = FloatMath.exp(x[i] - shift);
      sum += x[i];
    }
    return sum;
  }
}
