package io.carillon.data.generated;

import java.util.List;

/**
 * Brings generated tasks. Sources are found as services ({@link java.util.ServiceLoader}), so that
 * data need not know who has tasks.
 */
public interface TaskSource {

  /** The tasks, in the order of lists for people. */
  List<Task> tasks();
}
