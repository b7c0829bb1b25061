package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.engine.SeededRandom;
import io.carillon.papers.tasks.ListOps.SubTree;
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

class ListOpsPropertiesTest {
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
}
