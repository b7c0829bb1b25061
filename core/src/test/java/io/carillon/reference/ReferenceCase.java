package io.carillon.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One case of the official code's numbers: configuration, tensors, tolerances, and the comparisons
 * made so far. The metric is r = max|a − b| / max|reference|, per tensor.
 */
public final class ReferenceCase {
  /** Whether the computation under test is in float or in double. */
  public enum Precision {
    /** Single precision. */
    FLOAT("f32_impl_vs_64", 1e-5),
    /** Double precision. */
    DOUBLE("f64_impl_vs_64", 1e-9);

    private final String key;
    private final double otherwise;

    Precision(String key, double otherwise) {
      this.key = key;
      this.otherwise = otherwise;
    }

    /** The tolerance of a tensor for which a case gives none. */
    public double general() {
      return otherwise;
    }
  }

  /** Outcome of one comparison. */
  public record Comparison(String tensor, double error, double tolerance) {
    /** Whether the error is a number within the tolerance. */
    public boolean passed() {
      return error <= tolerance;
    }
  }

  private final String name;
  private final JsonNode description;
  private final ReferenceConfig config;
  private final Map<String, Tensor> tensors;
  private final List<Path> files;
  private final Set<String> unread;
  private final Set<Path> unreadFiles;
  private final Set<String> missing = new TreeSet<>();
  private final Set<String> ignored = new TreeSet<>();
  private final List<Comparison> comparisons = new ArrayList<>();

  private ReferenceCase(
      String name, JsonNode description, Map<String, Tensor> tensors, List<Path> files) {
    this.name = name;
    this.description = description;
    this.tensors = tensors;
    this.files = files;
    config = new ReferenceConfig(description.path("config"));
    unread = new TreeSet<>(tensors.keySet());
    unreadFiles = new TreeSet<>(files);
  }

  /**
   * Reads a description and the tensors beside it.
   *
   * @param companions the other files of the case
   */
  static ReferenceCase read(Path json, List<Path> companions) throws IOException {
    String name = ReferenceFamily.stem(ReferenceFamily.name(json));
    Path file = json.resolveSibling(name + ".safetensors");
    JsonNode description = new ObjectMapper().readTree(json.toFile());
    boolean stored = companions.contains(file);
    if (!stored && !description.path("tensors").isEmpty()) {
      throw new IOException("there is no file " + file + " with the tensors of the description");
    }
    return new ReferenceCase(
        name,
        description,
        stored ? SafetensorsFixture.read(file) : Map.of(),
        companions.stream().filter(other -> !other.equals(file)).toList());
  }

  /** Name of the case. */
  public String name() {
    return name;
  }

  /** Configuration keys of the official class. */
  public ReferenceConfig config() {
    return config;
  }

  /** Any other field of the description, or null. */
  public JsonNode field(String key) {
    return description.get(key);
  }

  /** Names of all tensors. */
  public Set<String> tensorNames() {
    return tensors.keySet();
  }

  /** Whether the case has this tensor. */
  public boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  /** A tensor; fails if it is not there. */
  public Tensor tensor(String tensor) {
    Tensor value = tensors.get(tensor);
    if (value == null) {
      throw new AssertionError(name + ": no tensor " + tensor + " among " + tensors.keySet());
    }
    unread.remove(tensor);
    return value;
  }

  /** Compares with tensor {@code name + "64"}, by the tolerance of the case. */
  public void compare(String tensor, double[] actual, Precision precision) {
    compare(tensor, reference64(tensor), actual, tolerance(tensor, precision));
  }

  /** Compares with given numbers, by a given tolerance. */
  public void compare(String tensor, double[] expected, double[] actual, double tolerance) {
    comparisons.add(new Comparison(tensor, relativeError(expected, actual), tolerance));
  }

  /** The float64 tensor of a name; {@code grad.X} is found as {@code grad64.X}. */
  public double[] reference64(String tensor) {
    unread.remove(tensor);
    return tensor(name64(tensor)).values();
  }

  private static String name64(String tensor) {
    for (String prefix : List.of("grad.", "param_after.")) {
      if (tensor.startsWith(prefix)) {
        return prefix.replace(".", "64.") + tensor.substring(prefix.length());
      }
    }
    return tensor + "64";
  }

  /** The tolerance that the case gives for a tensor, or the general one. */
  public double tolerance(String tensor, Precision precision) {
    JsonNode node = description.path("tolerance").path(tensor).path(precision.key);
    return node.isNumber() ? node.doubleValue() : precision.otherwise;
  }

  /** max|a − b| / max|a|; the plain difference where the reference is all zero. */
  public static double relativeError(double[] expected, double[] actual) {
    if (expected.length != actual.length) {
      throw new AssertionError(
          "reference has " + expected.length + " numbers, result has " + actual.length);
    }
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      double d = Math.abs(expected[i] - actual[i]);
      difference = d <= difference ? difference : d;
    }
    return largest == 0 ? difference : difference / largest;
  }

  /** Comparisons so far. */
  public List<Comparison> comparisons() {
    return List.copyOf(comparisons);
  }

  /** Compares what has no rounding: fails at once where it is not equal. */
  public void compareExactly(String what, Object expected, Object actual) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": expected " + expected + " but was " + actual);
    }
    comparisons.add(new Comparison(what, 0, 1));
  }

  /** The further files of the case with one of these endings, sorted. */
  public List<Path> files(String... endings) {
    List<Path> found = withEnding(endings);
    unreadFiles.removeAll(found);
    return found;
  }

  /** The further file of that name; fails if it is not there. */
  public Path file(String fileName) {
    for (Path file : files) {
      if (ReferenceFamily.name(file).equals(fileName)) {
        unreadFiles.remove(file);
        return file;
      }
    }
    throw new AssertionError(name + ": no file " + fileName + " among " + files);
  }

  /** Marks files as understood although the test does not read them. */
  public void ignoreFiles(String... endings) {
    unreadFiles.removeAll(withEnding(endings));
  }

  private List<Path> withEnding(String... endings) {
    return files.stream()
        .filter(file -> List.of(endings).stream().anyMatch(end -> file.toString().endsWith(end)))
        .toList();
  }

  /**
   * Says that part of the check could not be made because the folder does not hold what it needs.
   */
  public void without(String reason) {
    missing.add(reason);
  }

  /** The reasons given to {@link #without}. */
  Set<String> missing() {
    return Set.copyOf(missing);
  }

  /** For a check of one aspect: marks everything as understood that it has not read by now. */
  public void ignoreTheRest() {
    config.ignoreTheRest();
    unread.clear();
    unreadFiles.clear();
  }

  /** Marks tensors as understood although they are not compared. */
  public void ignore(String... names) {
    for (String tensor : names) {
      ignored.add(tensor);
      unread.remove(tensor);
    }
  }

  /** Whether a tensor was marked by {@link #ignore}. */
  public boolean ignored(String tensor) {
    return ignored.contains(tensor);
  }

  /** Fails if a configuration key, a float64 tensor or a file was left unused. */
  void requireAllRead() {
    config.requireAllRead();
    List<String> left = unread.stream().filter(tensor -> tensor.contains("64")).toList();
    if (!left.isEmpty()) {
      throw new AssertionError("reference tensors not compared: " + left);
    }
    if (!unreadFiles.isEmpty()) {
      throw new AssertionError("files not understood: " + unreadFiles);
    }
  }
}
