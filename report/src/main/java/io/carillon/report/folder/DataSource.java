package io.carillon.report.folder;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.Splits;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.model.Meaning;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the data of a run come from: a generated task or a file.
 *
 * @param task name of a task, or null
 * @param path file or folder, or null
 */
public record DataSource(String task, Path path) {
  private static final String TASK = "task";
  private static final String PATH = "path";

  /** A generated task. */
  public static DataSource ofTask(String name) {
    return new DataSource(name, null);
  }

  /** A file or folder. */
  public static DataSource ofPath(Path path) {
    return new DataSource(null, path.toAbsolutePath().normalize());
  }

  /** From what {@link #toMap()} has written; null if there is nothing of it. */
  public static DataSource fromMap(Map<String, ?> map) {
    if (map.get(TASK) instanceof String name) {
      return ofTask(name);
    }
    return map.get(PATH) instanceof String file ? ofPath(Path.of(file)) : null;
  }

  /** As it is kept with a model. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (task != null) {
      map.put(TASK, task);
    } else {
      map.put(PATH, path.toString());
    }
    return map;
  }

  /** A short name for folders and messages, made of letters, digits, dots, dashes, underscores. */
  public String name() {
    if (task != null) {
      return task;
    }
    String file = path.getFileName() == null ? "data" : path.getFileName().toString();
    String plain =
        file.replaceFirst("\\.(zip|csv|tsv|ts|wav)$", "").replaceAll("[^A-Za-z0-9._-]", "_");
    return plain.isEmpty() || plain.startsWith(".") ? "data" : plain;
  }

  /** For sentences: {@code task tones} or the path. */
  public String title() {
    return task != null ? "task " + task : path.toString();
  }

  /**
   * The settings that the data have.
   *
   * @throws DataException if there are no such data
   */
  public List<Option> options() {
    return task != null ? Tasks.get(task).options() : Loaders.format(path).options();
  }

  /** Reads or generates the data and divides them. */
  public Splits open(Map<String, String> options, long seed) {
    return task != null ? Tasks.get(task).splits(options, seed) : Loaders.open(path, options, seed);
  }

  /** The same data as in the training of a model, prepared as they were then. */
  public Splits reopen(Meaning fitted, long seed) {
    if (task == null) {
      return Loaders.open(path, fitted, seed);
    }
    Task found = Tasks.get(task);
    Map<String, String> options = new LinkedHashMap<>(fitted.options());
    options.keySet().removeIf(key -> found.options().stream().noneMatch(o -> o.key().equals(key)));
    return found.splits(options, seed);
  }
}
