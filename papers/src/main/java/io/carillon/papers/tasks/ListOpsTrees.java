package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import java.util.Arrays;
import java.util.StringJoiner;

/**
 * Which operation ends at which step of a sequence of ListOps-SubTrees tokens, so that errors can
 * be grouped by the height of a subtree or by its operator.
 *
 * @param heights [length] height of the operation that the step closes: 1 if its operands are all
 *     digits, else 1 more than that of its highest operand; 0 where the step closes nothing
 * @param operators [length] its operator; null where the step closes nothing
 */
public record ListOpsTrees(int[] heights, ListOps.Operator[] operators) {

  /**
   * Reads the tokens of a sequence.
   *
   * @param tokens ids of the vocabulary of 17, as in the data of the task; padding (0) at the end
   *     belongs to no operation
   * @throws DataException if they are no expression
   */
  public static ListOpsTrees of(int[] tokens) {
    int length = tokens.length;
    while (length > 0 && tokens[length - 1] == 0) {
      length--;
    }
    StringJoiner words = new StringJoiner(" ");
    for (int t = 0; t < length; t++) {
      if (tokens[t] < 0 || tokens[t] >= ListOpsVocabulary.SUB_TREES.names().size()) {
        throw new DataException(
            "token " + (t + 1) + " is id " + tokens[t] + "; the vocabulary has 0 to 16");
      }
      words.add(ListOpsVocabulary.SUB_TREES.names().get(tokens[t]));
    }
    int[] heights = new int[tokens.length];
    ListOps.Operator[] operators = new ListOps.Operator[tokens.length];
    for (ListOps.SubTree tree : ListOps.parse(words.toString()).subTrees()) {
      heights[tree.closingIndex()] = tree.height();
      operators[tree.closingIndex()] = tree.operator();
    }
    return new ListOpsTrees(heights, operators);
  }

  /** Height of the whole expression. */
  public int height() {
    return Arrays.stream(heights).max().orElse(0);
  }
}
