package io.carillon.flink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** A Flink of two task managers with two slots each, in this Java virtual machine. */
final class Cluster {
  static final String HEAP = "hashmap";
  static final String ROCKSDB = "rocksdb";

  /** Far more than anything takes. */
  private static final long SECONDS = 120;

  private static final int ATTEMPTS = 5;

  private final MiniCluster mini;
  private int killed;

  Cluster() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.BIND_PORT, "0");
    mini =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(2)
                .setNumSlotsPerTaskManager(2)
                .build());
    mini.start();
  }

  /**
   * For a job.
   *
   * @param folder for its checkpoints
   */
  static StreamExecutionEnvironment environment(String backend, int parallelism, Path folder) {
    Configuration configuration = new Configuration();
    configuration.set(StateBackendOptions.STATE_BACKEND, backend);
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, ATTEMPTS);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(50));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(parallelism);
    env.setMaxParallelism(32);
    env.enableCheckpointing(100);
    return env;
  }

  /**
   * Starts what has been described in an environment.
   *
   * @param savepoint to go on from; null for none
   */
  JobID start(StreamExecutionEnvironment env, String savepoint) throws Exception {
    JobGraph graph = env.getStreamGraph().getJobGraph();
    if (savepoint != null) {
      graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
    }
    return mini.submitJob(graph).get(SECONDS, TimeUnit.SECONDS).getJobID();
  }

  /** Waits for the end; fails with what the job has failed with. */
  void finish(JobID job) throws Exception {
    JobResult result = result(job);
    if (result.getSerializedThrowable().isPresent()) {
      throw new IllegalStateException(
          "the job has failed",
          result.getSerializedThrowable().get().deserializeError(getClass().getClassLoader()));
    }
  }

  private JobResult result(JobID job)
      throws InterruptedException, ExecutionException, TimeoutException {
    return mini.requestJobResult(job).get(SECONDS, TimeUnit.SECONDS);
  }

  /** Starts and waits for the end. */
  void run(StreamExecutionEnvironment env, String savepoint) throws Exception {
    finish(start(env, savepoint));
  }

  /** Stops a job with a canonical savepoint and returns where that is. */
  String stop(JobID job, Path folder) throws Exception {
    Jobs.await("all tasks run", () -> isRunning(job));
    String savepoint =
        mini.stopWithSavepoint(
                job,
                folder.resolve("savepoints").toUri().toString(),
                false,
                SavepointFormatType.CANONICAL)
            .get(SECONDS, TimeUnit.SECONDS);
    result(job);
    return savepoint;
  }

  private boolean isRunning(JobID job) {
    for (AccessExecutionVertex task :
        mini.getExecutionGraph(job).join().getAllExecutionVertices()) {
      if (task.getExecutionState() != ExecutionState.RUNNING) {
        return false;
      }
    }
    return true;
  }

  /** Ends a task manager with all that runs on it, and starts another. */
  void killTaskManager() throws Exception {
    mini.terminateTaskManager(killed++).get(SECONDS, TimeUnit.SECONDS);
    mini.startTaskManager();
  }

  void close() throws Exception {
    mini.close();
  }
}
