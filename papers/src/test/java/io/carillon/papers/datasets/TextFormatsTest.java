package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.Inputs;
import io.carillon.data.Loaders;
import io.carillon.data.Splits;
import io.carillon.model.Meaning;
import io.carillon.papers.tasks.ListOpsFiles;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Film reviews and pairs of papers in their official layouts. */
class TextFormatsTest {
  @TempDir private Path temp;

  private void review(String part, String label, int number, String text) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("aclImdb").resolve(part).resolve(label));
    Files.writeString(folder.resolve(number + "_7.txt"), text);
  }

  private void reviews() throws IOException {
    for (int i = 0; i < 5; i++) {
      review("train", "pos", i, "aab<br />é");
      review("train", "neg", i, "ab");
      review("test", "pos", i, "a");
      review("test", "neg", i, "bz");
    }
    review("train", "unsup", 0, "QQQQ");
  }

  @Test
  void charactersByFrequencyWithAnEndMark() throws IOException {
    reviews();
    assertThat(Loaders.format(temp).kind()).isEqualTo("text");
    Splits all = Loaders.open(temp, Map.of("validation", "0", "min-count", "6"), 1);
    assertThat(all.meaning().vocabulary()).containsExactly("<pad>", "<unk>", "<eos>", "a", "b");
    assertThat(all.meaning().classNames()).containsExactly("neg", "pos");
    assertThat(all.train().size()).isEqualTo(10);
    assertThat(all.train().tokens(9)).containsExactly(3, 3, 4, 1, 4, 1, 1, 1, 1, 1, 2);
    assertThat(all.test().tokens(0)).containsExactly(4, 1, 2);
    assertThat(all.test().label(0)).isZero();
    Splits few = Loaders.open(temp, Map.of("validation", "0", "per-class", "2"), 1);
    assertThat(few.train().size()).isEqualTo(4);
  }

  @Test
  void bytesHaveAFixedVocabularyAndTextsAreCut() throws IOException {
    reviews();
    Splits all =
        Loaders.open(temp, Map.of("validation", "test", "level", "bytes", "max-length", "11"), 1);
    assertThat(all.meaning().vocabulary()).hasSize(259);
    assertThat(all.train().maxLength()).isEqualTo(11);
    int cut = all.train().tokens(9)[9];
    assertThat(cut).as("first byte of é").isEqualTo(3 + 0xC3);
    assertThat(all.validation().size()).isEqualTo(all.test().size());
    assertThat(all.description()).contains("the validation part as well");
  }

  @Test
  void newTextsAreReadAsTheModelLearned() throws IOException {
    reviews();
    Meaning fitted = Loaders.open(temp, Map.of("validation", "0", "min-count", "5"), 1).meaning();
    Path mine = Files.createDirectories(temp.resolve("mine"));
    Files.writeString(mine.resolve("one.txt"), "ba");
    Files.writeString(mine.resolve("two.txt"), "é");
    Inputs inputs = Loaders.inputs(mine, fitted);
    assertThat(inputs.tokens()[0]).containsExactly(4, 3, 2);
    assertThat(inputs.tokens()[1]).containsExactly(fitted.vocabulary().indexOf("é"), 2);
    assertThat(Loaders.inputs(mine.resolve("one.txt"), fitted).size()).isEqualTo(1);
    assertThat(Meaning.fromMap(fitted.toMap())).isEqualTo(fitted);
    assertThat(Loaders.labelled(temp, fitted).size()).isEqualTo(10);
  }

  private void papers(String part, String... lines) throws IOException {
    Path folder = Files.createDirectories(temp.resolve("tsv_data"));
    Files.write(folder.resolve("new_aan_pairs." + part + ".tsv"), List.of(lines));
  }

  @Test
  void pairsKeepTheirTwoTexts() throws IOException {
    papers("train", "1.0\t12\t7\tabc\tab", "0.0\t1\t2\ta\tccc", "1.0\t4\t5\tb\tb");
    papers("eval", "0.0\t1\t2\taz\ta");
    papers("test", "1.0\t1\t2\ta b\tc", "0.0\t1\t2\tb\ta");
    assertThat(Loaders.format(temp).kind()).isEqualTo("pairs");
    Splits all = Loaders.open(temp, Map.of("max-length", "3"), 1);
    Dataset train = all.train();
    assertThat(train.isPairs()).isTrue();
    assertThat(all.meaning().vocabulary())
        .containsExactly("<pad>", "<unk>", "<eos>", "b", "a", "c");
    assertThat(train.tokens(0)).containsExactly(4, 3, 2, 4, 3, 2);
    assertThat(train.firstLength(0)).isEqualTo(3);
    assertThat(train.firstLength(1)).isEqualTo(2);
    assertThat(train.label(0)).isEqualTo(1);
    assertThat(all.validation().tokens(0)).containsExactly(4, 1, 2, 4, 2);
    Inputs inputs = Loaders.inputs(temp.resolve("tsv_data/new_aan_pairs.test.tsv"), all.meaning());
    assertThat(inputs.size()).isEqualTo(2);
    assertThat(inputs.tokens()).hasNumberOfRows(4);
  }

  @Test
  void aWrongLineIsNamed() throws IOException {
    papers("train", "1.0\t12\t7\tabc\tab", "1.0\t12\t7\tabc");
    papers("test", "1.0\t1\t2\ta\tc");
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("new_aan_pairs.train.tsv:2: has 4 cells");
    papers("train", "maybe\t12\t7\tabc\tab");
    assertThatThrownBy(() -> Loaders.open(temp, Map.of(), 1))
        .hasMessageContaining("train.tsv:1: the label is 'maybe'");
  }

  @Test
  void listOpsFilesAreInTheOfficialForm() throws IOException {
    ListOpsFiles.write(temp, 96, 20, 60, 4);
    List<String> lines = Files.readAllLines(temp.resolve("basic_train.tsv"));
    assertThat(lines).hasSize(97);
    assertThat(lines.get(0)).isEqualTo("Source\tTarget");
    assertThat(lines.get(1)).matches("(\\( )+\\[(MIN|MAX|MED|SM) .* \\)\t\\d");
    Splits all = Loaders.open(temp, Map.of(), 1);
    assertThat(all.train().size()).isEqualTo(96);
    assertThat(all.validation().size()).isEqualTo(2);
    assertThat(all.test().size()).isEqualTo(2);
    assertThat(Loaders.open(temp, Map.of("limit", "50"), 1).train().size()).isEqualTo(50);
    assertThat(all.train().vocabulary()).isEqualTo(18);
    int end = all.meaning().vocabulary().indexOf("<eos>");
    assertThat(all.train().tokens(0)).endsWith(end);
    byte[] first = Files.readAllBytes(temp.resolve("basic_train.tsv"));
    ListOpsFiles.write(temp, 96, 20, 60, 4);
    assertThat(Files.readAllBytes(temp.resolve("basic_train.tsv"))).isEqualTo(first);
  }
}
