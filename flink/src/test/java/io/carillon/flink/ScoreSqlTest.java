package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.Table;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table function in statements of SQL, on a cluster. */
class ScoreSqlTest {
  private static final int EVENTS = 6000;

  /** Names as the model has them, NULL for a missing value. */
  private static final String VIEW =
      """
      CREATE TEMPORARY VIEW readings AS
      SELECT `key` AS sensor, number AS n, ts, pressure,
        CASE WHEN CAST(heat AS STRING) = 'NaN' THEN CAST(NULL AS DOUBLE) ELSE heat END AS heat
      FROM events""";

  private static Cluster cluster;

  @TempDir private Path folder;
  private final SequenceModel model = Models.classifier(1, Meaning.Missing.MASK);
  private String saved;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster();
  }

  @AfterAll
  static void stop() throws Exception {
    cluster.close();
  }

  @BeforeEach
  void save() throws Exception {
    saved = save(model);
  }

  private String save(SequenceModel some) throws Exception {
    Path model = folder.resolve(some.fingerprint());
    some.save(model);
    return model.toString();
  }

  /** A session with the view {@code readings}. */
  private static StreamTableEnvironment session(
      StreamExecutionEnvironment env, int[] order, Pace pace, boolean fails) {
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    SingleOutputStreamOperator<Event> events =
        Jobs.events(
            env,
            i -> Event.at(order[(int) (long) i]),
            order.length,
            pace,
            WatermarkStrategy.noWatermarks());
    if (fails) {
      events = events.map(new Jobs.FailsOnce()).returns(Jobs.EVENT).setParallelism(1).uid("fails");
    }
    tables.createTemporaryView(
        "events",
        events,
        Schema.newBuilder()
            .column("key", "STRING")
            .column("number", "INT")
            .column("time", "BIGINT")
            .column("pressure", "DOUBLE")
            .column("heat", "DOUBLE")
            .columnByExpression("ts", "TO_TIMESTAMP_LTZ(`time`, 3)")
            .watermark("ts", "ts - INTERVAL '25' SECOND")
            .build());
    tables.executeSql(VIEW);
    return tables;
  }

  private static int[] inOrder() {
    return IntStream.range(0, EVENTS).toArray();
  }

  private static int[] shuffled() {
    List<Integer> places = new ArrayList<>();
    Random random = new Random(6);
    int block = 10 * Event.KEYS;
    for (int from = 0; from < EVENTS; from += block) {
      List<Integer> some = new ArrayList<>();
      for (int i = from; i < from + block; i++) {
        some.add(i);
      }
      Collections.shuffle(some, random);
      places.addAll(some);
    }
    return places.stream().mapToInt(i -> i).toArray();
  }

  /** Compares the answers in the columns of a result, which has those of the table first. */
  private static void check(StreamTableEnvironment tables, Table scored, Results results) {
    Jobs.finish(
        tables
            .toDataStream(scored)
            .map(row -> results.add(event(row), answer(row)))
            .returns(Types.STRING)
            .uid("check"),
        "sink");
  }

  private static Event event(Row row) {
    Event event = new Event();
    event.key = row.getFieldAs("sensor");
    event.number = row.<Integer>getFieldAs("n");
    return event;
  }

  private static double[] answer(Row row) {
    if (row.getField("predicted") == null) {
      return null;
    }
    double[] p = {row.getFieldAs("p_bad"), row.getFieldAs("p_good"), row.getFieldAs("p_so-so")};
    int best = List.of("bad", "good", "so-so").indexOf(row.<String>getFieldAs("predicted"));
    return p[best] == row.<Double>getFieldAs("probability") ? p : new double[0];
  }

  @ParameterizedTest
  @ValueSource(strings = {Cluster.HEAP, Cluster.ROCKSDB})
  void byCreateFunctionWithAFailure(String backend) throws Exception {
    Jobs.FailsOnce.reset();
    Results results = new Results(Results.reference(Predictor.of(model), EVENTS, false));
    StreamExecutionEnvironment env = Cluster.environment(backend, 2, folder);
    StreamTableEnvironment tables =
        session(env, inOrder(), Pace.slowUntilFailureAfter(EVENTS / 2), true);
    tables.executeSql("CREATE FUNCTION SCORE AS 'io.carillon.flink.Score'");
    Table scored =
        tables.sqlQuery(
            "SELECT sensor, n, predicted, probability, p_bad, p_good, `p_so-so` FROM SCORE("
                + "input => TABLE readings PARTITION BY sensor, folder => '"
                + saved
                + "', uid => 'score')");
    check(tables, scored, results);
    cluster.run(env, null);
    assertThat(Jobs.FailsOnce.FAILURES.get()).isOne();
    results.assertComplete();
  }

  @Test
  void asAnInstanceInTheOrderOfTheTimes() throws Exception {
    Results results = new Results(Results.reference(Predictor.of(model), EVENTS, true));
    StreamExecutionEnvironment env = Cluster.environment(Cluster.HEAP, 2, folder);
    StreamTableEnvironment tables = session(env, shuffled(), Pace.fast(), false);
    tables.createTemporarySystemFunction("SCORE", new Score(ModelSource.of(model)));
    Table scored =
        tables.sqlQuery(
            "SELECT sensor, n, predicted, probability, p_bad, p_good, `p_so-so` FROM SCORE("
                + "input => TABLE readings PARTITION BY sensor ORDER BY ts,"
                + " on_time => DESCRIPTOR(ts), time_unit => '1 s', uid => 'score')");
    check(tables, scored, results);
    cluster.run(env, null);
    results.assertComplete();
  }

  private StreamExecutionEnvironment job(
      SequenceModel with, String change, Pace pace, Results results) throws Exception {
    StreamExecutionEnvironment env = Cluster.environment(Cluster.HEAP, 2, folder);
    StreamTableEnvironment tables = session(env, inOrder(), pace, false);
    tables.executeSql("CREATE FUNCTION SCORE AS 'io.carillon.flink.Score'");
    check(
        tables,
        tables.sqlQuery(
            "SELECT sensor, n, predicted, probability, p_bad, p_good, `p_so-so` FROM SCORE("
                + "input => TABLE readings PARTITION BY sensor, folder => '"
                + save(with)
                + "', uid => 'score'"
                + change
                + ")"),
        results);
    return env;
  }

  @Test
  void goesOnFromASavepointAndAnotherModelIsAChoice() throws Exception {
    SequenceModel other = Models.classifier(2, Meaning.Missing.MASK);
    Results results = new Results(Results.reference(Predictor.of(model), EVENTS, false));
    JobID job = cluster.start(job(model, "", Pace.slowAfter(EVENTS / 4), results), null);
    Jobs.await("some answers", () -> results.count() >= EVENTS / 4);
    String savepoint = cluster.stop(job, folder);
    int done = EVENTS - results.missing().size();
    assertThat(results.missing().get(0)).isEqualTo(done);
    cluster.run(job(model, "", Pace.fast(), results), savepoint);
    results.assertComplete();

    assertThatThrownBy(() -> cluster.run(job(other, "", Pace.fast(), results), savepoint))
        .rootCause()
        .hasMessageContainingAll(
            "the streams of this savepoint are of model " + model.fingerprint(),
            other.fingerprint());
    Results reset = new Results(ModelChangeTest.expected(EVENTS, done, 0, false));
    cluster.run(job(other, ", on_model_change => 'RESET'", Pace.fast(), reset), savepoint);
    reset.assertNoneIsWrong();
    assertThat(reset.missing()).hasSize(done);
  }

  @Test
  void columnsAreNamedByTheModel() {
    StreamTableEnvironment tables =
        session(Cluster.environment(Cluster.HEAP, 1, folder), inOrder(), Pace.fast(), false);
    tables.executeSql("CREATE FUNCTION SCORE AS 'io.carillon.flink.Score'");
    tables.createTemporarySystemFunction(
        "FORECAST", new Score(ModelSource.of(Models.forecaster(3))));
    tables.createTemporarySystemFunction("READ", new Score(ModelSource.of(Models.reader(4))));
    assertThat(
            columns(
                tables,
                "SCORE(input => TABLE readings PARTITION BY sensor, folder => '" + saved + "')"))
        .containsExactly(
            "sensor",
            "n",
            "ts",
            "pressure",
            "heat",
            "predicted",
            "probability",
            "p_bad",
            "p_good",
            "p_so-so");
    assertThat(columns(tables, "FORECAST(input => TABLE readings PARTITION BY sensor)"))
        .endsWith("next_pressure_1", "next_heat_1", "next_pressure_2", "next_heat_2");
    assertThat(
            columns(
                tables,
                "READ(input => TABLE readings PARTITION BY sensor, columns => DESCRIPTOR(sensor))"))
        .endsWith("predicted", "probability", "p_bad", "p_good");
    assertThatThrownBy(() -> columns(tables, "READ(input => TABLE readings PARTITION BY sensor)"))
        .rootCause()
        .hasMessageContainingAll("one token per row", "columns => DESCRIPTOR(…)");
    assertThatThrownBy(
            () ->
                columns(
                    tables,
                    "FORECAST(input => TABLE readings PARTITION BY sensor, columns =>"
                        + " DESCRIPTOR(heat))"))
        .rootCause()
        .hasMessageContainingAll("columns names 1 columns", "2 numbers per row");
    assertThatThrownBy(
            () ->
                columns(
                    tables,
                    "FORECAST(input => TABLE events PARTITION BY number, columns => DESCRIPTOR(heat, cold))"))
        .rootCause()
        .hasMessageContaining("cold");
    assertThatThrownBy(() -> columns(tables, "SCORE(input => TABLE readings PARTITION BY sensor)"))
        .rootCause()
        .hasMessageContaining("SCORE has no model: give folder => '…'");
    assertThatThrownBy(
            () ->
                columns(
                    tables,
                    "SCORE(input => TABLE readings PARTITION BY sensor, folder => '/no/such/place')"))
        .hasStackTraceContaining("the model of folder '/no/such/place' cannot be loaded");
  }

  private static List<String> columns(StreamTableEnvironment tables, String call) {
    return tables.sqlQuery("SELECT * FROM " + call).getResolvedSchema().getColumnNames();
  }
}
