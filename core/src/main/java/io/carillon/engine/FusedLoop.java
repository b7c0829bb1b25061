package io.carillon.engine;

import java.util.List;

/**
 * Row-wise stages that run one after another on every tile of rows, so that what one writes the
 * next reads from the cache.
 */
final class FusedLoop implements Parallel.WorkerBody {
  private final int total;
  private final int tasks;
  private final int height;
  private final RowStage[] stages;
  private final int[] workers;

  /**
   * Makes a loop.
   *
   * @param total rows
   * @param tasks number of parallel ranges
   * @param height most rows of a tile
   * @param stages in order
   * @param workers where the worker of every task is noted, see {@link Operand#tile}
   */
  FusedLoop(int total, int tasks, int height, List<RowStage> stages, int[] workers) {
    this.total = total;
    this.tasks = tasks;
    this.height = height;
    this.stages =
        stages.stream().filter(stage -> stage != RowStage.NOTHING).toArray(RowStage[]::new);
    this.workers = workers;
  }

  /** Runs all stages on all rows. */
  void run(Parallel parallel) {
    for (RowStage stage : stages) {
      stage.begin();
    }
    parallel.runOnWorkers(tasks, this);
    for (RowStage stage : stages) {
      stage.finish();
    }
  }

  @Override
  public void accept(int worker, int task) {
    workers[task] = worker;
    int from = Ranges.start(total, tasks, task);
    int count = Ranges.start(total, tasks, task + 1) - from;
    // Of about equal height: a last tile of a row or two would be slow.
    int tiles = (count + height - 1) / height;
    for (int i = 0; i < tiles; i++) {
      int r0 = from + Ranges.start(count, tiles, i);
      int r1 = from + Ranges.start(count, tiles, i + 1);
      for (RowStage stage : stages) {
        stage.rows(task, r0, r1);
      }
    }
  }
}
