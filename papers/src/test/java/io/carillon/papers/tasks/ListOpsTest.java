package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.engine.SeededRandom;
import io.carillon.papers.tasks.ListOps.Operator;
import io.carillon.papers.tasks.ListOps.SubTree;
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
