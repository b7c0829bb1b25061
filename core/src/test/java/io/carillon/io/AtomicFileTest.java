package io.carillon.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old or new, and nothing beside it. */
class AtomicFileTest {
  @TempDir private Path folder;

  private static void begin(FileChannel channel) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[100]));
  }

  @Test
  void whateverEndsTheWritingLeavesTheOldFileAlone() throws IOException {
    Path file = Files.writeString(folder.resolve("x"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      begin(channel);
                      throw new IOException("full");
                    }))
        .hasMessage("full");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      begin(channel);
                      throw new OutOfMemoryError("no heap");
                    }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(file).hasContent("old");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
