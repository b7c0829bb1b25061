package io.carillon.data;

import io.carillon.core.SeededRandom;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.util.Arrays;
import java.util.List;

/** ListOps: the value of a whole expression, or of every operation in it. */
final class ListOpsTask implements Generator {
  private final ListOpsGenerator expressions;
  private final boolean subTrees;

  private ListOpsTask(Options options, boolean subTrees) {
    this.subTrees = subTrees;
    expressions =
        new ListOpsGenerator(
            options.integer("max-depth", 2, 1000),
            options.integer("max-args", 2, 1000),
            options.integer("min-length", 0, 10_000_000),
            options.integer("max-length", 2, 10_000_000),
            options.flag("unique"),
            false);
  }

  static Task whole() {
    return withOptions(Task.named("listops", options -> new ListOpsTask(options, false)))
        .describe(
            "The value of a nested expression such as [MAX 2 9 [MIN 4 7 ] 0 ], read token by token.")
        .length("12 to 256 (with the end mark)")
        .target("10 classes", "accuracy")
        .source("Nangia and Bowman 2018, lengths and end mark of Tay et al. 2021; generated")
        .sizes(10000, 1000, 1000);
  }

  static Task subTrees() {
    return withOptions(Task.named("listops-subtrees", options -> new ListOpsTask(options, true)))
        .describe(
            "As listops, but the value of every operation is asked for where it is closed, and only"
                + " what came before may be used.")
        .length("11 to 255")
        .target("class per step: a digit out of a vocabulary of 17, at closing tokens", "accuracy")
        .source("Gupta, Mehta and Berant 2022 (their lengths: 7001 to 8179); generated")
        .sizes(10000, 1000, 1000);
  }

  private static Task.Builder withOptions(Task.Builder builder) {
    return builder
        .option("max-depth", 10, "largest depth of a digit (root: 1); the papers have 10 and 15")
        .option("max-args", 10, "largest number of operands; the papers have 10 and 9")
        .option("min-length", 10, "every expression has more tokens than this")
        .option("max-length", 256, "every expression has fewer tokens than this")
        .option(
            "unique",
            "yes",
            "whether expressions must differ in more than their digits (template)");
  }

  /** The value of each operation at its closing token, as a token of the 17. */
  static int[] stepLabels(ListOps expression) {
    int[] labels = new int[expression.length()];
    Arrays.fill(labels, Dataset.IGNORE);
    for (ListOps.SubTree tree : expression.subTrees()) {
      labels[tree.closingIndex()] = ListOpsVocabulary.SUB_TREES.digit(tree.value());
    }
    return labels;
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    int[][] tokens = new int[count][];
    int[][] stepLabels = new int[count][];
    int[] labels = new int[count];
    ListOpsVocabulary vocabulary = vocabulary();
    for (int i = 0; i < count; i++) {
      ListOps expression = expressions.next(random);
      tokens[i] = vocabulary.encode(expression);
      stepLabels[i] = stepLabels(expression);
      labels[i] = expression.value();
    }
    List<String> classes = classes();
    Dataset.Builder data =
        Dataset.ofTokens(vocabulary.names().size(), tokens).name(name).classNames(classes);
    return subTrees
        ? data.stepLabels(classes.size(), stepLabels).build()
        : data.labels(classes.size(), labels).build();
  }

  @Override
  public Preprocessing.Builder describe(Preprocessing.Builder builder) {
    return builder
        .tokens(vocabulary().names())
        .classes(subTrees ? Target.CLASS_PER_STEP : Target.CLASS, classes());
  }

  private ListOpsVocabulary vocabulary() {
    return subTrees ? ListOpsVocabulary.SUB_TREES : ListOpsVocabulary.WHOLE;
  }

  /** The ten digits, or for operations the whole vocabulary. */
  private List<String> classes() {
    List<String> names = vocabulary().names();
    int zero = vocabulary().digit(0);
    return subTrees ? names : names.subList(zero, zero + 10);
  }
}
