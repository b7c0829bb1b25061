package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Samples made by the official ListOps-SubTrees code: from the text of an expression every
 * published field must come out exactly.
 */
class ListOpsReferenceTest {
  private static final Set<String> CASE_FIELDS =
      Set.of(
          "case",
          "group",
          "split",
          "official",
          "repo_commit",
          "seed",
          "config",
          "tensors",
          "f32_error",
          "tolerance",
          "notes",
          "samples");
  private static final Set<String> SAMPLE_FIELDS =
      Set.of(
          "Source",
          "Target",
          "SubTreeEvals",
          "SubTreeLengths",
          "SubTreeHeights",
          "SubTreeOps",
          "SubTreeInds",
          "tokens",
          "Id");

  @Test
  void everyFieldOfEverySample() throws IOException {
    Path folder = SharedFolder.reference("06_listops");
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    assertThat(files).as("cases in %s", folder).isNotEmpty();
    int samples = 0;
    for (Path file : files) {
      samples += check(new ObjectMapper().readTree(file.toFile()), file);
    }
    System.out.printf(
        "reference 06_listops: %d cases passed, 0 failed, 0 skipped (%d samples)%n",
        files.size(), samples);
  }

  private static int check(JsonNode reference, Path file) {
    assertThat(names(reference)).as("fields of %s", file).isSubsetOf(CASE_FIELDS);
    assertThat(reference.path("group").asText()).as("group of %s", file).isEqualTo("06_listops");
    assertThat(reference.path("tensors")).as("tensors of %s", file).isEmpty();
    boolean parentheses = !reference.path("config").path("no_paranthesis").asBoolean();
    int minLength = reference.path("config").path("min_length").asInt();
    int maxLength = reference.path("config").path("max_length").asInt();
    JsonNode samples = reference.path("samples");
    assertThat(samples).as("samples of %s", file).isNotEmpty();
    for (JsonNode sample : samples) {
      assertThat(names(sample)).as("fields in %s", file).isEqualTo(SAMPLE_FIELDS);
      ListOps parsed = ListOps.parse(sample.get("Source").asText());
      checkSample(sample, parsed, file + " sample " + sample.get("Id"));
      assertThat(parsed.source(parentheses)).isEqualTo(sample.get("Source").asText());
      assertThat(parsed.length()).isGreaterThan(minLength).isLessThan(maxLength);
    }
    return samples.size();
  }

  private static void checkSample(JsonNode sample, ListOps parsed, String where) {
    List<ListOps.SubTree> trees = parsed.subTrees();
    assertThat(parsed.value()).as(where).isEqualTo(sample.get("Target").asInt());
    assertThat(parsed.tokens()).as(where).isEqualTo(texts(sample.get("tokens")));
    checkField(sample, "SubTreeEvals", trees, t -> "" + t.value(), where);
    checkField(sample, "SubTreeLengths", trees, t -> "" + t.length(), where);
    checkField(sample, "SubTreeHeights", trees, t -> "" + t.height(), where);
    checkField(sample, "SubTreeOps", trees, t -> "[" + t.operator(), where);
    checkField(sample, "SubTreeInds", trees, t -> "" + t.closingIndex(), where);
  }

  private static void checkField(
      JsonNode sample,
      String field,
      List<ListOps.SubTree> trees,
      Function<ListOps.SubTree, String> value,
      String where) {
    assertThat(trees.stream().map(value).toList())
        .as("%s of %s", field, where)
        .isEqualTo(texts(sample.get(field)));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
