package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.data.generated.Tasks;
import io.carillon.model.Meaning;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFormatTest {
  private static final Map<String, String> ALL = Map.of("split", "1/0/0");

  @TempDir Path folder;

  private Path write(String name, String... lines) throws IOException {
    return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
  }

  private static String[] words(Dataset data, int i, Meaning meaning) {
    String[] words = new String[data.length(i)];
    for (int t = 0; t < words.length; t++) {
      words[t] = meaning.vocabulary().get(data.tokens(i)[t]);
    }
    return words;
  }

  @Test
  void wholeExpressions() throws IOException {
    Path file =
        write("l.tsv", "Source\tTarget", "( ( ( [MAX 2 ) 9 ) ] )\t9", "[MIN 4 [SM 7 8 ] ]\t4");
    Splits splits = Loaders.open(file, ALL, 1);
    Meaning meaning = splits.meaning();
    assertThat(meaning.vocabulary()).hasSize(18).startsWith("<pad>", "<unk>", "<eos>", "0", "1");
    assertThat(meaning.classNames()).hasSize(10);
    assertThat(words(splits.train(), 0, meaning)).containsExactly("[MAX", "2", "9", "X", "<eos>");
    assertThat(splits.train().label(1)).isEqualTo(4);
  }

  @Test
  void everyOperation() throws IOException {
    Path file = write("l.tsv", "Source\tTarget\tId", "[MIN 4 [SM 7 8 ] ]\t4\t0");
    Splits splits = Loaders.open(file, Map.of("split", "1/0/0", "labels", "subtrees"), 1);
    Meaning meaning = splits.meaning();
    assertThat(meaning.vocabulary()).hasSize(17);
    assertThat(meaning.classNames()).isEqualTo(meaning.vocabulary());
    int[] labels = splits.train().stepLabels(0);
    int no = Dataset.IGNORE;
    assertThat(labels).containsExactly(no, no, no, no, no, 5 + 2, 4 + 2);
    assertThat(meaning.vocabulary().get(labels[5])).isEqualTo("5");
    assertThat(Loaders.labelled(file, meaning).target()).isEqualTo(Target.CLASS_PER_STEP);
  }

  @Test
  void anyTokensWithAVocabularyFromTraining() throws IOException {
    write("my_train.tsv", "Source\tTarget", "b a a\tyes", "c\tno");
    write("my_val.tsv", "Source\tTarget", "a\tno");
    write("my_test.tsv", "Source\tTarget", "a d b\tyes");
    Splits splits = Loaders.open(folder, Map.of(), 1);
    Meaning meaning = splits.meaning();
    assertThat(meaning.vocabulary()).containsExactly("<pad>", "<unk>", "a", "b", "c");
    assertThat(words(splits.test(), 0, meaning)).containsExactly("a", "<unk>", "b");
    assertThat(splits.validation().size()).isEqualTo(1);
    assertThat(splits.train().classNames()).containsExactly("no", "yes");
    Meaning kept = Meaning.fromMap(meaning.toMap());
    assertThat(Loaders.open(folder, kept, 1).fingerprint()).isEqualTo(splits.fingerprint());
    Path inputs = write("in.tsv", "Source", "c c");
    assertThat(Loaders.inputs(inputs, kept).tokens()[0]).containsExactly(4, 4);
  }

  @Test
  void labelsPerTokenAndCutting() throws IOException {
    Path file = write("t.tsv", "Source\tTarget", "a b c\t. n v", "a\tn");
    Dataset data = Loaders.open(file, ALL, 1).train();
    assertThat(data.target()).isEqualTo(Target.CLASS_PER_STEP);
    assertThat(data.stepLabels(0)).containsExactly(Dataset.IGNORE, 0, 1);
    Dataset cut = Loaders.open(file, Map.of("split", "1/0/0", "max-length", "2"), 1).train();
    assertThat(cut.stepLabels(0)).containsExactly(Dataset.IGNORE, 0);
  }

  @Test
  void aFolderWithoutValidationFileCarvesOne() throws IOException {
    String[] lines = new String[21];
    lines[0] = "Source\tTarget";
    for (int i = 1; i <= 20; i++) {
      lines[i] = "t" + i + "\t" + i % 2;
    }
    write("train.tsv", lines);
    write("test.tsv", "Source\tTarget", "t1\t1");
    Splits splits = Loaders.open(folder, Map.of(), 1);
    assertThat(splits.train().size()).isEqualTo(16);
    assertThat(splits.validation().size()).isEqualTo(4);
  }

  @Test
  void errorsNameTheLine() throws IOException {
    Path file = write("l.tsv", "Source\tTarget", "[MAX 1 2 ]\t2", "[MAX 1 2 ]\t1");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("l.tsv:3: Target is '1', but the expression evaluates to 2");
    write("l.tsv", "Source\tTarget", "[MAX 1 2 ]\t2", "[MAX 1 2\t2");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .hasMessageContaining("l.tsv:3: the expression ends with 1 operations not closed");
    write("l.tsv", "Source\tTarget", "a b\tx", "a b\tx y z");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .hasMessageContaining("l.tsv:3: Target has 3 labels for 2 tokens");
    write("l.tsv", "Source\tTarget", "a b\tx", "a b\tx y");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .hasMessageContaining("l.tsv:2: Target has one label, other lines have one per token");
    write("l.tsv", "Source\tTarget", "a b");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .hasMessageContaining("l.tsv:2: has 1 cells, the header has 2");
    write("l.tsv", "Source\tTarget", "\tx");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1)).hasMessageContaining("is empty");
    write("l.tsv", "Text\tTarget", "a\tx");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1))
        .hasMessageContaining("l.tsv:1: the header has no column 'Source'");
    write("l.tsv", "Source\tTarget");
    assertThatThrownBy(() -> Loaders.open(file, ALL, 1)).hasMessageContaining("no line below");
    write("l.tsv", "Source\tTarget", "a b\tx");
    assertThatThrownBy(() -> Loaders.open(file, Map.of("split", "1/0/0", "labels", "subtrees"), 1))
        .hasMessageContaining("needs ListOps expressions");
  }

  @Test
  void testLabelUnseenInTraining() throws IOException {
    write("train.tsv", "Source\tTarget", "a\tx", "b\ty", "c\tx", "d\ty");
    write("test.tsv", "Source\tTarget", "a\tz");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("test.tsv:2: label 'z' was not seen in training; known are: x, y");
    Files.delete(folder.resolve("test.tsv"));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("has no .tsv file with 'test' in its name");
  }

  @Test
  void vocabulariesMustFitTheModel() throws IOException {
    Path expressions = write("l.tsv", "Source\tTarget", "[MAX 1 2 ]\t2");
    Path text = write("t.tsv", "Source\tTarget", "a\tx", "b\ty");
    Meaning listOps = Tasks.get("listops").meaning(Map.of());
    assertThat(Loaders.labelled(expressions, listOps).label(0)).isEqualTo(2);
    assertThatThrownBy(() -> Loaders.inputs(text, listOps))
        .hasMessageContaining("does not hold ListOps expressions");
    Meaning numbers = Tasks.get("tones").meaning(Map.of());
    assertThatThrownBy(() -> Loaders.inputs(text, numbers))
        .hasMessageContaining("the model reads numbers, not tokens");
  }
}
