package io.carillon.papers.compare;

import io.carillon.report.settings.Change;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One combination of levels, which is trained once for every seed.
 *
 * @param levels level by axis, in the order of the axes
 * @param preset what the settings start from
 * @param task generated task, or empty for {@code --data}
 * @param folder folder within {@code --data}, or empty for all of it
 * @param changes put over the preset
 * @param skip why it is left out; empty if it is not
 */
public record Cell(
    Map<String, String> levels,
    String preset,
    String task,
    String folder,
    List<Change> changes,
    String skip) {

  /** For people: {@code shift, dlr}. */
  public String title() {
    return levels.isEmpty() ? "all" : String.join(", ", levels.values());
  }

  /** For folders: {@code shift-dlr}. */
  public String id() {
    return levels.isEmpty()
        ? "run"
        : levels.values().stream()
            .map(level -> level.replaceAll("[^A-Za-z0-9._-]+", "_"))
            .collect(Collectors.joining("-"));
  }
}
