package io.carillon.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.faults.Fault.Kind;
import io.carillon.faults.Fault.Operation;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saving a model meets every fault of the file system: the old or the new one is there. */
class ModelSaveFaultTest {
  private static final List<String> MODEL = List.of("config.json", "weights.safetensors");

  private static final SequenceModel OLD = model(1, "old");
  private static final SequenceModel NEW = model(2, "new");

  @TempDir private Path scratch;

  private static SequenceModel model(int seed, String name) {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(4)
            .withDepth(1)
            .withSsm(S4dConfig.DEFAULT.withStateSize(4));
    return Inside.model(
        new Network(config, new SeededRandom(seed)), Map.of("name", name, "text", "x".repeat(99)));
  }

  private static boolean same(SequenceModel a, SequenceModel b) {
    List<Parameter> left = Inside.network(a).parameters();
    List<Parameter> right = Inside.network(b).parameters();
    boolean same = a.info().equals(b.info());
    for (int i = 0; i < left.size(); i++) {
      same &= Arrays.equals(left.get(i).value(), right.get(i).value());
    }
    return same;
  }

  private static void saveAgain(Path folder) throws IOException {
    NEW.save(folder);
    assertThat(same(SequenceModel.load(folder), NEW)).isTrue();
    assertThat(FaultSweep.list(folder)).isEqualTo(MODEL);
  }

  private static boolean canTidyUp(Fault fault) {
    return fault.kind() == Kind.FULL
        || fault.kind() == Kind.ONCE && fault.operation() != Operation.DELETE;
  }

  @Test
  void overAnOlderOne() throws Exception {
    FaultSweep sweep = new FaultSweep(scratch, OLD::save, NEW::save);
    int faults =
        sweep.run(
            (fault, folder, failure) -> {
              SequenceModel left = SequenceModel.load(folder);
              assertThat(same(left, OLD) || same(left, NEW))
                  .as("weights and description of one model")
                  .isTrue();
              if (failure == null) {
                assertThat(same(left, NEW)).as("saved without an error").isTrue();
              }
              if (canTidyUp(fault) && same(left, OLD)) {
                assertThat(FaultSweep.list(folder)).isEqualTo(MODEL);
              }
              saveAgain(folder);
            });
    assertThat(faults).isGreaterThan(30);
  }

  /** What waits from a save that was broken off between its two files is not lost by the next. */
  @Test
  void overOneThatWasBrokenOff() throws Exception {
    FaultSweep sweep =
        new FaultSweep(
            scratch,
            folder -> {
              OLD.save(folder);
              Fault between = new Fault(Kind.DEATH, Operation.MOVE, 3);
              assertThatThrownBy(() -> NEW.save(new FaultyFileSystem(between).path(folder)))
                  .hasMessageContaining("DEATH");
              assertThat(same(SequenceModel.load(folder), NEW)).isTrue();
            },
            OLD::save);
    sweep.run(
        (fault, folder, failure) -> {
          SequenceModel left = SequenceModel.load(folder);
          assertThat(same(left, OLD) || same(left, NEW)).isTrue();
          saveAgain(folder);
        });
  }

  /** Weights of a save that was broken off do not become those of a folder without checksums. */
  @Test
  void overOneOfAnOlderReleaseWhoseReplacementWasBrokenOff() throws Exception {
    SequenceModel third = model(3, "third");
    FaultSweep sweep =
        new FaultSweep(
            scratch,
            folder -> {
              OLD.save(folder);
              Path config = folder.resolve("config.json");
              String text = Files.readString(config);
              Files.writeString(config, text.replaceFirst(",\\s*\"checksums\": \\{[^}]*}", ""));
              Fault before = new Fault(Kind.DEATH, Operation.MOVE, 2);
              assertThatThrownBy(() -> third.save(new FaultyFileSystem(before).path(folder)))
                  .hasMessageContaining("DEATH");
              assertThat(same(SequenceModel.load(folder), OLD)).isTrue();
            },
            NEW::save);
    sweep.run(
        (fault, folder, failure) -> {
          SequenceModel left = SequenceModel.load(folder);
          assertThat(same(left, OLD) || same(left, NEW)).isTrue();
          saveAgain(folder);
        });
  }

  /** A folder that cannot be read at this moment is not taken for one with nothing to lose. */
  @Test
  void whatWaitsIsNotLostBecauseItCannotBeReadNow() throws Exception {
    Path folder = Files.createDirectory(scratch.resolve("folder"));
    OLD.save(folder);
    Fault between = new Fault(Kind.DEATH, Operation.MOVE, 3);
    assertThatThrownBy(() -> NEW.save(new FaultyFileSystem(between).path(folder)))
        .hasMessageContaining("DEATH");
    FaultyFileSystem unreadable = new FaultyFileSystem(new Fault(Kind.ONCE, Operation.READ, 1));
    assertThatThrownBy(() -> OLD.save(unreadable.path(folder))).isInstanceOf(IOException.class);
    assertThat(same(SequenceModel.load(folder), NEW)).isTrue();
    saveAgain(folder);
  }

  @Test
  void inANewFolder() throws Exception {
    FaultSweep sweep =
        new FaultSweep(scratch, folder -> {}, folder -> NEW.save(folder.resolve("m")));
    sweep.run(
        (fault, folder, failure) -> {
          Path model = folder.resolve("m");
          SequenceModel left = null;
          try {
            left = SequenceModel.load(model);
          } catch (NoSuchFileException e) {
            assertThat(failure).isNotNull();
          }
          assertThat(left == null || same(left, NEW)).isTrue();
          saveAgain(model);
        });
  }
}
