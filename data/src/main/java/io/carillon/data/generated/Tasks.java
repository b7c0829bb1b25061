package io.carillon.data.generated;

import io.carillon.config.Nearest;
import io.carillon.data.DataException;
import java.util.List;
import java.util.ServiceLoader;

/** The generated tasks by name. */
public final class Tasks {
  /** Name of the task that is trained when none is given. */
  public static final String DEFAULT = "tones";

  private static final List<Task> ALL =
      ServiceLoader.load(TaskSource.class, TaskSource.class.getClassLoader()).stream()
          .flatMap(source -> source.get().tasks().stream())
          .toList();

  private Tasks() {}

  /** All tasks, the default one first. */
  public static List<Task> all() {
    return ALL;
  }

  /** All names, in the order of {@link #all()}. */
  public static List<String> names() {
    return ALL.stream().map(Task::name).toList();
  }

  /**
   * The task of the given name.
   *
   * @throws DataException if there is none, suggesting the nearest
   */
  public static Task get(String name) {
    return ALL.stream()
        .filter(task -> task.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException("there is no task '" + name + "'" + Nearest.hint(name, names())));
  }
}
