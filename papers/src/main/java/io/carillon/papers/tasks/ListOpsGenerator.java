package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import io.carillon.engine.SeededRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Draws random ListOps expressions by the published grammar: at depth d (the root has depth 1) a
 * node is an operation with probability 0.25 if d &lt; maxDepth, else a digit drawn evenly; an
 * operation has from 2 to maxArgs operands and one of four operators, drawn evenly. Expressions are
 * kept if minLength &lt; length &lt; maxLength.
 *
 * <p>With unique templates an expression is also left out when an earlier one of this generator has
 * the same text after its digits and blanks are removed. One generator therefore serves all parts
 * of a data set, and no two parts then share an expression.
 */
public final class ListOpsGenerator {
  private static final double OPERATION_PROBABILITY = 0.25;

  /** Draws in a row without an expression that can be kept, after which the limits are refused. */
  private static final int PATIENCE = 2_000_000;

  private final int maxDepth;
  private final int maxArgs;
  private final int minLength;
  private final int maxLength;
  private final boolean uniqueTemplates;
  private final boolean parentheses;
  private final Set<String> templates = new HashSet<>();
  private final byte[] codes;
  private int length;

  /**
   * A generator that has drawn nothing yet.
   *
   * @param maxDepth largest depth of a digit, at least 2
   * @param maxArgs largest number of operands, at least 2
   * @param minLength every length is above this
   * @param maxLength every length is below this
   * @param uniqueTemplates whether templates may occur once only
   * @param parentheses whether templates are those of the text with parentheses, which show the
   *     number of operands; without them {@code [MAX 1 2 ]} and {@code [MAX 3 4 5 ]} are the same
   * @throws DataException if a limit is too small
   */
  public ListOpsGenerator(
      int maxDepth,
      int maxArgs,
      int minLength,
      int maxLength,
      boolean uniqueTemplates,
      boolean parentheses) {
    if (maxDepth < 2 || maxDepth > 1000 || maxArgs < 2 || maxArgs > 1000) {
      throw new DataException(
          "ListOps needs max-depth and max-args from 2 to 1000; they are "
              + maxDepth
              + " and "
              + maxArgs);
    }
    if (minLength < 0 || maxLength > 10_000_000 || maxLength - minLength < 2) {
      throw new DataException(
          "ListOps keeps lengths above min-length and below max-length (at most 10000000); between "
              + minLength
              + " and "
              + maxLength
              + " there is none");
    }
    this.maxDepth = maxDepth;
    this.maxArgs = maxArgs;
    this.minLength = minLength;
    this.maxLength = maxLength;
    this.uniqueTemplates = uniqueTemplates;
    this.parentheses = parentheses;
    codes = new byte[maxLength];
  }

  /**
   * The next expression.
   *
   * @throws DataException if hardly any expression meets the limits, or all templates are used up
   */
  public ListOps next(SeededRandom random) {
    for (int draw = 0; draw < PATIENCE; draw++) {
      length = 0;
      if (grow(1, random) && length > minLength) {
        if (!uniqueTemplates || templates.add(template())) {
          return drawn();
        }
      }
    }
    throw new DataException(
        "in "
            + PATIENCE
            + " draws there was no new ListOps expression with length above "
            + minLength
            + " and below "
            + maxLength
            + " (max-depth "
            + maxDepth
            + ", max-args "
            + maxArgs
            + ", "
            + templates.size()
            + " templates used). Widen the limits, ask for fewer"
            + " samples, or set unique=no");
  }

  /** Appends a random node; false as soon as the length reaches its limit. */
  private boolean grow(int depth, SeededRandom random) {
    if (depth >= maxDepth || random.uniform() > OPERATION_PROBABILITY) {
      return append(random.nextInt(10));
    }
    int args = 2 + random.nextInt(maxArgs - 1);
    ListOps.Operator operator = ListOps.Operator.values()[random.nextInt(4)];
    if (!append(ListOps.operatorCode(operator))) {
      return false;
    }
    for (int k = 0; k < args; k++) {
      if (!grow(depth + 1, random)) {
        return false;
      }
    }
    return append(ListOps.CLOSING);
  }

  private boolean append(int code) {
    codes[length++] = (byte) code;
    return length < maxLength;
  }

  private ListOps drawn() {
    return ListOps.ofCodes(Arrays.copyOf(codes, length));
  }

  /** What tells templates apart: the text, or its codes, without digits and blanks. */
  private String template() {
    if (parentheses) {
      return drawn().source(true).replaceAll("[0-9 ]", "");
    }
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < length; i++) {
      if (codes[i] > 9) {
        kept.append((char) codes[i]);
      }
    }
    return kept.toString();
  }
}
