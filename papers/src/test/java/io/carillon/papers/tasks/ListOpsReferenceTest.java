package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.carillon.reference.ReferenceCase;
import io.carillon.reference.ReferenceConfig;
import io.carillon.reference.ReferenceReport;
import io.carillon.reference.UsesShared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Samples made by the official ListOps-SubTrees code: from the text of an expression every
 * published field must come out exactly.
 */
@UsesShared
class ListOpsReferenceTest {
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
  void everyFieldOfEverySample() {
    ReferenceReport.check("06_listops", ListOpsReferenceTest::check);
  }

  private static void check(ReferenceCase reference) throws IOException {
    ReferenceConfig config = reference.config();
    // How the samples were drawn.
    config.ignore(
        "seed", "per_worker_samples", "num_workers", "unique_templates", "max_depth", "max_args");
    boolean parentheses = !config.flag("no_paranthesis", false);
    int minLength = config.integer("min_length");
    int maxLength = config.integer("max_length");
    JsonNode samples = reference.field("samples");
    assertThat(samples).as("samples").isNotEmpty();
    for (JsonNode sample : samples) {
      assertThat(names(sample)).isEqualTo(SAMPLE_FIELDS);
      ListOps parsed = ListOps.parse(sample.get("Source").asText());
      checkSample(reference, sample, parsed);
      String source = sample.get("Source").asText();
      reference.compareExactly("source", source, parsed.source(parentheses));
      assertThat(parsed.length()).isGreaterThan(minLength).isLessThan(maxLength);
    }
    for (Path table : reference.files(".tsv")) {
      checkTable(reference, samples, Files.readAllLines(table));
    }
  }

  private static void checkSample(ReferenceCase reference, JsonNode sample, ListOps parsed) {
    String of = " of sample " + sample.get("Id");
    List<ListOps.SubTree> trees = parsed.subTrees();
    reference.compareExactly("value" + of, sample.get("Target").asInt(), parsed.value());
    reference.compareExactly("tokens" + of, texts(sample.get("tokens")), parsed.tokens());
    checkField(reference, sample, "SubTreeEvals", trees, t -> "" + t.value());
    checkField(reference, sample, "SubTreeLengths", trees, t -> "" + t.length());
    checkField(reference, sample, "SubTreeHeights", trees, t -> "" + t.height());
    checkField(reference, sample, "SubTreeOps", trees, t -> "[" + t.operator());
    checkField(reference, sample, "SubTreeInds", trees, t -> "" + t.closingIndex());
  }

  private static void checkField(
      ReferenceCase reference,
      JsonNode sample,
      String field,
      List<ListOps.SubTree> trees,
      Function<ListOps.SubTree, String> value) {
    reference.compareExactly(
        field + " of sample " + sample.get("Id"),
        texts(sample.get(field)),
        trees.stream().map(value).toList());
  }

  /** The table of the official writer: the same values for the same expressions. */
  private static void checkTable(ReferenceCase reference, JsonNode samples, List<String> lines) {
    List<String> columns = List.of(lines.get(0).split("\t", -1));
    int source = columns.indexOf("Source");
    int target = columns.indexOf("Target");
    reference.compareExactly("rows of the table", samples.size(), lines.size() - 1);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split("\t", -1);
      int value = ListOps.parse(cells[source]).value();
      reference.compareExactly("value of " + cells[source], cells[target], "" + value);
    }
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
