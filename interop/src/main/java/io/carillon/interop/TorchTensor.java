package io.carillon.interop;

import io.carillon.error.FormatException;
import java.util.Arrays;

/**
 * A tensor as a pickle describes it: a strided view of a storage whose bytes are elsewhere in the
 * file.
 *
 * @param storage what it looks into
 * @param offset first element
 * @param shape row-major axes
 * @param stride elements from one index to the next, per axis
 */
record TorchTensor(Storage storage, long offset, int[] shape, long[] stride) {
  private static final int MOST_AXES = 16;

  /**
   * A storage, by reference.
   *
   * @param type type of its numbers
   * @param key its name in the file
   * @param elements how many numbers it holds
   */
  record Storage(StorageType type, String key, long elements) {
    /**
     * Checks the size.
     *
     * @throws FormatException if it is negative or more than one array holds
     */
    Storage {
      if (elements < 0 || elements > (Integer.MAX_VALUE - 16) / type.width()) {
        throw new FormatException(
            "storage " + key + " claims " + elements + " numbers; at most 2 GiB can be read");
      }
    }

    /** Size in bytes. */
    int bytes() {
      return (int) elements * type.width();
    }
  }

  /** Called for every element in row-major order. */
  interface Visitor {
    /** Element number k of the tensor is element number {@code at} of the storage. */
    void visit(int k, int at);
  }

  /**
   * Checks that every element lies inside the storage.
   *
   * @throws FormatException naming the number and the bound
   */
  TorchTensor {
    if (shape.length != stride.length || shape.length > MOST_AXES) {
      throw new FormatException(
          "a tensor has " + shape.length + " axes and " + stride.length + " strides");
    }
    long count = 1;
    long last = offset;
    try {
      for (int i = 0; i < shape.length; i++) {
        if (shape[i] < 0 || stride[i] < 0) {
          throw new FormatException(
              "a tensor has the shape "
                  + Arrays.toString(shape)
                  + " and the strides "
                  + Arrays.toString(stride)
                  + "; neither may be negative");
        }
        count = Math.multiplyExact(count, shape[i]);
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, shape[i] - 1L), stride[i]));
      }
    } catch (ArithmeticException e) {
      throw new FormatException(
          "a tensor of shape " + Arrays.toString(shape) + " is too large to be one", e);
    }
    boolean outside = offset < 0 || count > 0 && last >= storage.elements();
    if (outside || count > (Integer.MAX_VALUE - 16) / 2) {
      throw new FormatException(
          "a tensor of shape "
              + Arrays.toString(shape)
              + " reaches from element "
              + offset
              + " to "
              + last
              + ", its storage "
              + storage.key()
              + " has "
              + storage.elements());
    }
  }

  /** Number of elements. */
  long count() {
    long count = 1;
    for (int axis : shape) {
      count *= axis;
    }
    return count;
  }

  /** Visits all elements. */
  void forEach(Visitor visitor) {
    int[] index = new int[shape.length];
    int count = (int) count();
    long at = offset;
    for (int k = 0; k < count; k++) {
      visitor.visit(k, (int) at);
      for (int i = shape.length - 1; i >= 0; i--) {
        at += stride[i];
        if (++index[i] < shape[i]) {
          break;
        }
        at -= stride[i] * shape[i];
        index[i] = 0;
      }
    }
  }
}
