package io.carillon.papers.tasks;

import java.util.ArrayList;
import java.util.List;

/** The two written forms of a ListOps expression. */
final class ListOpsText {
  private ListOpsText() {}

  /** Tokens separated by blanks, with ] for a closing bracket. */
  static String bare(byte[] codes) {
    StringBuilder text = new StringBuilder();
    for (byte code : codes) {
      text.append(text.isEmpty() ? "" : " ")
          .append(code == ListOps.CLOSING ? "]" : ListOps.tokenName(code));
    }
    return text.toString();
  }

  /**
   * An operation of n operands is preceded by n + 1 parentheses, closed after each and at its end.
   */
  static String withParentheses(byte[] codes) {
    StringBuilder text = new StringBuilder();
    int[] operands = operandCounts(codes);
    int depth = 0;
    for (int i = 0; i < codes.length; i++) {
      text.append(text.isEmpty() ? "" : " ");
      if (codes[i] == ListOps.CLOSING) {
        text.append("] )");
        depth--;
      } else if (codes[i] >= ListOps.FIRST_OPERATOR) {
        text.append("( ".repeat(operands[i] + 1)).append(ListOps.tokenName(codes[i]));
        depth++;
        continue;
      } else {
        text.append(ListOps.tokenName(codes[i]));
      }
      text.append(depth > 0 ? " )" : "");
    }
    return text.toString();
  }

  /** Number of operands of the operation that opens at each position. */
  private static int[] operandCounts(byte[] codes) {
    int[] counts = new int[codes.length];
    List<Integer> open = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      if (codes[i] == ListOps.CLOSING) {
        open.remove(open.size() - 1);
      } else if (codes[i] >= ListOps.FIRST_OPERATOR) {
        if (!open.isEmpty()) {
          counts[open.get(open.size() - 1)]++;
        }
        open.add(i);
      } else if (!open.isEmpty()) {
        counts[open.get(open.size() - 1)]++;
      }
    }
    return counts;
  }
}
