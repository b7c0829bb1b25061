package io.carillon.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.Loaders;
import io.carillon.model.Meaning;
import io.carillon.data.Splits;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written as samples is what a reader finds in the file. */
class SampleFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "tones, csv, layout=sequences targets=class",
    "adding, csv, layout=sequences targets=sum predict=value",
    "delay, csv, layout=sequences targets=delayed predict=value per-step=yes",
    "copy, tsv, ''",
    "listops, tsv, ''",
    "listops-subtrees, tsv, labels=subtrees"
  })
  void roundTrip(String name, String ending, String words) throws IOException {
    Task task = Tasks.get(name);
    Dataset data = task.sample(12, Map.of(), 3);
    Meaning meaning = task.meaning(Map.of());
    Path file = folder.resolve("samples." + ending);
    new SampleFile(file, data, meaning, 0).write();
    Map<String, String> options = new HashMap<>(Map.of("split", "1/0/0"));
    if (!ending.equals("tsv")) {
      options.put("scale", "none");
    }
    for (String word : words.isEmpty() ? new String[0] : words.split(" ")) {
      options.put(word.substring(0, word.indexOf('=')), word.substring(word.indexOf('=') + 1));
    }
    Splits read = Loaders.open(file, options, 1);
    assertSame(read.train(), read.meaning(), data, meaning);
  }

  @Test
  void namesThatHoldDelimitersAndQuotes() throws IOException {
    Dataset data =
        Dataset.ofValues(1, new float[][] {{1, 2}, {3, 4}})
            .classNames(List.of("a,b", "c\"d\""))
            .labels(2, new int[] {0, 1})
            .build();
    Meaning meaning =
        Meaning.of("csv", Map.of())
            .values(1, List.of("x, first"), null)
            .classes(List.of("a,b", "c\"d\""))
            .build();
    Path file = folder.resolve("samples.csv");
    new SampleFile(file, data, meaning, 0).write();
    Map<String, String> options =
        Map.of("split", "1/0/0", "scale", "none", "layout", "sequences", "targets", "class");
    Splits read = Loaders.open(file, options, 1);
    assertThat(read.meaning().inputNames()).containsExactly("x, first");
    assertSame(read.train(), read.meaning(), data, meaning);
  }

  private static void assertSame(
      Dataset read, Meaning readMeaning, Dataset data, Meaning meaning) {
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
}
