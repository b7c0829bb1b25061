package io.carillon.flink;

import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.Scaling;
import io.carillon.model.SequenceModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

/**
 * Events per second of 1,000 keys: a bare loop over {@link Predictor} on one and on two threads,
 * DataStream on the heap and on RocksDB, and SQL on the heap, one after the other and the whole
 * several times. From the start of the tasks to their end, checkpoints every two seconds,
 * parallelism 2. Not a test: nothing is asserted on time.
 *
 * <p>Arguments: events of a run, rounds, and a folder for checkpoints.
 */
public final class Throughput {
  private static final int KEYS = 1000;
  private static final int PARALLELISM = 2;

  private final long events;
  private final Path folder;
  private final SequenceModel model;

  private Throughput(long events, Path folder, int width, int depth) {
    this.events = events;
    this.folder = folder;
    this.model =
        SequenceModel.fresh(
                NetworkConfig.sequence(2, 3)
                    .withWidth(width)
                    .withDepth(depth)
                    .withSsm(S4dConfig.DEFAULT),
                1,
                Map.of(),
                Computing.standard())
            .withMeaning(
                Meaning.builder()
                    .values(
                        2,
                        List.of("pressure", "heat"),
                        new Scaling(new double[] {1000, -40}, new double[] {10, 0.5}))
                    .classes(List.of("bad", "good", "so-so"))
                    .build());
  }

  /** Runs it. */
  public static void main(String[] arguments) throws Exception {
    long events = Long.parseLong(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    Path folder = Files.createTempDirectory(Path.of(arguments[2]), "throughput");
    System.out.printf("Java %s, %,d events%n", System.getProperty("java.version"), events);
    for (int[] size : new int[][] {{16, 2}, {64, 4}}) {
      Throughput some = new Throughput(events, folder, size[0], size[1]);
      System.out.printf(
          "%d blocks of width %d, %s bytes a state%n",
          size[1], size[0], Predictor.of(some.model).open().toBytes().length);
      for (int round = 0; round < rounds; round++) {
        say("bare loop, 1 thread", events, some.bare(1));
        say("bare loop, 2 threads", events, some.bare(2));
        say("DataStream, heap", events, some.stream(Cluster.HEAP));
        say("SQL, heap", events, some.sql());
        say("DataStream, RocksDB", events, some.stream(Cluster.ROCKSDB));
      }
    }
  }

  private static void say(String what, long events, double seconds) {
    System.out.printf(Locale.ROOT, "%-24s %,10.0f events/s%n", what, events / seconds);
  }

  private static Event event(long place) {
    Event event = new Event();
    event.key = "sensor-" + place % KEYS;
    event.number = (int) (place / KEYS);
    event.time = 1_700_000_000_000L + 1000L * event.number;
    event.pressure = 1000 + 10 * ((place * 0x9E3779B97F4A7C15L) >> 40) / (double) (1 << 23);
    event.heat = -40 + 0.5 * ((place * 0xBF58476D1CE4E5B9L) >> 40) / (double) (1 << 23);
    return event;
  }

  private double bare(int threads) throws InterruptedException {
    Predictor predictor = Predictor.of(model);
    Thread[] all = new Thread[threads];
    long begin = System.nanoTime();
    for (int t = 0; t < threads; t++) {
      int own = t;
      all[t] =
          new Thread(
              () -> {
                Map<String, LiveStream> streams = new HashMap<>();
                for (long i = own; i < events; i += threads) {
                  Event event = event(i);
                  streams
                      .computeIfAbsent(event.key, k -> predictor.open())
                      .classify(event.values());
                }
              });
      all[t].start();
    }
    for (Thread thread : all) {
      thread.join();
    }
    return (System.nanoTime() - begin) * 1e-9;
  }

  private StreamExecutionEnvironment environment(String backend) {
    StreamExecutionEnvironment env = Cluster.environment(backend, PARALLELISM, folder);
    env.enableCheckpointing(2000);
    return env;
  }

  private DataStream<Event> events(StreamExecutionEnvironment env) {
    return Jobs.events(
        env, Throughput::event, events, Pace.fast(), WatermarkStrategy.noWatermarks());
  }

  private double stream(String backend) throws Exception {
    StreamExecutionEnvironment env = environment(backend);
    ScoreFunction<String, Event, String> score =
        ScoreFunction.<String, Event>of(ModelSource.of(model))
            .values(Event::values)
            .answers(Types.STRING, (event, answer) -> answer.classification().name());
    Jobs.finish(events(env).keyBy(event -> event.key).process(score).uid("score"), "sink");
    return env.execute().getNetRuntime() * 1e-3;
  }

  private double sql() throws Exception {
    StreamExecutionEnvironment env = environment(Cluster.HEAP);
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.createTemporaryView(
        "events",
        events(env),
        Schema.newBuilder()
            .column("key", "STRING")
            .column("pressure", "DOUBLE")
            .column("heat", "DOUBLE")
            .build());
    tables.createTemporarySystemFunction("SCORE", new Score(ModelSource.of(model)));
    Table scored =
        tables.sqlQuery(
            "SELECT predicted FROM SCORE(input => TABLE events PARTITION BY `key`, uid => 'score')");
    tables.toDataStream(scored).sinkTo(new DiscardingSink<>());
    return env.execute().getNetRuntime() * 1e-3;
  }
}
