package io.carillon.data.ts;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsFormatTest {
  private static final String HEAD = "@problemName toy\n@classLabel true up down\n@data\n";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static Map<String, String> all(String... more) {
    return more.length == 0
        ? Map.of("split", "1/0/0", "scale", "none")
        : Map.of("split", "1/0/0", "scale", "none", more[0], more[1]);
  }

  @Test
  void univariateOfUnequalLength() throws IOException {
    Path file = write("toy.ts", "#a comment\n\n" + HEAD + "1,2,3:up\n# between\n4.5,-1e1:down\n");
    Dataset train = Loaders.open(file, all(), 1).train();
    assertThat(train.size()).isEqualTo(2);
    assertThat(train.values(0)).containsExactly(1, 2, 3);
    assertThat(train.values(1)).containsExactly(4.5f, -10);
    assertThat(train.label(0)).isEqualTo(1);
    assertThat(train.classNames()).containsExactly("down", "up");
  }

  @Test
  void dimensionsAreInterleaved() throws IOException {
    Path file =
        write(
            "toy.ts",
            "@univariate false\n@dimensions 2\n@equalLength true\n@seriesLength 3\n"
                + HEAD
                + "1,2,3:10,20,30:up\n4,5,6:40,50,60:down\n");
    Dataset train = Loaders.open(file, all(), 1).train();
    assertThat(train.inputSize()).isEqualTo(2);
    assertThat(train.values(0)).containsExactly(1, 10, 2, 20, 3, 30);
  }

  @Test
  void regressionTargetsAreScaledToo() throws IOException {
    Path file = write("toy.ts", "@targetLabel true\n@data\n1,2:10\n3,4:20\n");
    Splits splits = Loaders.open(file, Map.of("split", "1/0/0"), 1);
    assertThat(splits.train().target()).isEqualTo(Target.VALUE);
    assertThat(splits.train().targetValues(0)).containsExactly(-1);
    assertThat(splits.meaning().values(new float[] {-1})).containsExactly(10);
  }

  @Test
  void missingValuesAreRefusedMaskedOrFilled() throws IOException {
    Path file = write("toy.ts", "@missing true\n" + HEAD + "1,?,NaN:?,5,6:up\n?,2,3:7,8,9:down\n");
    assertThatThrownBy(() -> Loaders.open(file, all(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file + ":5: dimension 1, step 2: the value is missing ('?')")
        .hasMessageContaining("missing=mask");
    assertThatThrownBy(() -> Loaders.open(file, all("missing", "mask"), 1))
        .as("no step of the first sequence is complete")
        .hasMessageContaining(file + ":5")
        .hasMessageContaining("every step has a missing value");
    Dataset filled = Loaders.open(file, all("missing", "fill"), 1).train();
    assertThat(filled.values(0)).containsExactly(1, 5, 1, 5, 1, 6);
    assertThat(filled.values(1)).containsExactly(2, 7, 2, 8, 3, 9);
    assertThat(filled.mask(0)).isNull();
  }

  @Test
  void maskedStepsAreZeroAfterScaling() throws IOException {
    Path file = write("toy.ts", HEAD + "1,?,3:up\n5,7,9:down\n");
    Splits splits = Loaders.open(file, Map.of("split", "1/0/0", "missing", "mask"), 1);
    assertThat(splits.train().mask(0)).containsExactly(1, 0, 1);
    assertThat(splits.train().values(0)[1]).isZero();
    assertThat(splits.train().mask(1)).isNull();
    // The mean is that of the observed values 1, 3, 5, 7, 9.
    assertThat(splits.meaning().inputScaling().orElseThrow().mean()).containsExactly(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2:left|4: label 'left' is not among",
        "1,x:up|4: dimension 1, step 2: 'x' is not a finite number",
        "1,Infinity:up|'Infinity' is not a finite number",
        "1,,2:up|step 2: the value is empty",
        "1,2|4: has no ':' before its label",
        "1,2:3:up|dimension 2 has 1 values, dimension 1 has 2",
      })
  void wrongLinesAreNamed(String line, String message) throws IOException {
    Path file = write("toy.ts", HEAD + line + "\n");
    assertThatThrownBy(() -> Loaders.open(file, all(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@timeStamps true|1: @timeStamps true is not supported",
        "@univariat true|did you mean '@univariate'?",
        "@univariate maybe|@univariate is 'maybe'; must be true or false",
        "@dimensions x|@dimensions is 'x'; must be a whole number above 0",
        "@dimensions 3|has 1 dimensions, @dimensions declares 3",
        "@classLabel true|must be followed by the class labels",
        "@seriesLength 2.5|must be a whole number",
        "1,2:up|values before the line '@data'",
      })
  void wrongDeclarationsAreNamed(String line, String message) throws IOException {
    Path file = write("toy.ts", line + "\n" + HEAD + "1,2:up\n3,4:down\n");
    assertThatThrownBy(() -> Loaders.open(file, all(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shapesMustAgreeWithDeclarationAndEachOther() throws IOException {
    Path lengths = write("a.ts", "@equalLength true\n" + HEAD + "1,2:up\n1,2,3:down\n");
    assertThatThrownBy(() -> Loaders.open(lengths, all(), 1))
        .hasMessageContaining(":6: has 3 steps, the lines before have 2");
    Path declared = write("b.ts", "@equalLength true\n@seriesLength 4\n" + HEAD + "1,2:up\n");
    assertThatThrownBy(() -> Loaders.open(declared, all(), 1))
        .hasMessageContaining("has 2 steps, @seriesLength declares 4");
    Path dims = write("c.ts", HEAD + "1,2:1,2:up\n1,2:down\n");
    assertThatThrownBy(() -> Loaders.open(dims, all(), 1))
        .hasMessageContaining("has 1 dimensions, the lines before have 2");
    Path one = write("d.ts", "@univariate true\n" + HEAD + "1,2:1,2:up\n");
    assertThatThrownBy(() -> Loaders.open(one, all(), 1))
        .hasMessageContaining("@univariate declares one");
  }

  @Test
  void filesWithoutData() throws IOException {
    Path empty = write("empty.ts", "");
    assertThatThrownBy(() -> Loaders.open(empty, all(), 1)).hasMessageContaining("no line '@data'");
    Path bare = write("bare.ts", HEAD);
    assertThatThrownBy(() -> Loaders.open(bare, all(), 1)).hasMessageContaining("no sequence");
    Path unlabelled = write("unlabelled.ts", "@data\n1,2\n");
    assertThatThrownBy(() -> Loaders.open(unlabelled, all(), 1))
        .hasMessageContaining("neither '@classLabel true");
    Path binary = folder.resolve("binary.ts");
    Files.write(binary, new byte[] {'@', 0, 'x'});
    assertThatThrownBy(() -> Loaders.open(binary, all(), 1))
        .hasMessageContaining("not a text file");
  }

  @Test
  void commentsNeedNotBeUtf8() throws IOException {
    Path file = folder.resolve("latin.ts");
    Files.write(
        file, ("#caf\u00e9\n" + HEAD + "1:up\n2:down\n").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Loaders.open(file, all(), 1).train().size()).isEqualTo(2);
  }

  private void writePair(String name, String testLine) throws IOException {
    StringBuilder train = new StringBuilder("@classLabel true up down rare\n@data\n");
    for (int i = 0; i < 10; i++) {
      train.append(i).append(",1:").append(i % 2 == 0 ? "up" : "down").append('\n');
    }
    train.append("99,99:rare\n");
    write(name + "_TRAIN.ts", train.toString());
    write(name + "_TEST.ts", "@classLabel true up down rare new\n@data\n100,1:up\n" + testLine);
  }

  @Test
  void aFolderGivesDisjointDeterministicParts() throws IOException {
    writePair("toy", "");
    Splits splits = Loaders.open(folder, Map.of("scale", "none"), 7);
    assertThat(splits.train().size()).isEqualTo(9);
    assertThat(splits.validation().size()).isEqualTo(2);
    assertThat(splits.test().size()).isEqualTo(1);
    assertThat(splits.train().classNames()).containsExactly("up", "down", "rare");
    Set<Float> firsts = new TreeSet<>();
    for (Dataset part : List.of(splits.train(), splits.validation(), splits.test())) {
      for (int i = 0; i < part.size(); i++) {
        firsts.add(part.values(i)[0]);
      }
    }
    assertThat(firsts).hasSize(12);
    assertThat(Loaders.open(folder, Map.of("scale", "none"), 7).fingerprint())
        .isEqualTo(splits.fingerprint());
    assertThat(Loaders.open(folder, Map.of("scale", "none"), 8).fingerprint())
        .isNotEqualTo(splits.fingerprint());
    assertThat(
            Loaders.open(folder.resolve("toy_TRAIN.ts"), Map.of("scale", "none"), 7).fingerprint())
        .as("the training file alone finds its test file")
        .isEqualTo(splits.fingerprint());
    assertThat(Loaders.open(folder, Map.of("validation", "0"), 7).validation().size()).isZero();
  }

  @Test
  void scalingComesFromTheTrainingPartAlone() throws IOException {
    writePair("toy", "1e6,1:down\n");
    Scaling with = Loaders.open(folder, Map.of(), 7).meaning().inputScaling().orElseThrow();
    writePair("toy", "");
    assertThat(Loaders.open(folder, Map.of(), 7).meaning().inputScaling()).contains(with);
  }

  @Test
  void aLabelUnseenInTrainingIsNamed() throws IOException {
    writePair("toy", "5,5:new\n");
    Path test = folder.resolve("toy_TEST.ts");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 7))
        .isInstanceOf(DataException.class)
        .hasMessageContaining(test + ":4: label 'new' was not seen in training")
        .hasMessageContaining("up, down, rare");
  }

  @Test
  void severalProblemsInAFolder() throws IOException {
    writePair("one", "");
    writePair("two", "");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 7))
        .hasMessageContaining("choose with option problem one of: one, two");
    assertThat(Loaders.open(folder, Map.of("problem", "two"), 7).test().size()).isEqualTo(1);
  }

  @Test
  void trainAndTestMustHaveTheSameDimensions() throws IOException {
    writePair("toy", "");
    write("toy_TEST.ts", "@classLabel true up\n@data\n1,2:3,4:up\n");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 7))
        .hasMessageContaining("has 2 dimensions");
  }

  @Test
  void newDataArePreparedAsInTraining() throws IOException {
    writePair("toy", "");
    Splits splits = Loaders.open(folder, Map.of(), 7);
    Meaning kept = Meaning.fromMap(splits.meaning().toMap());
    Dataset test = Loaders.labelled(folder.resolve("toy_TEST.ts"), kept);
    assertThat(test.values(0)).isEqualTo(splits.test().values(0));
    assertThat(test.label(0)).isEqualTo(splits.test().label(0));
    assertThat(Loaders.open(folder, kept, 7).fingerprint()).isEqualTo(splits.fingerprint());
    Path bare = write("bare.ts", "@data\n100,1\n");
    Inputs inputs = Loaders.inputs(bare, kept);
    assertThat(inputs.values()[0]).isEqualTo(splits.test().values(0));
    assertThat(inputs.names().get(0)).endsWith("bare.ts:2");
    Path wide = write("wide.ts", "@data\n1:2\n");
    assertThatThrownBy(() -> Loaders.inputs(wide, kept))
        .hasMessageContaining("has 2 dimensions, the model takes 1");
  }

  @Test
  void bothFilesTogetherCanBeDividedAnew() throws IOException {
    for (String part : new String[] {"TRAIN", "TEST"}) {
      StringBuilder text =
          new StringBuilder("@problemName BIDMC32RR\n@dimensions 2\n@targetLabel true\n@data\n");
      for (int i = 0; i < 10; i++) {
        text.append("1,2,").append(i).append(":3,4,5:").append(10 + i).append(".5\n");
      }
      Files.writeString(folder.resolve("BIDMC32RR_" + part + ".ts"), text.toString());
    }
    Splits all = Loaders.open(folder, Map.of("pool", "yes", "split", "0.7/0.15/0.15"), 1);
    assertThat(all.train().size()).isEqualTo(14);
    assertThat(all.validation().size()).isEqualTo(3);
    assertThat(all.test().size()).isEqualTo(3);
    assertThat(all.train().inputSize()).isEqualTo(2);
    assertThat(all.train().outputSize()).isEqualTo(1);
  }
}
