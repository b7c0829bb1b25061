package io.carillon.papers.tasks;

import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.List;

/** ListOps: the value of a whole expression. */
final class ListOpsTask implements Generator {
  private final ListOpsGenerator expressions;

  private ListOpsTask(Options options) {
    expressions = generator(options, options.flag("unique"));
  }

  static Task task() {
    return withOptions(Task.named("listops", ListOpsTask::new))
        .describe(
            "The value of a nested expression such as [MAX 2 9 [MIN 4 7 ] 0 ], read token by token.")
        .length("12 to 256 (with the end mark)")
        .target("10 classes", "accuracy")
        .source("Nangia and Bowman 2018, lengths and end mark of Tay et al. 2021; generated")
        .option(
            "unique", "yes", "whether expressions must differ in more than their digits (template)")
        .sizes(10000, 1000, 1000);
  }

  /** The settings that say which expressions are drawn. */
  static Task.Builder withOptions(Task.Builder builder) {
    return builder
        .option("max-depth", 10, "largest depth of a digit (root: 1); the papers have 10 and 15")
        .option("max-args", 10, "largest number of operands; the papers have 10 and 9")
        .option("min-length", 10, "every expression has more tokens than this")
        .option("max-length", 256, "every expression has fewer tokens than this");
  }

  /** A generator with these settings. */
  static ListOpsGenerator generator(Options options, boolean unique) {
    return new ListOpsGenerator(
        options.integer("max-depth", 2, 1000),
        options.integer("max-args", 2, 1000),
        options.integer("min-length", 0, 10_000_000),
        options.integer("max-length", 2, 10_000_000),
        unique,
        false);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    int[][] tokens = new int[count][];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      ListOps expression = expressions.next(random);
      tokens[i] = ListOpsVocabulary.WHOLE.encode(expression);
      labels[i] = expression.value();
    }
    return Dataset.ofTokens(ListOpsVocabulary.WHOLE.names().size(), tokens)
        .name(name)
        .classNames(classes())
        .labels(classes().size(), labels)
        .build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder.tokens(ListOpsVocabulary.WHOLE.names()).classes(classes());
  }

  /** The ten digits. */
  private static List<String> classes() {
    int zero = ListOpsVocabulary.WHOLE.digit(0);
    return ListOpsVocabulary.WHOLE.names().subList(zero, zero + 10);
  }
}
