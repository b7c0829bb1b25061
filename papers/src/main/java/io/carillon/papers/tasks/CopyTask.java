package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import io.carillon.data.Options;
import io.carillon.data.generated.Generator;
import io.carillon.data.generated.Task;
import io.carillon.engine.SeededRandom;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The copying memory problem (Arjovsky, Shah and Bengio 2016): some symbols, a long gap of blanks,
 * a mark, then as many blanks as there were symbols, at which the symbols must be put out in order.
 *
 * <p>Only the last steps have a target; a loss over the blanks before them, which some versions
 * add, would let a model that remembers nothing look nearly right.
 */
final class CopyTask implements Generator {
  private static final int BLANK = 0;

  private final int symbols;
  private final int alphabet;
  private final int gap;
  private final Set<String> used = new HashSet<>();

  private CopyTask(Options options) {
    symbols = options.integer("symbols", 1, 1_000_000);
    alphabet = options.integer("alphabet", 2, 1_000_000);
    gap = options.integer("gap", 1, 10_000_000);
  }

  static Task task() {
    return Task.named("copy", CopyTask::new)
        .describe(
            "Symbols at the beginning must be repeated in order after a long gap; guessing gives an"
                + " accuracy of 1/alphabet.")
        .length("220")
        .target("class per step: the symbol, at the last steps", "accuracy")
        .source("Arjovsky, Shah and Bengio 2016; generated, no licence needed")
        .option("symbols", 10, "number of symbols to remember")
        .option("alphabet", 8, "number of different symbols")
        .option("gap", 200, "steps between the last symbol and the first answer")
        .sizes(5000, 500, 500);
  }

  @Override
  public Dataset draw(String name, int count, SeededRandom random) {
    int length = 2 * symbols + gap;
    int[][] tokens = new int[count][length];
    int[][] labels = new int[count][length];
    for (int i = 0; i < count; i++) {
      int[] word = fresh(random);
      Arrays.fill(labels[i], Dataset.IGNORE);
      System.arraycopy(word, 0, tokens[i], 0, symbols);
      tokens[i][symbols + gap - 1] = alphabet + 1;
      System.arraycopy(word, 0, labels[i], symbols + gap, symbols);
    }
    List<String> names = names();
    return Dataset.ofTokens(names.size(), tokens)
        .name(name)
        .classNames(names)
        .stepLabels(names.size(), labels)
        .build();
  }

  @Override
  public Meaning.Builder describe(Meaning.Builder builder) {
    return builder.tokens(names()).perStep(true).classes(names());
  }

  /** Symbols that no sample before had in this order. */
  private int[] fresh(SeededRandom random) {
    for (int attempt = 0; attempt < 10_000; attempt++) {
      int[] word = new int[symbols];
      for (int k = 0; k < symbols; k++) {
        word[k] = BLANK + 1 + random.nextInt(alphabet);
      }
      if (used.add(Arrays.toString(word))) {
        return word;
      }
    }
    throw new DataException(
        "task copy has too few different sequences of "
            + symbols
            + " symbols from an alphabet of "
            + alphabet
            + " after "
            + used.size()
            + " of them; raise symbols or alphabet, or ask for"
            + " fewer samples");
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    names.add("blank");
    for (int k = 1; k <= alphabet; k++) {
      names.add("s" + k);
    }
    names.add("mark");
    return names;
  }
}
