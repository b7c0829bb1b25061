package io.carillon.data.read;

import io.carillon.data.DataException;
import io.carillon.data.Numbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Numbers the classes that were seen in training. */
public final class ClassNames {
  private static final int LISTED = 30;

  private final List<String> names;
  private final Map<String, Integer> ids = new HashMap<>();

  public ClassNames(List<String> names) {
    this.names = List.copyOf(names);
    for (int id = 0; id < this.names.size(); id++) {
      ids.put(this.names.get(id), id);
    }
  }

  /** Distinct labels in ascending order: by value when all are numbers, else as text. */
  public static List<String> sorted(Collection<String> labels) {
    List<String> distinct = new ArrayList<>(new TreeSet<>(labels));
    if (distinct.stream().allMatch(label -> Numbers.parse(label).isPresent())) {
      distinct.sort(
          Comparator.comparingDouble((String label) -> Numbers.parse(label).getAsDouble())
              .thenComparing(Comparator.naturalOrder()));
    }
    return distinct;
  }

  public List<String> names() {
    return names;
  }

  public int size() {
    return names.size();
  }

  /**
   * The number of a class.
   *
   * @param where file and line, for the message
   * @throws DataException if training has not seen the label
   */
  public int id(String label, String where) {
    Integer id = ids.get(label);
    if (id == null) {
      throw new DataException(
          where
              + ": label '"
              + label
              + "' was not seen in training; known are: "
              + listed()
              + ". Correct the label, or train on data that has this class");
    }
    return id;
  }

  private String listed() {
    String some = String.join(", ", names.subList(0, Math.min(LISTED, names.size())));
    return names.size() <= LISTED ? some : some + ", … (" + names.size() + " classes)";
  }
}
