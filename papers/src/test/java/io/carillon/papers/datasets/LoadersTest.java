package io.carillon.papers.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.data.DataException;
import io.carillon.data.DataFormat;
import io.carillon.data.Loaders;
import io.carillon.data.Option;
import io.carillon.data.Splits;
import io.carillon.data.generated.Tasks;
import io.carillon.model.Meaning;
import io.carillon.model.Scaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadersTest {
  @TempDir Path folder;

  @Test
  void kindsByPath() throws IOException {
    for (String name : new String[] {"a.ts", "a.TS", "a.wav", "a.zip", "a.csv", "a.tsv"}) {
      Files.writeString(folder.resolve(name), "x");
    }
    assertThat(Loaders.format(folder.resolve("a.ts")).kind()).isEqualTo("ts");
    assertThat(Loaders.format(folder.resolve("a.TS")).kind()).isEqualTo("ts");
    assertThat(Loaders.format(folder.resolve("a.wav")).kind()).isEqualTo("wav");
    assertThat(Loaders.format(folder.resolve("a.zip")).kind()).isEqualTo("wav");
    assertThat(Loaders.format(folder.resolve("a.csv")).kind()).isEqualTo("csv");
    assertThat(Loaders.format(folder.resolve("a.tsv")).kind()).isEqualTo("tsv");
  }

  @Test
  void kindsOfFolders() throws IOException {
    String[][] files = {
      {"ts", "x_TRAIN.ts"}, {"idx", "train-images-idx3-ubyte"}, {"tsv", "my_train.tsv"},
    };
    for (String[] file : files) {
      Path inside = Files.createDirectories(folder.resolve(file[0])).resolve(file[1]);
      Files.writeString(inside, "x");
      assertThat(Loaders.format(inside.getParent()).kind()).isEqualTo(file[0]);
    }
    Path wav = Files.createDirectories(folder.resolve("wav/yes/deep"));
    Files.writeString(wav.resolve("a.WAV"), "x");
    assertThat(Loaders.format(folder.resolve("wav")).kind()).isEqualTo("wav");
  }

  @Test
  void nothingThere() throws IOException {
    Path missing = folder.resolve("missing.ts");
    assertThatThrownBy(() -> Loaders.open(missing, Map.of(), 1))
        .isInstanceOf(DataException.class)
        .hasMessage(missing + ": there is no such file or folder; check the path");
    Files.createDirectories(folder.resolve("deep/down"));
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("is an empty folder. Supported are:")
        .hasMessageContaining("NAME_TRAIN.ts")
        .hasMessageContaining(".wav files")
        .hasMessageContaining("IDX images");
  }

  @Test
  void nothingKnown() throws IOException {
    Path file = Files.writeString(folder.resolve("data.parquet"), "x");
    assertThatThrownBy(() -> Loaders.open(file, Map.of(), 1))
        .hasMessageContaining("data.parquet: is of no known kind. Supported are:");
    assertThatThrownBy(() -> Loaders.open(folder, Map.of(), 1))
        .hasMessageContaining("has no files of a known kind");
  }

  @Test
  void unknownOptionsSuggestTheNearest() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "x\n1\n");
    assertThatThrownBy(() -> Loaders.open(file, Map.of("histroy", "3"), 1))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("csv data has no option 'histroy'; did you mean 'history'?");
    for (DataFormat kind : Loaders.formats()) {
      assertThat(kind.description()).isNotBlank();
      assertThat(kind.options()).isNotEmpty().allMatch(option -> !option.help().isBlank());
      assertThat(kind.options().stream().map(Option::key)).doesNotHaveDuplicates();
    }
  }

  @Test
  void aTableForAModelTrainedOnOtherFiles() throws IOException {
    Meaning tones = Tasks.get("tones").meaning(Map.of());
    Path file = Files.writeString(folder.resolve("a.csv"), "sound\n0.5\n-1\n");
    assertThat(Loaders.inputs(file, tones).values()[0]).containsExactly(0.5f, -1);
    Meaning unnamed =
        Meaning.of("ts", Map.of())
            .values(2, List.of(), new Scaling(new double[] {1, 2}, new double[] {1, 2}))
            .classes(List.of("a", "b"))
            .build();
    Path two = Files.writeString(folder.resolve("b.csv"), "date,p,q\nx,1,2\ny,2,6\n");
    assertThat(Loaders.inputs(two, unnamed).values()[0]).containsExactly(0, 0, 1, 2);
    assertThatThrownBy(() -> Loaders.inputs(file, unnamed))
        .hasMessageContaining("has 1 columns of numbers (sound), the model takes 2");
  }

  @Test
  void partsByName() {
    Splits splits =
        Tasks.get("adding").splits(Map.of("train", "3", "validation", "2", "test", "1"), 1);
    assertThat(splits.part("validation")).isSameAs(splits.validation());
    assertThat(splits.part("test").size()).isEqualTo(1);
    assertThatThrownBy(() -> splits.part("tset"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("did you mean 'test'?");
  }
}
