package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Splits;
import io.carillon.data.generated.Tasks;
import io.carillon.train.Dataset;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Samples that are drawn when they are needed. */
class StreamedTasksTest {

  @Test
  void epochsDifferInTrainingOnlyAndMillionsOfSamplesTakeNoMemory() {
    Map<String, String> options = Map.of("length", "16", "train", "10000000");
    Splits splits = Tasks.get("cumsum").splits(options, 1);
    Dataset train = splits.train();
    assertThat(train.isGenerated()).isTrue();
    assertThat(train.size()).isEqualTo(10_000_000);
    assertThat(train.values(9_999_999)).hasSize(48);
    assertThat(train.epoch(1)).isSameAs(train);
    assertThat(train.epoch(2).values(5)).isNotEqualTo(train.values(5));
    assertThat(train.epoch(2).values(5)).isEqualTo(train.epoch(2).values(5));
    assertThat(train.epoch(2).values(5)).isNotEqualTo(train.epoch(2).values(6));
    assertThat(splits.description()).contains("afresh for every epoch");
  }

  @Test
  void keptSamplesAreThoseOfTheFirstEpoch() {
    Map<String, String> kept = Map.of("length", "16", "train", "4", "stream", "no");
    Dataset stored = Tasks.get("shift").splits(kept, 1).train();
    Dataset drawn = Tasks.get("shift").splits(Map.of("length", "16", "train", "4"), 1).train();
    assertThat(stored.isGenerated()).isFalse();
    assertThat(stored.epoch(3)).isSameAs(stored);
    for (int i = 0; i < 4; i++) {
      assertThat(stored.values(i)).isEqualTo(drawn.values(i));
      assertThat(stored.targetValues(i)).isEqualTo(drawn.targetValues(i));
    }
  }

  @Test
  void partsOfListOpsShareNoTemplate() {
    Map<String, String> small =
        Map.of("max-length", "20", "train", "300", "validation", "300", "test", "300");
    Splits splits = Tasks.get("listops-subtrees").splits(small, 3);
    Set<String> train = templates(splits.train());
    train.addAll(templates(splits.train().epoch(2)));
    Set<String> validation = templates(splits.validation());
    assertThat(train).doesNotContainAnyElementsOf(validation);
    assertThat(train).doesNotContainAnyElementsOf(templates(splits.test()));
    assertThat(validation).doesNotContainAnyElementsOf(templates(splits.test()));
  }

  private static Set<String> templates(Dataset data) {
    Set<String> templates = new HashSet<>();
    for (int i = 0; i < data.size(); i++) {
      StringBuilder text = new StringBuilder();
      for (int token : data.tokens(i)) {
        text.append(data.classNames().get(token).replaceAll("[0-9]", ""));
      }
      templates.add(text.toString());
    }
    return templates;
  }

  @Test
  void keptListOpsHaveNoTemplateTwice() {
    Map<String, String> kept = Map.of("max-length", "30", "train", "200", "stream", "no");
    Dataset train = Tasks.get("listops-subtrees").splits(kept, 3).train();
    assertThat(templates(train)).hasSize(200);
  }

  @Test
  void heightsAndOperatorsOfListOps() {
    // [MAX 1 [SM 9 8 ] [MIN 3 [MED 4 5 ] ] ] and two steps of padding.
    int[] tokens = {13, 3, 15, 11, 10, 16, 12, 5, 14, 6, 7, 16, 16, 16, 0, 0};
    ListOpsTrees trees = ListOpsTrees.of(tokens);
    assertThat(trees.heights()).containsExactly(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0);
    assertThat(trees.operators()[5]).isEqualTo(ListOps.Operator.SM);
    assertThat(trees.operators()[11]).isEqualTo(ListOps.Operator.MED);
    assertThat(trees.operators()[12]).isEqualTo(ListOps.Operator.MIN);
    assertThat(trees.operators()[13]).isEqualTo(ListOps.Operator.MAX);
    assertThat(trees.operators()[0]).isNull();
    assertThat(trees.height()).isEqualTo(3);
    assertThatThrownBy(() -> ListOpsTrees.of(new int[] {13, 99}))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("token 2 is id 99");
  }

  @Test
  void heightsFitTheLabelsOfTheTask() {
    Dataset data = Tasks.get("listops-subtrees").sample(20, Map.of(), 5);
    for (int i = 0; i < data.size(); i++) {
      ListOpsTrees trees = ListOpsTrees.of(data.tokens(i));
      for (int t = 0; t < data.length(i); t++) {
        boolean labelled = data.stepLabels(i)[t] != Dataset.IGNORE;
        assertThat(trees.heights()[t] > 0).isEqualTo(labelled);
        assertThat(trees.operators()[t] != null).isEqualTo(labelled);
      }
    }
  }
}
