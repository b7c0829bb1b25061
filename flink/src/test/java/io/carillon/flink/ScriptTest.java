package io.carillon.flink;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.model.Classification;
import io.carillon.model.LiveStream;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script of examples/flink, as it stands but for the folder of the model. */
class ScriptTest {
  private static final Path SCRIPT = Path.of("..", "examples", "flink", "score.sql");

  @TempDir private Path folder;

  @Test
  void runs() throws Exception {
    SequenceModel model = Models.classifier(7, Meaning.Missing.ERROR);
    model.save(folder);
    StreamTableEnvironment tables =
        StreamTableEnvironment.create(
            StreamExecutionEnvironment.createLocalEnvironment(2, new Configuration()));
    String script =
        Files.readString(SCRIPT)
            .replaceAll("(?m)^--.*$", "")
            .replace("/models/pump", folder.toString());
    int answers = 0;
    for (String statement : script.split(";")) {
      // SET is a word of the client.
      if (statement.isBlank() || statement.strip().startsWith("SET ")) {
        continue;
      }
      TableResult result = tables.executeSql(statement);
      if (statement.strip().startsWith("SELECT")) {
        answers += check(Predictor.of(model), result);
      }
    }
    assertThat(answers).isEqualTo(500);
  }

  /** The rows of a sensor come in their order, and say what they have been answered for. */
  private static int check(Predictor predictor, TableResult result) throws Exception {
    Map<Object, LiveStream> streams = new HashMap<>();
    int count = 0;
    CloseableIterator<Row> rows = result.collect();
    try {
      while (rows.hasNext()) {
        Row row = rows.next();
        Classification expected =
            streams
                .computeIfAbsent(row.getField("sensor"), sensor -> predictor.open())
                .at(row.<Instant>getFieldAs("ts").toEpochMilli() / 1000.0)
                .classify(row.getFieldAs("pressure"), row.getFieldAs("heat"))
                .orElseThrow();
        assertThat(row.<String>getFieldAs("predicted")).isEqualTo(expected.name());
        assertThat(row.<Double>getFieldAs("probability")).isEqualTo(expected.probability());
        assertThat(row.<Double>getFieldAs("p_bad")).isEqualTo(expected.probability("bad"));
        count++;
      }
    } finally {
      rows.close();
    }
    return count;
  }
}
