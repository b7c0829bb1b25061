package io.carillon.interop;

import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tensors by name: what {@code model.state_dict()} gives.
 *
 * @param tensors in file order
 */
record StateDict(Map<String, SafeTensors.Tensor> tensors) {
  private static final int MOST_LAYERS = 1_000;

  /** Names in file order. */
  Set<String> names() {
    return tensors.keySet();
  }

  boolean has(String name) {
    return tensors.containsKey(name);
  }

  boolean hasPrefix(String prefix) {
    return tensors.keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /**
   * The axes of a tensor.
   *
   * @throws FormatException if there is no such tensor
   */
  int[] shape(String name) {
    SafeTensors.Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new FormatException("tensor " + name + " is missing");
    }
    return tensor.shape();
  }

  /**
   * The axes of a tensor, which must be so many.
   *
   * @throws FormatException if there is no such tensor, or it has other axes, or an empty one
   */
  int[] shape(String name, int axes, String meaning) {
    int[] shape = shape(name);
    if (shape.length != axes || Arrays.stream(shape).anyMatch(axis -> axis < 1)) {
      throw new FormatException(
          "tensor " + name + " has shape " + Arrays.toString(shape) + "; expected " + meaning);
    }
    return shape;
  }

  /** The one name that matches the whole pattern, as a matcher, or null if there is none. */
  Matcher only(Pattern pattern) {
    List<Matcher> found = names().stream().map(pattern::matcher).filter(Matcher::matches).toList();
    if (found.size() > 1) {
      throw new FormatException(
          "there are several tensors where one is expected: "
              + found.stream().map(Matcher::group).toList());
    }
    return found.isEmpty() ? null : found.get(0);
  }

  /**
   * The number of layers {@code prefix0.}, {@code prefix1.}, ...
   *
   * @throws FormatException if the numbers have a gap
   */
  int layers(String prefix) {
    int count = 0;
    while (count < MOST_LAYERS && hasPrefix(prefix + count + ".")) {
      count++;
    }
    String beyond = "\\Q" + prefix + "\\E(\\d{1,9})\\..*";
    Pattern pattern = Pattern.compile(beyond, Pattern.DOTALL);
    for (String name : names()) {
      Matcher matcher = pattern.matcher(name);
      if (matcher.matches() && Integer.parseInt(matcher.group(1)) >= count) {
        throw new FormatException(
            "tensor " + name + " belongs to a layer after a gap: there is no layer " + count);
      }
    }
    return count;
  }

  /**
   * Requires that two layers have the same tensors with the same shapes.
   *
   * @throws FormatException naming the tensor that differs
   */
  void requireAlike(String first, String other) {
    Map<String, int[]> expected = below(first);
    Map<String, int[]> found = below(other);
    for (Map.Entry<String, int[]> e : expected.entrySet()) {
      int[] shape = found.remove(e.getKey());
      if (!Arrays.equals(shape, e.getValue())) {
        throw new FormatException(
            "all layers must be alike: tensor "
                + other
                + e.getKey()
                + (shape == null
                    ? " is missing, though there is " + first + e.getKey()
                    : " has shape "
                        + Arrays.toString(shape)
                        + ", "
                        + first
                        + e.getKey()
                        + " has "
                        + Arrays.toString(e.getValue())));
      }
    }
    if (!found.isEmpty()) {
      throw new FormatException(
          "all layers must be alike: tensor "
              + other
              + found.keySet().iterator().next()
              + " has no counterpart in "
              + first);
    }
  }

  private Map<String, int[]> below(String prefix) {
    Map<String, int[]> below = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            below.put(name.substring(prefix.length()), tensor.shape());
          }
        });
    return below;
  }
}
