package io.carillon.data.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSequencesLoaderTest {
  @TempDir Path folder;

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("s.csv"), text);
  }

  private static Map<String, String> options(String... pairs) {
    Map<String, String> options = new HashMap<>(Map.of("scale", "none", "split", "1/0/0"));
    for (int i = 0; i < pairs.length; i += 2) {
      options.put(pairs[i], pairs[i + 1]);
    }
    return options;
  }

  @Test
  void rowsAsSequencesWithClasses() throws IOException {
    Path file = write("kind,t0,t1,t2\nb,1,2,3\na,4,5,6\n");
    Dataset data = Loaders.open(file, options("layout", "rows", "targets", "kind"), 1).train();
    assertThat(data.inputSize()).isEqualTo(1);
    assertThat(data.values(1)).containsExactly(4, 5, 6);
    assertThat(data.classNames()).containsExactly("a", "b");
    assertThat(data.label(0)).isEqualTo(1);
  }

  @Test
  void rowsAsSequencesWithValues() throws IOException {
    Path file = write("y,t0,t1\n0.5,1,2\n0.25,4,5\n");
    Dataset data =
        Loaders.open(file, options("layout", "rows", "targets", "y", "predict", "value"), 1)
            .train();
    assertThat(data.target()).isEqualTo(Target.VALUE);
    assertThat(data.targetValues(1)).containsExactly(0.25f);
    assertThat(data.values(1)).containsExactly(4, 5);
  }

  @Test
  void rowsOfOneSequenceNeedNotBeTogether() throws IOException {
    Path file = write("sequence,x,y,label\np,1,10,no\nq,5,50,yes\np,2,20,no\n");
    Dataset data =
        Loaders.open(file, options("layout", "sequences", "targets", "label"), 1).train();
    assertThat(data.size()).isEqualTo(2);
    assertThat(data.values(0)).containsExactly(1, 10, 2, 20);
    assertThat(data.values(1)).containsExactly(5, 50);
    assertThat(data.label(1)).isEqualTo(1);
  }

  @Test
  void targetsPerStep() throws IOException {
    Path file = write("id,x,label,z\n1,1,a,0.5\n1,2,,0.25\n2,3,b,1\n");
    Map<String, String> classes =
        options("layout", "sequences", "sequence", "id", "targets", "label", "per-step", "yes");
    classes.put("ignore", "z");
    Dataset data = Loaders.open(file, classes, 1).train();
    assertThat(data.target()).isEqualTo(Target.CLASS_PER_STEP);
    assertThat(data.stepLabels(0)).containsExactly(0, Dataset.IGNORE);
    assertThat(data.stepLabels(1)).containsExactly(1);
    Map<String, String> values =
        options("layout", "sequences", "sequence", "id", "targets", "z", "per-step", "yes");
    values.put("predict", "value");
    Dataset steps = Loaders.open(file, values, 1).train();
    assertThat(steps.target()).isEqualTo(Target.VALUE_PER_STEP);
    assertThat(steps.targetValues(0)).containsExactly(0.5f, 0.25f);
    assertThat(steps.inputSize()).as("the text column label is no input").isEqualTo(1);
  }

  @Test
  void missingValuesFollowThePolicy() throws IOException {
    Path file = write("sequence,x,label\n1,1,a\n1,NaN,a\n2,3,b\n");
    Map<String, String> options = options("layout", "sequences", "targets", "label");
    assertThatThrownBy(() -> Loaders.open(file, options, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ":3: column 'x' is missing ('NaN')");
    options.put("missing", "mask");
    assertThat(Loaders.open(file, options, 1).train().mask(0)).containsExactly(1, 0);
  }

  @Test
  void timesBecomeGaps() throws IOException {
    Path file =
        write(
            "sequence,time,x,label\n1,100,1,a\n1,130,2,a\n1,190,NaN,a\n1,205,4,a\n"
                + "2,2026-01-31T00:00:00,3,b\n2,2026-01-31 00:00:30.5,3,b\n");
    Map<String, String> options = options("layout", "sequences", "targets", "label");
    options.put("time", "time");
    options.put("missing", "mask");
    Splits splits = Loaders.open(file, options, 1);
    Dataset train = splits.train();
    assertThat(train.inputSize()).as("the time is no input").isEqualTo(1);
    // Distances 15, 30, 30.5, 60: the upper median is 30.5.
    assertThat(splits.meaning().timeUnit()).isEqualTo(30.5);
    assertThat(train.gaps(0)).containsExactly(1, 30 / 30.5, 60 / 30.5, 15 / 30.5);
    assertThat(train.gaps(1)).containsExactly(1, 1);
    assertThat(train.mask(0)).containsExactly(1, 1, 0, 1);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    Path fresh =
        Files.writeString(folder.resolve("new.csv"), "time,x,sequence\n0,3,a\n61,5,a\n7,7,b\n");
    assertThat(Loaders.inputs(fresh, kept).gaps()[0]).containsExactly(1, 2);
    options.put("time-unit", "20");
    options.put("time-round", "yes");
    assertThat(Loaders.open(file, options, 1).train().gaps(0)).containsExactly(1, 2, 3, 1);
    options.put("time-round", "perhaps");
    assertThatThrownBy(() -> Loaders.open(file, options, 1))
        .hasMessageContaining("option time-round='perhaps' must be one of");
  }

  @Test
  void timesThatCannotBeAreNamed() throws IOException {
    Path file = write("sequence,time,x,label\n1,5,1,a\n1,5,2,a\n2,7,3,b\n2,noon,3,b\n");
    Map<String, String> options = options("layout", "sequences", "targets", "label");
    options.put("time", "time");
    assertThatThrownBy(() -> Loaders.open(file, options, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ":5: column 'time' is 'noon'");
    write("sequence,time,x,label\n1,5,1,a\n1,5,2,a\n2,7,3,b\n2,9,3,b\n");
    assertThatThrownBy(() -> Loaders.open(file, options, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("the time of step 1 is 5.0, not after that of the step before");
    options.put("time-unit", "0");
    assertThatThrownBy(() -> Loaders.open(file, options, 1)).hasMessageContaining("time-unit='0'");
    options.put("layout", "rows");
    assertThatThrownBy(() -> Loaders.open(file, options, 1)).hasMessageContaining("layout=rows");
  }

  @Test
  void errors() throws IOException {
    Path file = write("sequence,x,label\n1,1,a\n1,2,b\n2,3,\n");
    assertThatThrownBy(() -> Loaders.open(file, options("layout", "sequences"), 1))
        .hasMessageContaining("option targets (exactly one with predict=class)");
    assertThatThrownBy(
            () -> Loaders.open(file, options("layout", "sequences", "targets", "label"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(":3: column 'label' differs from that of the first row")
        .hasMessageContaining("per-step=yes");
    write("sequence,x,label\n1,1,a\n2,3,\n");
    assertThatThrownBy(
            () -> Loaders.open(file, options("layout", "sequences", "targets", "label"), 1))
        .hasMessageContaining(":3: column 'label' is empty");
    assertThatThrownBy(
            () ->
                Loaders.open(
                    file, options("layout", "sequences", "sequence", "id", "targets", "label"), 1))
        .hasMessageContaining("has no column 'id'");
    assertThatThrownBy(() -> Loaders.open(file, options("layout", "sequence"), 1))
        .hasMessageContaining("must be one of: series, rows, sequences");
  }

  @Test
  void newSequencesArePreparedAsInTraining() throws IOException {
    StringBuilder text = new StringBuilder("sequence,x,label\n");
    for (int i = 0; i < 20; i++) {
      text.append(i).append(',').append(i).append(',').append(i % 2 == 0 ? "even" : "odd");
      text.append('\n');
    }
    Path file = write(text.toString());
    Map<String, String> options = Map.of("layout", "sequences", "targets", "label");
    Splits splits = Loaders.open(file, options, 1);
    assertThat(splits.train().size()).isEqualTo(14);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    assertThat(Loaders.open(file, kept, 1).fingerprint()).isEqualTo(splits.fingerprint());
    Path fresh = Files.writeString(folder.resolve("new.csv"), "x,sequence\n3,a\n5,b\n7,a\n");
    Inputs inputs = Loaders.inputs(fresh, kept);
    assertThat(inputs.size()).isEqualTo(2);
    Scaling scaling = kept.inputScaling().orElseThrow();
    assertThat(inputs.values()[0]).isEqualTo(scaling.apply(new double[] {3, 7}));
    assertThat(Loaders.labelled(file, kept).size()).isEqualTo(20);
  }
}
