package io.carillon.interop;

import io.carillon.io.HalfPrecision;
import io.carillon.io.SafeTensors;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Number types of PyTorch storages, named by their class in {@code torch}. All bytes are
 * little-endian.
 */
enum StorageType {
  FLOAT("FloatStorage", 4),
  DOUBLE("DoubleStorage", 8),
  HALF("HalfStorage", 2),
  BFLOAT16("BFloat16Storage", 2),
  LONG("LongStorage", 8),
  INT("IntStorage", 4),
  SHORT("ShortStorage", 2),
  CHAR("CharStorage", 1),
  BYTE("ByteStorage", 1),
  BOOL("BoolStorage", 1),
  COMPLEX_FLOAT("ComplexFloatStorage", 8),
  COMPLEX_DOUBLE("ComplexDoubleStorage", 16);

  private final String className;
  private final int width;

  StorageType(String className, int width) {
    this.className = className;
    this.width = width;
  }

  /** Name of the class in the module {@code torch}. */
  String className() {
    return className;
  }

  /** Bytes of one element. */
  int width() {
    return width;
  }

  /**
   * The elements of a tensor, row-major. Real numbers become F32 (from float, half, bfloat16) or
   * F64; integers and truth values I64; complex numbers get a last axis (re, im).
   *
   * @param bytes the whole storage, little-endian
   */
  SafeTensors.Tensor gather(ByteBuffer bytes, TorchTensor tensor) {
    int n = (int) tensor.count();
    return switch (this) {
      case FLOAT, HALF, BFLOAT16 -> {
        float[] x = new float[n];
        tensor.forEach((k, at) -> x[k] = real(bytes, at));
        yield new SafeTensors.Tensor(tensor.shape(), x);
      }
      case DOUBLE -> {
        double[] x = new double[n];
        tensor.forEach((k, at) -> x[k] = bytes.getDouble(8 * at));
        yield new SafeTensors.Tensor(tensor.shape(), x);
      }
      case COMPLEX_FLOAT -> {
        float[] x = new float[2 * n];
        tensor.forEach(
            (k, at) -> {
              x[2 * k] = bytes.getFloat(8 * at);
              x[2 * k + 1] = bytes.getFloat(8 * at + 4);
            });
        yield new SafeTensors.Tensor(withPairs(tensor.shape()), x);
      }
      case COMPLEX_DOUBLE -> {
        double[] x = new double[2 * n];
        tensor.forEach(
            (k, at) -> {
              x[2 * k] = bytes.getDouble(16 * at);
              x[2 * k + 1] = bytes.getDouble(16 * at + 8);
            });
        yield new SafeTensors.Tensor(withPairs(tensor.shape()), x);
      }
      case LONG, INT, SHORT, CHAR, BYTE, BOOL -> {
        long[] x = new long[n];
        tensor.forEach((k, at) -> x[k] = integer(bytes, at));
        yield new SafeTensors.Tensor(tensor.shape(), x);
      }
    };
  }

  private static int[] withPairs(int[] shape) {
    int[] pairs = Arrays.copyOf(shape, shape.length + 1);
    pairs[shape.length] = 2;
    return pairs;
  }

  private float real(ByteBuffer bytes, int at) {
    return switch (this) {
      case HALF -> HalfPrecision.ofFloat16(bytes.getShort(2 * at));
      case BFLOAT16 -> HalfPrecision.ofBfloat16(bytes.getShort(2 * at));
      default -> bytes.getFloat(4 * at);
    };
  }

  private long integer(ByteBuffer bytes, int at) {
    return switch (this) {
      case LONG -> bytes.getLong(8 * at);
      case INT -> bytes.getInt(4 * at);
      case SHORT -> bytes.getShort(2 * at);
      case CHAR -> bytes.get(at);
      default -> bytes.get(at) & 0xff;
    };
  }
}
