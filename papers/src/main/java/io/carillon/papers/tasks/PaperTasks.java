package io.carillon.papers.tasks;

import io.carillon.data.generated.Task;
import io.carillon.data.generated.TaskSource;
import java.util.List;
import java.util.stream.Stream;

/** The generated tasks of the papers; a new one is a class with its settings and a line here. */
public final class PaperTasks implements TaskSource {

  @Override
  public List<Task> tasks() {
    return Stream.of(
            List.of(TonesTask.task(), DelayTask.task(), CopyTask.task(), AddingTask.task()),
            List.of(ListOpsTask.task(), ListOpsSubTreesTask.task()),
            SequenceTasks.all(),
            ContextTasks.all(),
            List.of(PathfinderTask.task()))
        .flatMap(List::stream)
        .toList();
  }
}
