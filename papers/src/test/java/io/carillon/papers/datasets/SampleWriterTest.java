package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleWriterTest {
  @TempDir Path folder;

  /** Read back with the options of a stranger, and with the preprocessing of the task. */
  @ParameterizedTest
  @CsvSource({
    "tones, ts, ''",
    "tones, csv, layout=sequences targets=label",
    "adding, ts, ''",
    "adding, csv, layout=sequences targets=sum predict=value",
    "delay, csv, layout=sequences targets=delayed predict=value per-step=yes",
    "copy, tsv, ''",
    "listops, tsv, ''",
    "listops-subtrees, tsv, labels=subtrees"
  })
  void roundTrip(String name, String ending, String words) {
    Task task = Tasks.get(name);
    Dataset data = task.sample(12, Map.of(), 3);
    Meaning meaning = task.meaning(Map.of());
    Path file = folder.resolve("samples." + ending);
    SampleWriter.write(data, meaning, file);
    Map<String, String> options = new HashMap<>(Map.of("split", "1/0/0"));
    if (!ending.equals("tsv")) {
      options.put("scale", "none");
    }
    for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
      options.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    Splits read = Loaders.open(file, options, 1);
    assertSame(read.train(), read.meaning(), data, meaning);
    if (ending.equals("ts")) {
      assertSame(Loaders.labelled(file, meaning), meaning, data, meaning);
    }
  }

  private static void assertSame(Dataset read, Meaning readMeaning, Dataset data, Meaning meaning) {
    assertThat(read.size()).isEqualTo(data.size());
    assertThat(read.target()).isEqualTo(data.target());
    for (int i = 0; i < data.size(); i++) {
      if (data.isTokens()) {
        assertThat(words(read.tokens(i), readMeaning.vocabulary()))
            .isEqualTo(words(data.tokens(i), meaning.vocabulary()));
      } else {
        assertThat(read.values(i)).isEqualTo(data.values(i));
      }
      switch (data.target()) {
        case CLASS ->
            assertThat(readMeaning.classNames().get(read.label(i)))
                .isEqualTo(meaning.classNames().get(data.label(i)));
        case CLASS_PER_STEP ->
            assertThat(words(read.stepLabels(i), readMeaning.classNames()))
                .isEqualTo(words(data.stepLabels(i), meaning.classNames()));
        case VALUE, VALUE_PER_STEP ->
            assertThat(read.targetValues(i)).isEqualTo(data.targetValues(i));
      }
    }
  }

  private static List<String> words(int[] ids, List<String> names) {
    return Arrays.stream(ids).mapToObj(id -> id < 0 ? "-" : names.get(id)).toList();
  }

  @Test
  void masksAndAwkwardNames() throws IOException {
    Dataset data =
        Dataset.ofValues(1, new float[][] {{1.5f, 0, -3e-20f}, {2}})
            .masks(new float[][] {{1, 0, 1}, null})
            .labels(2, new int[] {0, 1})
            .build();
    Meaning meaning =
        Meaning.of("task", Map.of())
            .values(1, List.of("x, \"y\""), null)
            .classes(List.of("a,b", "c"))
            .build();
    Path csv = folder.resolve("s.csv");
    SampleWriter.write(data, meaning, csv);
    Map<String, String> options =
        Map.of(
            "layout",
            "sequences",
            "targets",
            "label",
            "missing",
            "mask",
            "scale",
            "none",
            "split",
            "1/0/0");
    Dataset read = Loaders.open(csv, options, 1).train();
    assertThat(read.mask(0)).containsExactly(1, 0, 1);
    assertThat(read.values(0)).containsExactly(1.5f, 0, -3e-20f);
    assertThat(read.classNames()).containsExactly("a,b", "c");
    assertThatThrownBy(() -> SampleWriter.write(data, meaning, folder.resolve("s.ts")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("class 'a,b' cannot be written to a .ts file");
    assertThat(names()).as("no half-written file").containsExactly("s.csv");
  }

  @Test
  void endingsThatDoNotFit() throws IOException {
    Meaning copy = Tasks.get("copy").meaning(Map.of());
    Dataset tokens = Tasks.get("copy").sample(1, Map.of(), 1);
    assertThatThrownBy(() -> SampleWriter.write(tokens, copy, folder.resolve("s.csv")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("can be written as .tsv; choose that ending");
    Meaning delay = Tasks.get("delay").meaning(Map.of());
    Dataset steps = Tasks.get("delay").sample(1, Map.of(), 1);
    assertThatThrownBy(() -> SampleWriter.write(steps, delay, folder.resolve("s.ts")))
        .hasMessageContaining("can be written as .csv");
    assertThatThrownBy(() -> SampleWriter.write(steps, delay, folder.resolve("samples")))
        .hasMessageContaining("can be written as .csv");
    assertThat(names()).isEmpty();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Meaning delay = Tasks.get("delay").meaning(Map.of());
    Dataset steps = Tasks.get("delay").sample(1, Map.of(), 1);
    Path nowhere = folder.resolve("no/such/folder/s.csv");
    assertThatThrownBy(() -> SampleWriter.write(steps, delay, nowhere))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(nowhere + ": cannot be written");
    Path taken = Files.createDirectory(folder.resolve("taken.csv"));
    Files.writeString(taken.resolve("x"), "x");
    assertThatThrownBy(() -> SampleWriter.write(steps, delay, taken))
        .hasMessageContaining("cannot be written");
    assertThat(names()).containsExactly("taken.csv");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
