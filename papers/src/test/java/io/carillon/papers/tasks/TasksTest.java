package io.carillon.papers.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.data.DataException;
import io.carillon.data.Splits;
import io.carillon.data.baseline.Baselines;
import io.carillon.data.generated.Task;
import io.carillon.data.generated.Tasks;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every generated task promises, and what each one means. */
class TasksTest {
  static List<String> names() {
    return Tasks.names();
  }

  private static Map<String, String> small(String... pairs) {
    Map<String, String> options =
        new HashMap<>(Map.of("train", "30", "validation", "10", "test", "10"));
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }

  @ParameterizedTest
  @MethodSource("names")
  void sameSeedSameDataOtherSeedOtherData(String name) {
    Task task = Tasks.get(name);
    Splits splits = task.splits(small(), 7);
    assertThat(task.splits(small(), 7).fingerprint()).isEqualTo(splits.fingerprint());
    assertThat(task.splits(small(), 8).fingerprint()).isNotEqualTo(splits.fingerprint());
    assertThat(splits.provenance()).containsEntry("seed", "7").containsEntry("source", name);
    assertThat(splits.description()).contains("30 training, 10 validation, 10 test");
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    Map<String, String> options = new HashMap<>(kept.options());
    assertThat(options.remove("task")).isEqualTo(name);
    assertThat(task.splits(options, 7).fingerprint()).isEqualTo(splits.fingerprint());
  }

  @ParameterizedTest
  @MethodSource("names")
  void partsAreDisjoint(String name) {
    Splits splits = Tasks.get(name).splits(small(), 7);
    Set<String> seen = new HashSet<>();
    for (Dataset part : List.of(splits.train(), splits.validation(), splits.test())) {
      for (int i = 0; i < part.size(); i++) {
        seen.add(
            part.isTokens() ? Arrays.toString(part.tokens(i)) : Arrays.toString(part.values(i)));
      }
    }
    assertThat(seen).hasSize(50);
  }

  @ParameterizedTest
  @MethodSource("names")
  void samplesBeginTheTrainingPart(String name) {
    Dataset sample = Tasks.get(name).sample(5, Map.of(), 7);
    Dataset train = Tasks.get(name).splits(small(), 7).train();
    for (int i = 0; i < 5; i++) {
      assertThat(sample.isTokens() ? sample.tokens(i) : sample.values(i))
          .isEqualTo(train.isTokens() ? train.tokens(i) : train.values(i));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void describedAndChecked(String name) {
    Task task = Tasks.get(name);
    for (String text :
        List.of(task.description(), task.length(), task.target(), task.metric(), task.source())) {
      assertThat(text).isNotBlank();
    }
    assertThatThrownBy(() -> task.splits(Map.of("trian", "3"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("did you mean 'train'?");
    assertThatThrownBy(() -> task.splits(Map.of("train", "0"), 1))
        .hasMessageContaining("train='0' must be a whole number from 1");
    assertThatThrownBy(() -> task.sample(0, Map.of(), 1)).hasMessageContaining("count is 0");
  }

  @Test
  void unknownTask() {
    assertThatThrownBy(() -> Tasks.get("listop"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("did you mean 'listops'?")
        .hasMessageContaining("tones, delay, copy, adding, listops, listops-subtrees, shift");
    assertThat(Tasks.get(Tasks.DEFAULT)).isSameAs(Tasks.all().get(0));
  }

  @Test
  void delay() {
    Dataset data = Tasks.get("delay").splits(small("length", "20", "delay", "6"), 1).train();
    assertThat(data.target()).isEqualTo(Target.VALUE_PER_STEP);
    for (int i = 0; i < data.size(); i++) {
      for (int t = 0; t < 20; t++) {
        assertThat(data.targetValues(i)[t]).isEqualTo(t < 6 ? 0 : data.values(i)[t - 6]);
      }
    }
    assertThatThrownBy(() -> Tasks.get("delay").splits(small("length", "5", "delay", "5"), 1))
        .hasMessageContaining("delay='5' must be a whole number from 1 to 4");
  }

  @Test
  void copy() {
    Dataset data =
        Tasks.get("copy").splits(small("symbols", "4", "alphabet", "5", "gap", "7"), 1).train();
    assertThat(data.vocabulary()).isEqualTo(7);
    for (int i = 0; i < data.size(); i++) {
      int[] tokens = data.tokens(i);
      int[] labels = data.stepLabels(i);
      assertThat(tokens).hasSize(15);
      for (int t = 0; t < 15; t++) {
        if (t < 4) {
          assertThat(tokens[t]).isBetween(1, 5);
        } else {
          assertThat(tokens[t]).isEqualTo(t == 10 ? 6 : 0);
        }
        assertThat(labels[t]).isEqualTo(t < 11 ? Dataset.IGNORE : tokens[t - 11]);
      }
    }
  }

  @Test
  void copyHasNoMoreSamplesThanWords() {
    Map<String, String> few = small("symbols", "2", "alphabet", "5", "gap", "3", "train", "5");
    few.put("validation", "10");
    few.put("test", "10");
    assertThat(Tasks.get("copy").splits(few, 1).test().size()).isEqualTo(10);
    few.put("test", "11");
    assertThatThrownBy(() -> Tasks.get("copy").splits(few, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("after 25 of them");
  }

  @Test
  void adding() {
    Splits splits = Tasks.get("adding").splits(small("length", "11", "train", "2000"), 1);
    Dataset data = splits.train();
    for (int i = 0; i < data.size(); i++) {
      float[] x = data.values(i);
      List<Integer> marked = new ArrayList<>();
      float sum = 0;
      for (int t = 0; t < 11; t++) {
        assertThat(x[2 * t]).isBetween(0f, 1f);
        if (x[2 * t + 1] == 1f) {
          marked.add(t);
          sum += x[2 * t];
        }
      }
      assertThat(marked).hasSize(2);
      assertThat(marked.get(0)).isLessThan(5);
      assertThat(marked.get(1)).isGreaterThanOrEqualTo(5);
      assertThat(data.targetValues(i)[0]).isEqualTo(sum);
    }
    // Variance of the sum of two uniform numbers: 1/6; the deviation of this estimate is 0.0045.
    assertThat(withoutLearning(splits)).isCloseTo(1 / 6.0, within(0.02));
  }

  /** What always the same answer reaches on the training part. */
  private static double withoutLearning(Splits splits) {
    Dataset train = splits.train();
    Splits same = new Splits(train, train, train, splits.meaning(), "", Map.of());
    return Baselines.score(Baselines.withoutLearning(same).get(0), same).main();
  }

  @Test
  void listOpsValuesComeFromTheTokens() {
    for (String name : List.of("listops", "listops-subtrees")) {
      Splits splits = Tasks.get(name).splits(small("min-length", "20", "max-length", "60"), 1);
      List<String> vocabulary = splits.meaning().vocabulary();
      Dataset data = splits.train();
      assertThat(data.vocabulary()).isEqualTo(name.equals("listops") ? 18 : 17);
      for (int i = 0; i < data.size(); i++) {
        List<String> words = Arrays.stream(data.tokens(i)).mapToObj(vocabulary::get).toList();
        String text = String.join(" ", words).replace(" <eos>", "");
        ListOps parsed = ListOps.parse(text);
        assertThat(parsed.length()).isGreaterThan(20).isLessThan(60);
        if (data.target() == Target.CLASS) {
          assertThat(words.get(words.size() - 1)).isEqualTo("<eos>");
          assertThat(data.label(i)).isEqualTo(parsed.value());
        } else {
          int[] labels = data.stepLabels(i);
          assertThat(vocabulary.get(labels[labels.length - 1])).isEqualTo("" + parsed.value());
          for (int t = 0; t < labels.length; t++) {
            assertThat(labels[t] != Dataset.IGNORE).isEqualTo(words.get(t).equals("X"));
          }
        }
      }
    }
  }

  @Test
  void listOpsByDefaultIsQuickAndLongEnough() {
    Splits splits = Tasks.get("listops").splits(Map.of(), 1);
    double sum = 0;
    for (int i = 0; i < splits.train().size(); i++) {
      sum += splits.train().length(i);
    }
    assertThat(splits.train().size()).isEqualTo(10000);
    assertThat(sum / 10000).isBetween(40.0, 150.0);
    assertThat(withoutLearning(splits)).isBetween(0.1, 0.3);
  }

  @Test
  void tonesOfOneSequenceDoNotTellTheClass() {
    Splits splits = Tasks.get("tones").splits(small("train", "300", "noise", "0"), 1);
    Dataset data = splits.train();
    assertThat(data.classNames()).containsExactly("ABC", "ACB", "BAC", "BCA", "CAB", "CBA");
    for (int i = 0; i < data.size(); i++) {
      assertThat(heard(data.values(i))).isEqualTo(data.classNames().get(data.label(i)));
    }
    assertThat(Tasks.get("tones").splits(small("bells", "4"), 1).train().outputSize())
        .isEqualTo(24);
  }

  /** Which bell rings in each third, by the strength of the three frequencies. */
  private static String heard(float[] sound) {
    StringBuilder letters = new StringBuilder();
    double[] frequencies = {0.03, 0.06, 0.12};
    for (int third = 0; third < 3; third++) {
      int best = 0;
      double strongest = 0;
      for (int k = 0; k < 3; k++) {
        double re = 0;
        double im = 0;
        for (int s = sound.length * third / 3; s < sound.length * (third + 1) / 3; s++) {
          re += sound[s] * Math.cos(2 * Math.PI * frequencies[k] * s);
          im += sound[s] * Math.sin(2 * Math.PI * frequencies[k] * s);
        }
        if (Math.hypot(re, im) > strongest) {
          strongest = Math.hypot(re, im);
          best = k;
        }
      }
      letters.append((char) ('A' + best));
    }
    return letters.toString();
  }
}
