package io.carillon.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No case of a reference folder is passed over in silence. */
class ReferenceFolderTest {
  @TempDir private Path folder;

  @Test
  @UsesShared
  void everyFamilyOfTheFolderIsReadByATest() throws IOException {
    Path reference = ReferenceFolder.locate().orElseThrow();
    assertThat(ReferenceFolder.FAMILIES)
        .as("families with a test, for the folder %s", reference)
        .containsAll(ReferenceFolder.families(reference));
  }

  @Test
  void aFileBelongsToTheLongestNameThatItBeginsWith() throws IOException {
    write("a_io.json", "{\"config\": {\"files\": {\"pt\": \"a.pt\"}}}");
    write("a_train.json", "{}");
    for (String name : List.of("a_train.safetensors", "a_io.safetensors", "a.pt", "a_old.pt")) {
      write(name, "");
    }
    write("ab.pt", "");
    ReferenceFamily family = ReferenceFamily.read(folder);
    assertThat(family.companions().get(folder.resolve("a_io.json")))
        .extracting(ReferenceFamily::name)
        .containsExactly("a.pt", "a_io.safetensors", "a_old.pt");
    assertThat(family.companions().get(folder.resolve("a_train.json")))
        .extracting(ReferenceFamily::name)
        .containsExactly("a_train.safetensors");
    assertThat(family.strangers()).containsExactly("ab.pt");
  }

  @Test
  void whatIsNotUnderstoodFailsByName() throws IOException {
    write("good.json", "{\"config\": {\"size\": 1}}");
    write("broken.json", "{\"config\"");
    write("bare.json", "{\"config\": {\"size\": 1}, \"tensors\": {\"K\": {}}}");
    write("new_key.json", "{\"config\": {\"size\": 1, \"flavour\": \"x\"}}");
    write("new_file.json", "{\"config\": {\"size\": 1}}");
    write("new_file.bin", "");
    write("wrong.json", "{\"config\": {\"size\": 2}}");
    write("stray.safetensors", "");
    assertThatThrownBy(
            () ->
                ReferenceReport.check(
                    "(a check of this report that must fail)", folder, ReferenceFolderTest::size))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("6 reference cases")
        .hasMessageContaining("broken: ")
        .hasMessageContaining("bare: ")
        .hasMessageContaining("bare.safetensors")
        .hasMessageContaining("new_key: ")
        .hasMessageContaining("flavour")
        .hasMessageContaining("new_file: ")
        .hasMessageContaining("new_file.bin")
        .hasMessageContaining("wrong: ")
        .hasMessageContaining("stray.safetensors: belongs to no case")
        .message()
        .doesNotContain("good");
  }

  private static void size(ReferenceCase reference) {
    reference.compareExactly("size", 1, reference.config().integer("size"));
  }

  @Test
  void aTestWithoutTheMarkIsRefused() {
    assertThatThrownBy(ReferenceFolder::locate)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@UsesShared");
    assertThatThrownBy(() -> SharedFolder.data("x"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("@UsesShared");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
