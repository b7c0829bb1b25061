package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.config.NetworkConfig;
import io.carillon.faults.Fault.Kind;
import io.carillon.faults.FaultSweep;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training meets every fault of the file system; resumed, it gives the bits of an unbroken one.
 */
class TrainerFaultTest {
  private static final Dataset TRAIN = Toys.periods(4, 6, 9, 1);
  private static final Dataset VALIDATION = Toys.periods(2, 6, 9, 2);
  private static final NetworkConfig NETWORK =
      Toys.network(TRAIN, Toys.S4D).withWidth(2).withDepth(1);
  private static final TrainConfig CONFIG = Toys.training(2).withBatchSize(2);

  @TempDir private Path scratch;

  private static String fit(Trainer trainer) {
    return trainer.fit(TRAIN, VALIDATION, TrainListener.NONE).model().fingerprint();
  }

  private static Trainer fresh(Path folder) {
    return new Trainer(NETWORK, CONFIG).withResumeFolder(folder);
  }

  /** Resumes; a folder in which nothing was kept yet is begun anew. */
  private static String resumed(Path folder) throws Exception {
    try {
      return fit(Trainer.resume(folder));
    } catch (NoSuchFileException e) {
      return fit(fresh(folder));
    }
  }

  @Test
  void sameBitsAfterEveryFault() throws Exception {
    String unbroken = fit(new Trainer(NETWORK, CONFIG));
    FaultSweep sweep = new FaultSweep(scratch, folder -> {}, folder -> fit(fresh(folder)));
    int faults =
        sweep.run(
            (fault, folder, failure) -> {
              if (fault.kind() == Kind.ONCE && failure != null) {
                assertThat(failure)
                    .hasMessageContaining("cannot be written")
                    .hasMessageContaining(folder.toString());
              }
              assertThat(resumed(folder)).isEqualTo(unbroken);
            });
    assertThat(faults).isGreaterThan(60);
  }

  @Test
  void sameBitsAfterEveryFaultOfAResume() throws Exception {
    String unbroken = fit(new Trainer(NETWORK, CONFIG));
    FaultSweep sweep =
        new FaultSweep(
            scratch,
            folder -> {
              Trainer stopped = new Trainer(NETWORK, CONFIG).withResumeFolder(folder);
              stopped.fit(TRAIN, VALIDATION, stopAfter(stopped, 3));
            },
            folder -> resumed(folder));
    sweep.run((fault, folder, failure) -> assertThat(resumed(folder)).isEqualTo(unbroken));
  }

  private static TrainListener stopAfter(Trainer trainer, long step) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        if (record.step() == step) {
          trainer.requestStop();
        }
      }
    };
  }
}
