package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import io.carillon.data.Options;
import io.carillon.data.generated.SampleGenerator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.Arrays;
import java.util.List;

/**
 * ListOps-SubTrees (papers B.6): the value of every operation of an expression, at the token that
 * closes it.
 *
 * <p>The paper removes expressions whose template (the text without digits and blanks) has occurred
 * before. Kept in memory, samples do so too. Drawn when they are needed they cannot know what came
 * before; then the template decides by its hash to which part an expression may belong, so that no
 * two parts share a template.
 */
public final class ListOpsSubTreesTask implements SampleGenerator {
  /** Draws in a row without an expression for a part, after which the settings are refused. */
  private static final int PATIENCE = 10_000;

  private final Options options;
  private final ListOpsGenerator unique;
  private final int minLength;
  private final int maxLength;

  private ListOpsSubTreesTask(Options options) {
    this.options = options;
    this.unique = ListOpsTask.generator(options, true);
    this.minLength = options.integer("min-length", 0, 10_000_000) + 1;
    this.maxLength = options.integer("max-length", 2, 10_000_000) - 1;
  }

  static Task task() {
    return ListOpsTask.withOptions(Task.named("listops-subtrees", ListOpsSubTreesTask::new))
        .describe(
            "As listops, but the value of every operation is asked for where it is closed, and only"
                + " what came before may be used.")
        .length("11 to 255")
        .target("class per step: a digit out of a vocabulary of 17, at closing tokens", "accuracy")
        .source("Gupta, Mehta and Berant 2022 (their lengths: 7001 to 8179); generated")
        .streamed()
        .sizes(10000, 1000, 1000);
  }

  /** The value of each operation at its closing token, as a token of the 17. */
  public static int[] stepLabels(ListOps expression) {
    int[] labels = new int[expression.length()];
    Arrays.fill(labels, Dataset.IGNORE);
    for (ListOps.SubTree tree : expression.subTrees()) {
      labels[tree.closingIndex()] = ListOpsVocabulary.SUB_TREES.digit(tree.value());
    }
    return labels;
  }

  @Override
  public int minLength() {
    return Math.max(1, minLength);
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public Dataset sample(int part, SeededRandom random) {
    ListOpsGenerator expressions = ListOpsTask.generator(options, false);
    for (int attempt = 0; attempt < PATIENCE; attempt++) {
      ListOps expression = expressions.next(random);
      if (part(expression) == part) {
        return set("sample", expression);
      }
    }
    throw new DataException(
        "in "
            + PATIENCE
            + " draws there was no ListOps expression for one of the parts; there are too few with"
            + " length above min-length and below max-length: widen the limits");
  }

  /** Part that a template belongs to: 0 training for one half, 1 and 2 for a quarter each. */
  private static int part(ListOps expression) {
    long hash = 0xCBF29CE484222325L;
    for (byte code : expression.codes()) {
      hash = code >= ListOps.FIRST_OPERATOR ? (hash ^ code) * 0x100000001B3L : hash;
    }
    hash ^= hash >>> 32;
    hash *= 0x9E3779B97F4A7C15L;
    return Math.max(0, (int) (hash >>> 62) - 1);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    ListOps[] drawn = new ListOps[count];
    Arrays.setAll(drawn, i -> unique.next(random));
    return set(name, drawn);
  }

  private static Dataset set(String name, ListOps... expressions) {
    List<String> vocabulary = ListOpsVocabulary.SUB_TREES.names();
    int[][] tokens = new int[expressions.length][];
    Arrays.setAll(tokens, i -> ListOpsVocabulary.SUB_TREES.encode(expressions[i]));
    int[][] labels = new int[expressions.length][];
    Arrays.setAll(labels, i -> stepLabels(expressions[i]));
    return Dataset.ofTokens(vocabulary.size(), tokens)
        .name(name)
        .classNames(vocabulary)
        .stepLabels(vocabulary.size(), labels)
        .build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    List<String> vocabulary = ListOpsVocabulary.SUB_TREES.names();
    return builder.tokens(vocabulary).perStep(true).classes(vocabulary);
  }
}
