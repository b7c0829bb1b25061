package io.carillon.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.core.SeededRandom;
import io.carillon.data.ListOps.Operator;
import io.carillon.data.ListOps.SubTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListOpsTest {
  @ParameterizedTest
  @CsvSource({
    "7, 7",
    "[MIN 3 1 2 ], 1",
    "[MAX 3 1 2 ], 3",
    "[MED 3 1 2 ], 2",
    "[MED 3 4 ], 3",
    "[MED 9 0 3 4 ], 3",
    "[SM 9 9 9 ], 7",
    "[MAX 2 9 [MIN 4 7 ] 0 ], 9",
    "[SM [MED 8 9 ] [MIN 5 ] X, 3",
  })
  void values(String source, int expected) {
    assertThat(ListOps.parse(source).value()).isEqualTo(expected);
  }

  @Test
  void everythingAboutOneExpression() {
    ListOps parsed = ListOps.parse("[MAX 2 [SM 3 [MIN 4 7 ] ] 0 ]");
    assertThat(parsed.length()).isEqualTo(10 + 1);
    assertThat(parsed.height()).isEqualTo(3);
    assertThat(parsed.tokens())
        .containsExactly("[MAX", "2", "[SM", "3", "[MIN", "4", "7", "X", "X", "0", "X");
    assertThat(parsed.subTrees())
        .containsExactly(
            new SubTree(4, 4, 1, Operator.MIN, 7),
            new SubTree(7, 7, 2, Operator.SM, 8),
            new SubTree(7, 11, 3, Operator.MAX, 10));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|token 1 is ''",
        "[MAX 1 2|ends with 1 operations not closed",
        "[MAX ]|closed at token 2 has no operand",
        "]|token 1 closes an operation, but none is open",
        "1 2|complete after 1 of 2 tokens",
        "[MAX 1 ] [MIN 2 ]|complete after 3 of 6 tokens",
        "[AVG 1 2 ]|token 1 is '[AVG'",
        "[MAX 12 ]|token 2 is '12'",
        "( ( [MAX 1 ) ] )  )|parentheses do not fit",
        "( ( [MAX 1 2 ) ] )|parentheses do not fit",
        "( 1 )|parentheses do not fit",
        "(|the expression is empty",
      })
  void refusesWhatIsNoExpression(String source, String message) {
    assertThatThrownBy(() -> ListOps.parse(source))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void depthIsNotBoundedByTheCallStack() {
    int depth = 200_000;
    ListOps parsed = ListOps.parse("[SM 1 ".repeat(depth) + "] ".repeat(depth));
    assertThat(parsed.value()).isEqualTo(depth % 10);
    assertThat(parsed.height()).isEqualTo(depth);
  }

  @Property(tries = 300, seed = "220611893")
  void agreesWithAnIndependentEvaluator(
      @ForAll long seed,
      @ForAll @IntRange(min = 2, max = 12) int maxDepth,
      @ForAll @IntRange(min = 2, max = 10) int maxArgs) {
    ListOpsGenerator generator = new ListOpsGenerator(maxDepth, maxArgs, 0, 200, false, false);
    ListOps drawn = generator.next(new SeededRandom(seed));
    assertThat(drawn.length()).isBetween(1, 199);
    assertThat(drawn.value()).isEqualTo(evaluate(drawn.source(false)));
    assertThat(drawn.height()).isLessThan(maxDepth);
    for (boolean parentheses : new boolean[] {false, true}) {
      ListOps parsed = ListOps.parse(drawn.source(parentheses));
      assertThat(parsed).isEqualTo(drawn);
      assertThat(parsed.subTrees()).isEqualTo(drawn.subTrees());
    }
    checkSubTrees(drawn);
  }

  /** Every operation, cut out of the token sequence and read by itself, says the same. */
  private static void checkSubTrees(ListOps drawn) {
    List<String> tokens = drawn.tokens();
    for (SubTree tree : drawn.subTrees()) {
      int to = tree.closingIndex() + 1;
      ListOps alone = ListOps.parse(String.join(" ", tokens.subList(to - tree.length(), to)));
      assertThat(alone.value()).isEqualTo(tree.value());
      assertThat(alone.height()).isEqualTo(tree.height());
      assertThat(alone.tokens().get(0)).isEqualTo("[" + tree.operator());
    }
    assertThat(drawn.subTrees()).hasSize(Collections.frequency(tokens, "X"));
  }

  /** Evaluates the text with a stack of words and none of the code under test. */
  private static int evaluate(String source) {
    Deque<String> stack = new ArrayDeque<>();
    for (String word : source.split(" ")) {
      if (!word.equals("]")) {
        stack.push(word);
        continue;
      }
      List<Integer> operands = new ArrayList<>();
      while (!stack.peek().startsWith("[")) {
        operands.add(Integer.parseInt(stack.pop()));
      }
      Collections.sort(operands);
      double middle =
          (operands.get((operands.size() - 1) / 2) + operands.get(operands.size() / 2)) / 2.0;
      int sum = 0;
      for (int operand : operands) {
        sum += operand;
      }
      stack.push(
          switch (stack.pop()) {
            case "[MIN" -> "" + operands.get(0);
            case "[MAX" -> "" + operands.get(operands.size() - 1);
            case "[MED" -> "" + (int) Math.floor(middle);
            default -> "" + sum % 10;
          });
    }
    return Integer.parseInt(stack.pop());
  }

  @Property(tries = 20, seed = "221200768")
  void lengthsDepthsAndArgumentsKeepTheirLimits(@ForAll long seed) {
    ListOpsGenerator generator = new ListOpsGenerator(5, 4, 20, 40, true, false);
    SeededRandom random = new SeededRandom(seed);
    Set<String> templates = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      ListOps drawn = generator.next(random);
      assertThat(drawn.length()).isGreaterThan(20).isLessThan(40);
      assertThat(drawn.height()).isLessThanOrEqualTo(4);
      assertThat(templates.add(drawn.source(false).replaceAll("[0-9 ]", ""))).isTrue();
      assertThat(largestOperandCount(drawn)).isBetween(2, 4);
    }
  }

  private static int largestOperandCount(ListOps drawn) {
    int largest = 0;
    Deque<Integer> open = new ArrayDeque<>();
    for (String token : drawn.tokens()) {
      if (token.equals("X")) {
        largest = Math.max(largest, open.pop());
      }
      if (!token.startsWith("[") && !open.isEmpty()) {
        open.push(open.pop() + 1);
      }
      if (token.startsWith("[")) {
        open.push(0);
      }
    }
    return largest;
  }

  @Test
  void shareOfOperationsIsAQuarter() {
    // Depth 2 allows an operation at the root only: its share is 0.25, here within 4 deviations.
    ListOpsGenerator generator = new ListOpsGenerator(2, 3, 0, 100, false, false);
    SeededRandom random = new SeededRandom(11);
    int operations = 0;
    int[] operators = new int[4];
    for (int i = 0; i < 10_000; i++) {
      ListOps drawn = generator.next(random);
      if (!drawn.subTrees().isEmpty()) {
        operations++;
        operators[drawn.subTrees().get(0).operator().ordinal()]++;
      }
    }
    assertThat(operations).isBetween(2500 - 174, 2500 + 174);
    for (int count : operators) {
      assertThat(count).isBetween(625 - 95, 625 + 95);
    }
  }

  @Test
  void impossibleLimits() {
    assertThatThrownBy(() -> new ListOpsGenerator(1, 5, 0, 10, true, false))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("they are 1 and 5");
    assertThatThrownBy(() -> new ListOpsGenerator(5, 5, 10, 11, true, false))
        .hasMessageContaining("between 10 and 11 there is none");
    ListOpsGenerator small = new ListOpsGenerator(2, 3, 2, 6, true, false);
    SeededRandom random = new SeededRandom(1);
    for (int i = 0; i < 4; i++) {
      small.next(random);
    }
    assertThatThrownBy(() -> small.next(random))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("4 templates used");
  }
}
