package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A ListOps expression: nested prefix operations on digits, such as {@code [MAX 2 9 [MIN 4 7 ] 0
 * ]}. Immutable.
 *
 * <p>Operators take one or more operands, each a digit or an operation, and give a digit: MIN, MAX,
 * MED (the median; of an even number of operands the mean of the middle two, truncated) and SM (the
 * sum modulo 10). The tokens of an expression are its opening operators ({@code [MAX} is one), its
 * digits and its closing brackets; the length counts them all. In the sequence of tokens that a
 * model reads, a closing bracket is called {@code X}.
 *
 * <p>The text may carry the parentheses of the original data sets, which say the same once more:
 * {@code ( ( ( [MAX 2 ) 9 ) ] )}. They are no tokens.
 */
public final class ListOps {
  /** Name of the closing bracket as a token. */
  static final String CLOSE = "X";

  static final int FIRST_OPERATOR = 10;
  static final int CLOSING = 14;
  static final int CODES = 15;

  /** The operators. */
  public enum Operator {
    /** Smallest operand. */
    MIN,
    /** Largest operand. */
    MAX,
    /** Median, truncated to an integer. */
    MED,
    /** Sum modulo 10. */
    SM;

    private int apply(int[] operands) {
      return switch (this) {
        case MIN -> Arrays.stream(operands).min().orElseThrow();
        case MAX -> Arrays.stream(operands).max().orElseThrow();
        case MED -> {
          int[] sorted = operands.clone();
          Arrays.sort(sorted);
          int n = sorted.length;
          yield (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
        }
        case SM -> Arrays.stream(operands).sum() % 10;
      };
    }
  }

  /**
   * An operation inside an expression, the whole included.
   *
   * @param value what it evaluates to
   * @param length its number of tokens
   * @param height 1 + the largest height among its operands; a digit has height 0
   * @param operator its operator
   * @param closingIndex position of its closing token in the token sequence of the whole
   */
  public record SubTree(int value, int length, int height, Operator operator, int closingIndex) {}

  private final byte[] codes;
  private final List<SubTree> subTrees;
  private final int value;

  private ListOps(byte[] codes) {
    this.codes = codes;
    subTrees = new ArrayList<>();
    value = evaluate();
  }

  /**
   * An expression from codes: a digit stands for itself, 10 + ordinal for an operator, 14 for a
   * closing bracket. The codes must be well formed.
   */
  static ListOps ofCodes(byte[] codes) {
    return new ListOps(codes);
  }

  /**
   * Reads an expression.
   *
   * @param source tokens separated by blanks, with or without parentheses
   * @throws DataException naming the token (counted from 1) that does not fit
   */
  public static ListOps parse(String source) {
    String[] words = source.trim().split("\\s+");
    byte[] codes = new byte[words.length];
    int count = 0;
    boolean parentheses = false;
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals("(") || words[i].equals(")")) {
        parentheses = true;
      } else {
        codes[count++] = code(words[i], i);
      }
    }
    ListOps parsed = new ListOps(Arrays.copyOf(codes, count));
    if (parentheses && !parsed.source(true).equals(String.join(" ", words))) {
      throw new DataException(
          "the parentheses do not fit the brackets; expected '" + parsed.source(true) + "'");
    }
    return parsed;
  }

  /** Value of the whole expression, 0 to 9. */
  public int value() {
    return value;
  }

  /** Number of tokens. */
  public int length() {
    return codes.length;
  }

  /** Height of the whole; 0 for a single digit. */
  public int height() {
    return subTrees.isEmpty() ? 0 : subTrees.get(subTrees.size() - 1).height();
  }

  /** All operations in post order: each after its operands, the whole last. */
  public List<SubTree> subTrees() {
    return List.copyOf(subTrees);
  }

  /** The token sequence, without parentheses and with X for closing brackets. */
  public List<String> tokens() {
    List<String> tokens = new ArrayList<>(codes.length);
    for (byte code : codes) {
      tokens.add(tokenName(code));
    }
    return tokens;
  }

  /**
   * The text of the expression.
   *
   * @param parentheses whether with those of the original data sets
   */
  public String source(boolean parentheses) {
    return parentheses ? ListOpsText.withParentheses(codes) : ListOpsText.bare(codes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ListOps o && Arrays.equals(codes, o.codes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(codes);
  }

  @Override
  public String toString() {
    return source(false);
  }

  /** Codes of the token sequence. */
  byte[] codes() {
    return codes.clone();
  }

  static byte operatorCode(Operator operator) {
    return (byte) (FIRST_OPERATOR + operator.ordinal());
  }

  static String tokenName(int code) {
    if (code < FIRST_OPERATOR) {
      return Integer.toString(code);
    }
    return code == CLOSING ? CLOSE : "[" + Operator.values()[code - FIRST_OPERATOR];
  }

  private static byte code(String word, int index) {
    if (word.equals("]") || word.equals(CLOSE)) {
      return CLOSING;
    }
    for (int code = 0; code < CLOSING; code++) {
      if (tokenName(code).equals(word)) {
        return (byte) code;
      }
    }
    throw new DataException(
        "token "
            + (index + 1)
            + " is '"
            + word
            + "'; known are 0 to 9, [MIN, [MAX, [MED, [SM, ],"
            + " ( and )");
  }

  /** An operation whose closing bracket has not been met. */
  private static final class Open {
    private final int start;
    private final Operator operator;
    private int[] operands = new int[4];
    private int count;
    private int height;

    Open(int start, Operator operator) {
      this.start = start;
      this.operator = operator;
    }

    void add(int operand, int operandHeight) {
      if (count == operands.length) {
        operands = Arrays.copyOf(operands, 2 * count);
      }
      operands[count++] = operand;
      height = Math.max(height, operandHeight);
    }
  }

  /** Evaluates with a stack of its own, so that depth is bounded by memory alone. */
  private int evaluate() {
    List<Open> open = new ArrayList<>();
    for (int i = 0; i < codes.length; i++) {
      int operand = codes[i];
      int height = 0;
      if (codes[i] == CLOSING) {
        SubTree closed = close(open, i);
        operand = closed.value();
        height = closed.height();
      } else if (codes[i] >= FIRST_OPERATOR) {
        open.add(new Open(i, Operator.values()[codes[i] - FIRST_OPERATOR]));
        continue;
      }
      if (!open.isEmpty()) {
        open.get(open.size() - 1).add(operand, height);
      } else if (i + 1 < codes.length) {
        throw new DataException(
            "the expression is complete after " + (i + 1) + " of " + codes.length + " tokens");
      } else {
        return operand;
      }
    }
    throw new DataException(
        codes.length == 0
            ? "the expression is empty"
            : "the expression ends with " + open.size() + " operations not closed by ]");
  }

  private SubTree close(List<Open> open, int at) {
    if (open.isEmpty()) {
      throw new DataException("token " + (at + 1) + " closes an operation, but none is open");
    }
    Open node = open.remove(open.size() - 1);
    if (node.count == 0) {
      throw new DataException("the operation closed at token " + (at + 1) + " has no operand");
    }
    int result = node.operator.apply(Arrays.copyOf(node.operands, node.count));
    SubTree closed = new SubTree(result, at - node.start + 1, node.height + 1, node.operator, at);
    subTrees.add(closed);
    return closed;
  }
}
