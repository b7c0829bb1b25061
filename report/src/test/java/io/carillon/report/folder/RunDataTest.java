package io.carillon.report.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A limit leaves of every part what stands for all of it. */
class RunDataTest {
  private static final String CLASSES = "abc";

  @TempDir private Path folder;

  /** Sequences of one number, whose classes follow a pattern again and again. */
  private void write(String part, String pattern, int count) throws IOException {
    StringBuilder text = new StringBuilder("@classLabel true a b c\n@data\n");
    for (int i = 0; i < count; i++) {
      text.append(i).append(':').append(pattern.charAt(i % pattern.length())).append('\n');
    }
    Files.writeString(folder.resolve("P_" + part + ".ts"), text);
  }

  private Dataset train(int limit) {
    Map<String, String> options = Map.of("validation", "0", "scale", "none");
    return new RunData(DataSource.ofPath(folder), options, 1, limit).open().train();
  }

  private static long count(Dataset data, char name) {
    int id = data.classNames().indexOf(String.valueOf(name));
    return IntStream.range(0, data.size()).filter(i -> data.label(i) == id).count();
  }

  @Test
  void noClassIsLostWhereClassesTakeTurns() throws IOException {
    write("TRAIN", "abcc", 40);
    write("TEST", "abc", 6);
    Dataset limited = train(10);
    assertThat(limited.size()).isEqualTo(10);
    assertThat(CLASSES.chars().mapToLong(name -> count(limited, (char) name)).toArray())
        .isIn(new long[] {3, 2, 5}, new long[] {2, 3, 5});
    assertThat(IntStream.range(1, 10))
        .allMatch(i -> limited.values(i)[0] > limited.values(i - 1)[0]);
  }

  @Test
  void otherwiseItIsEveryNth() throws IOException {
    write("TRAIN", "aaabbbccc", 36);
    write("TEST", "abc", 6);
    Dataset limited = train(12);
    assertThat(IntStream.range(0, 12)).allMatch(i -> limited.values(i)[0] == 3 * i);
  }
}
