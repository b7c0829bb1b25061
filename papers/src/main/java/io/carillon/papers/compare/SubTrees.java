package io.carillon.papers.compare;

import io.carillon.error.FormatException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The operations of a ListOps expression, found from its tokens alone (papers B.6). */
final class SubTrees {
  private SubTrees() {}

  /**
   * One operation.
   *
   * @param at index of its closing token
   * @param operator name, without the bracket
   * @param height 1 if all operands are digits, else one more than the highest operand
   */
  record SubTree(int at, String operator, int height) {}

  private static final class Open {
    private final String operator;
    private int height;

    private Open(String operator) {
      this.operator = operator;
    }
  }

  /**
   * All operations in the order in which they are closed.
   *
   * @param tokens token ids of one expression
   * @param names of the ids: {@code [MAX} opens, {@code X} or {@code ]} closes, a digit is a leaf,
   *     everything else is passed over
   * @throws FormatException if a token closes what no other has opened
   */
  static List<SubTree> of(int[] tokens, List<String> names) {
    List<SubTree> found = new ArrayList<>();
    Deque<Open> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.length; i++) {
      String name = names.get(tokens[i]);
      if (name.startsWith("[")) {
        open.push(new Open(name.substring(1)));
      } else if (name.equals("X") || name.equals("]")) {
        if (open.isEmpty()) {
          throw new FormatException("ListOps: token " + i + " closes nothing");
        }
        Open closed = open.pop();
        int height = closed.height + 1;
        found.add(new SubTree(i, closed.operator, height));
        if (!open.isEmpty()) {
          open.peek().height = Math.max(open.peek().height, height);
        }
      }
    }
    return found;
  }
}
