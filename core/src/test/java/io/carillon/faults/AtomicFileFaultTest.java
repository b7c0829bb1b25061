package io.carillon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.faults.Fault.Kind;
import io.carillon.faults.Fault.Operation;
import io.carillon.io.AtomicFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One file is replaced under every fault of the file system. */
class AtomicFileFaultTest {
  @TempDir private Path scratch;

  @Test
  void oldOrNew() throws Exception {
    FaultSweep sweep =
        new FaultSweep(
            scratch,
            folder -> Files.writeString(folder.resolve("f"), "old"),
            folder -> AtomicFile.writeText(folder.resolve("f"), "the new text"));
    sweep.run(
        (fault, folder, failure) -> {
          String left = Files.readString(folder.resolve("f"));
          assertThat(left).isIn("old", "the new text");
          if (failure == null) {
            assertThat(left).isEqualTo("the new text");
          } else if (fault.kind() == Kind.ONCE || fault.kind() == Kind.FULL) {
            assertThat(left).as("after an error that was told").isEqualTo("old");
            assertThat(FaultSweep.list(folder)).isEqualTo(List.of("f"));
          }
          AtomicFile.writeText(folder.resolve("f"), "the new text");
          assertThat(FaultSweep.list(folder)).isEqualTo(List.of("f"));
        });
  }

  /** What was told to be written is there, whatever happens afterwards. */
  @Test
  void whatWasWrittenOutlastsThePower() throws Exception {
    boolean[] written = new boolean[1];
    FaultSweep sweep =
        new FaultSweep(
            scratch,
            folder -> Files.writeString(folder.resolve("f"), "old"),
            folder -> {
              written[0] = false;
              AtomicFile.writeText(folder.resolve("f"), "the new text");
              written[0] = true;
              Files.delete(folder.resolve("f"));
            });
    int[] afterwards = new int[1];
    sweep
        .only(fault -> fault.kind() == Kind.POWER)
        .run(
            (fault, folder, failure) -> {
              assertThat(failure).isNotNull();
              if (written[0]) {
                afterwards[0]++;
                assertThat(folder.resolve("f")).hasContent("the new text");
              }
            });
    assertThat(afterwards[0]).isEqualTo(1);
  }

  /** Where a folder cannot be forced, a file is replaced all the same. */
  @Test
  void aFolderThatCannotBeForcedIsNoError() throws Exception {
    Path file = scratch.resolve("f");
    for (Operation operation : new Operation[] {Operation.READ, Operation.FORCE}) {
      Files.writeString(file, "old");
      int last = operation == Operation.READ ? 1 : 2;
      FaultyFileSystem system = new FaultyFileSystem(new Fault(Kind.ONCE, operation, last));
      AtomicFile.writeText(system.path(file), "the new text");
      assertThat(system.struck()).as("%s", operation).isTrue();
      assertThat(file).hasContent("the new text");
    }
  }

  /** A full disk is named, even where tidying up fails too. */
  @Test
  void theFirstErrorIsTold() throws Exception {
    Path file = scratch.resolve("f");
    FaultyFileSystem system = new FaultyFileSystem(new Fault(Kind.DEATH, Operation.WRITE, 1));
    Exception failure = null;
    try {
      AtomicFile.writeText(system.path(file), "the new text");
    } catch (Exception e) {
      failure = e;
    }
    assertThat(failure).hasMessageContaining("No space left on device");
    assertThat(failure.getSuppressed()).hasSize(1);
  }
}
