package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.Activation;
import io.carillon.config.BlockConfig;
import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Norm;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** States to resume from, in the middle of epochs too. */
class CheckpointTest {
  private static final int EPOCHS = 3;

  @TempDir private Path folder;

  /** A data set to train on, one to validate on, and a network for both. */
  private record Case(String name, Dataset train, Dataset validation, NetworkConfig network) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Classes with dropout; batch norm, two directions and tied dropout; values, whose metrics are
   * running sums; samples that are drawn when they are needed; no validation.
   */
  static Stream<Case> cases() {
    Dataset classes = Toys.periods(14, 12, 20, 1);
    Dataset others = Toys.periods(6, 12, 20, 2);
    Dataset values = Toys.delay(14, 15, 3);
    Dataset drawn = Dataset.ofSource("drawn", new Noise());
    NetworkConfig dropout =
        Toys.network(classes, Toys.S4D)
            .withDepth(2)
            .withBlock(BlockConfig.DEFAULT.withSsm(Toys.S4D).withDropout(0.2, false));
    NetworkConfig batchNorm =
        Toys.network(classes, Toys.PRODUCT)
            .withBlock(
                BlockConfig.DEFAULT
                    .withSsm(Toys.PRODUCT)
                    .withBidirectional(true)
                    .withKernels(1, Activation.NONE)
                    .withMixer(Mixer.GLU)
                    .withNorm(Norm.BATCH, false)
                    .withDropout(0.1, true));
    return Stream.of(
        new Case("dropout", classes, others, dropout),
        new Case("batch norm", classes, others, batchNorm),
        new Case("values", values, Toys.delay(6, 15, 4), Toys.network(values, Toys.S4D)),
        new Case("drawn", drawn, drawn.stored(), Toys.network(drawn, Toys.S4D)),
        new Case("no validation", classes, null, Toys.network(classes, Toys.S4D)));
  }

  /** Noise, other in every epoch, with its sum as the target. */
  private static final class Noise implements SampleSource {
    @Override
    public int size() {
      return 14;
    }

    @Override
    public int minLength() {
      return 10;
    }

    @Override
    public int maxLength() {
      return 10;
    }

    @Override
    public Dataset draw(int epoch, int index) {
      SeededRandom random = new SeededRandom(Seeds.mix(epoch, index));
      float[] x = new float[10];
      float sum = 0;
      for (int t = 0; t < x.length; t++) {
        x[t] = (float) random.normal();
        sum += x[t];
      }
      return Dataset.ofValues(1, new float[][] {x})
          .targets(1, new float[][] {{sum}})
          .metric("r2")
          .build();
    }
  }

  /** Five batches of three an epoch, a state after each. */
  private static TrainConfig config() {
    TrainConfig config = Toys.training(EPOCHS).withBatchSize(3).withLearningRate(0.01);
    return config.withCheckpointSeconds(0);
  }

  /** What was reached, but for the times. */
  private static List<Object> reached(TrainResult result) {
    List<Object> all = new ArrayList<>();
    for (Parameter p : Inside.network(result.model()).parameters()) {
      for (float x : p.value()) {
        all.add(Float.floatToRawIntBits(x));
      }
    }
    result.history().forEach(record -> all.add(withoutTime(record)));
    all.add(result.steps());
    all.add(result.best() == null ? "none" : result.best().epoch());
    return all;
  }

  private static String withoutTime(EpochRecord record) {
    return record.toString().replaceFirst("seconds=[^]]*", "");
  }

  private static TrainListener failAt(long step) {
    return new TrainListener() {
      @Override
      public void onStep(StepRecord record) {
        if (record.step() == step) {
          throw new IllegalStateException("pulled the plug");
        }
      }
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aRunBrokenOffInAStepGivesTheSameBits(Case c) throws IOException {
    TrainResult whole =
        new Trainer(c.network, config()).fit(c.train, c.validation, TrainListener.NONE);
    // The first steps of the run and of an epoch, the last ones, and one between.
    for (int step : new int[] {1, 2, 5, 6, 8, 14, 15}) {
      Path run = Files.createDirectory(folder.resolve("run" + step));
      Trainer first = new Trainer(c.network, config()).withResumeFolder(run);
      long failing = step;
      assertThatThrownBy(() -> first.fit(c.train, c.validation, failAt(failing)))
          .hasMessage("pulled the plug");
      List<Long> steps = new ArrayList<>();
      TrainListener listener =
          new TrainListener() {
            @Override
            public void onResume(List<EpochRecord> epochs, long done) {
              assertThat(epochs).hasSize((int) (done / 5));
              steps.add(done);
            }

            @Override
            public void onStep(StepRecord record) {
              steps.add(record.step());
            }
          };
      TrainResult resumed = Trainer.resume(run).fit(c.train, c.validation, listener);
      assertThat(steps.subList(0, 2)).containsExactly(failing - 1, failing);
      assertThat(steps).as("steps are done once").doesNotHaveDuplicates();
      assertThat(reached(resumed)).as("broken off in step %d", step).isEqualTo(reached(whole));
    }
  }

  @Test
  void manyBreaksInOneRunGiveTheSameBits() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainConfig config = config().withPlateau(0.5, 0).withPatience(2);
    TrainResult whole =
        new Trainer(c.network, config).fit(c.train, c.validation, TrainListener.NONE);
    Trainer trainer = new Trainer(c.network, config).withResumeFolder(folder);
    TrainResult resumed = null;
    for (long step = 2; resumed == null; step++) {
      long failing = step;
      try {
        resumed = trainer.fit(c.train, c.validation, failAt(failing));
      } catch (IllegalStateException e) {
        trainer = Trainer.resume(folder);
      }
    }
    assertThat(reached(resumed)).isEqualTo(reached(whole));
  }

  @Test
  void aStopLeavesTheEpochOpen() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainResult whole =
        new Trainer(c.network, config()).fit(c.train, c.validation, TrainListener.NONE);
    TrainConfig rarely = config().withCheckpointSeconds(1e9);
    Trainer trainer = new Trainer(c.network, rarely).withResumeFolder(folder);
    List<EpochRecord> told = new ArrayList<>();
    TrainResult stopped =
        trainer.fit(
            c.train,
            c.validation,
            new TrainListener() {
              @Override
              public void onStep(StepRecord record) {
                if (record.step() == 3) {
                  trainer.requestStop();
                }
              }

              @Override
              public void onEpoch(EpochRecord record) {
                told.add(record);
              }
            });
    assertThat(stopped.end()).isEqualTo(TrainResult.End.STOPPED);
    assertThat(stopped.steps()).isEqualTo(3);
    assertThat(stopped.best()).isNull();
    assertThat(stopped.history()).isEmpty();
    assertThat(told).isEmpty();
    Trainer again = Trainer.resume(folder);
    assertThat(again.isFinished()).isFalse();
    assertThat(reached(again.fit(c.train, c.validation, failAt(3)))).isEqualTo(reached(whole));
    assertThat(Trainer.resume(folder).isFinished()).isTrue();
  }

  @Test
  void aStopBreaksAValidationOffAndItIsMadeAgain() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainResult whole =
        new Trainer(c.network, config()).fit(c.train, c.validation, TrainListener.NONE);
    Trainer trainer = new Trainer(c.network, config()).withResumeFolder(folder);
    TrainResult stopped =
        trainer.fit(
            c.train,
            c.validation,
            new TrainListener() {
              @Override
              public void onValidation(int epoch) {
                if (epoch == 2) {
                  trainer.requestStop();
                }
              }
            });
    assertThat(stopped.stopped()).isTrue();
    assertThat(stopped.history()).hasSize(1);
    TrainResult resumed = Trainer.resume(folder).fit(c.train, c.validation, TrainListener.NONE);
    assertThat(reached(resumed)).isEqualTo(reached(whole));
  }

  @Test
  void everyBestModelIsHandedOut() {
    Case c = cases().findFirst().orElseThrow();
    List<SequenceModel> models = new ArrayList<>();
    TrainResult result =
        new Trainer(c.network, config())
            .fit(
                c.train,
                c.validation,
                new TrainListener() {
                  @Override
                  public void onBest(EpochRecord record, Supplier<SequenceModel> model) {
                    models.add(model.get());
                    assertThat(
                            Evaluator.evaluate(models.get(models.size() - 1), c.validation).loss())
                        .isCloseTo(record.validationLoss(), within(1e-7));
                  }
                });
    assertThat(models).hasSize((int) result.history().stream().filter(EpochRecord::isBest).count());
    assertThat(models.get(models.size() - 1).fingerprint()).isEqualTo(result.model().fingerprint());
  }

  @Test
  void moreEpochsGiveWhatTheyWouldHaveGivenFromTheStart() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainConfig constant = config().withSchedule(Schedule.CONSTANT);
    TrainResult whole =
        new Trainer(c.network, constant.withEpochs(5))
            .fit(c.train, c.validation, TrainListener.NONE);
    new Trainer(c.network, constant)
        .withResumeFolder(folder)
        .fit(c.train, c.validation, TrainListener.NONE);
    assertThat(Trainer.resume(folder).isFinished()).isTrue();
    Trainer longer = Trainer.resume(folder, config -> config.withEpochs(5));
    assertThat(longer.isFinished()).isFalse();
    TrainResult resumed = longer.fit(c.train, c.validation, TrainListener.NONE);
    assertThat(reached(resumed)).isEqualTo(reached(whole));
    assertThat(Trainer.resume(folder).config().epochs()).isEqualTo(5);
  }

  /** Warm-up over the first step of 15; at step 15 of 150 the cosine is near its top. */
  @Test
  void aCosineGoesOnWhereTheLongerOneIsAndIsNotWarmedUpAgain() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainConfig cosine = config().withSchedule(Schedule.COSINE_WARMUP);
    new Trainer(c.network, cosine)
        .withResumeFolder(folder)
        .fit(c.train, c.validation, TrainListener.NONE);
    List<Double> rates = new ArrayList<>();
    Trainer.resume(folder, config -> config.withEpochs(30))
        .fit(
            c.train,
            c.validation,
            new TrainListener() {
              @Override
              public void onStep(StepRecord record) {
                rates.add(record.learningRate());
              }
            });
    assertThat(rates).hasSize(135);
    IntStream.range(0, 135)
        .forEach(
            i ->
                assertThat(rates.get(i))
                    .isCloseTo(
                        0.01 * 0.5 * (1 + Math.cos(Math.PI * (15 + i - 1) / 149)), within(1e-12)));
  }

  @Test
  void onlySettingsThatDoNotSayWhatWasDoneMayChange() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    new Trainer(c.network, config())
        .withResumeFolder(folder)
        .fit(c.train, c.validation, TrainListener.NONE);
    assertThatThrownBy(() -> Trainer.resume(folder, config -> config.withLearningRate(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only epochs, patience");
    assertThatThrownBy(() -> Trainer.resume(folder, config -> config.withEpochs(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("epochs is 2, but 3 are done; give more");
  }

  /** Written between epochs 1 and 2 by the release before states had sums of an open epoch. */
  @Test
  void aStateOfVersion1IsStillGoneOnWith() throws IOException {
    Dataset train = Toys.periods(14, 12, 20, 1);
    Dataset validation = Toys.periods(6, 12, 20, 2);
    TrainConfig config = Toys.training(EPOCHS).withBatchSize(3).withLearningRate(0.01);
    NetworkConfig network = Toys.network(train, Toys.S4D);
    TrainResult whole = new Trainer(network, config).fit(train, validation, TrainListener.NONE);
    try (InputStream old = getClass().getResourceAsStream("/resume/version-1.safetensors")) {
      Files.copy(old, folder.resolve("resume.safetensors"));
    }
    List<EpochRecord> done = new ArrayList<>();
    TrainResult resumed =
        Trainer.resume(folder)
            .fit(
                train,
                validation,
                new TrainListener() {
                  @Override
                  public void onResume(List<EpochRecord> epochs, long step) {
                    done.addAll(epochs);
                    assertThat(step).isEqualTo(5);
                  }
                });
    assertThat(done).hasSize(1);
    assertThat(resumed.history()).hasSize(EPOCHS);
    assertThat(resumed.best().epoch()).isEqualTo(whole.best().epoch());
    // Written on another machine, whose vectors may round the last bit of step 5 differently.
    assertThat(resumed.history().get(2).trainLoss())
        .isCloseTo(whole.history().get(2).trainLoss(), within(1e-4));
  }

  @Test
  void everyFlippedBitOfAStateIsRefused() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    Trainer trainer = new Trainer(c.network, config()).withResumeFolder(folder);
    assertThatThrownBy(() -> trainer.fit(c.train, c.validation, failAt(9)));
    Path file = folder.resolve("resume.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    long seed = 20;
    SeededRandom random = new SeededRandom(seed);
    for (int i = 0; i < 1000; i++) {
      int at = random.nextInt(bytes.length);
      int bit = random.nextInt(8);
      byte[] damaged = bytes.clone();
      damaged[at] ^= (byte) (1 << bit);
      Files.write(file, damaged);
      assertThatThrownBy(() -> Trainer.resume(folder))
          .as("seed %d, case %d: bit %d of byte %d", seed, i, bit, at)
          .isInstanceOf(FormatException.class)
          .hasMessageContaining("resume.safetensors");
    }
    Files.write(file, bytes);
    assertThat(Trainer.resume(folder).isFinished()).isFalse();
  }

  /** Removes the folder in a step, and puts it back in a later one. */
  private final class Vandal implements TrainListener {
    private final Path run;
    private final List<String> told = new ArrayList<>();

    Vandal(Path run) {
      this.run = run;
    }

    @Override
    public void onStep(StepRecord record) {
      try {
        if (record.step() == 4) {
          Files.move(run, folder.resolve("gone"));
        } else if (record.step() == 12) {
          Files.move(folder.resolve("gone"), run);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public boolean onCheckpointFailure(Path where, IOException cause, boolean last) {
      assertThat(where).isEqualTo(run);
      assertThat(cause).hasMessageContaining("resume.safetensors");
      told.add(last ? "last" : "more");
      return false;
    }
  }

  @Test
  void aFolderThatIsGoneForAWhileEndsNothing() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    TrainResult whole =
        new Trainer(c.network, config()).fit(c.train, c.validation, TrainListener.NONE);
    Path run = Files.createDirectory(folder.resolve("run"));
    Vandal vandal = new Vandal(run);
    TrainResult result =
        new Trainer(c.network, config()).withResumeFolder(run).fit(c.train, c.validation, vandal);
    assertThat(reached(result)).isEqualTo(reached(whole));
    // After each of the steps 4 to 11, and after both epochs that ended among them.
    assertThat(vandal.told).hasSize(10).containsOnly("more");
    assertThat(Trainer.resume(run).isFinished()).isTrue();
  }

  @Test
  void aFolderThatIsGoneAtTheEndIsTriedAgainAsLongAsTheListenerSays() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    Path run = Files.createDirectory(folder.resolve("run"));
    List<Boolean> told = new ArrayList<>();
    new Trainer(c.network, config().withCheckpointSeconds(1e9))
        .withResumeFolder(run)
        .fit(
            c.train,
            c.validation,
            new TrainListener() {
              @Override
              public void onEpoch(EpochRecord record) {
                try {
                  if (record.epoch() == EPOCHS) {
                    Files.move(run, folder.resolve("gone"));
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }

              @Override
              public boolean onCheckpointFailure(Path where, IOException cause, boolean last) {
                told.add(last);
                try {
                  if (told.size() == 3) {
                    Files.move(folder.resolve("gone"), run);
                  }
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
                return true;
              }
            });
    assertThat(told).containsExactly(true, true, true);
    assertThat(Trainer.resume(run).isFinished()).isTrue();
  }

  @Test
  void aListenerThatSaysNothingOfAFailureEndsTheTraining() throws IOException {
    Case c = cases().findFirst().orElseThrow();
    Path run = Files.createDirectory(folder.resolve("run"));
    TrainListener removing =
        new TrainListener() {
          @Override
          public void onEpoch(EpochRecord record) {
            try {
              Files.move(run, folder.resolve("gone"));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    Trainer trainer =
        new Trainer(c.network, config().withCheckpointSeconds(1e9)).withResumeFolder(run);
    assertThatThrownBy(() -> trainer.fit(c.train, c.validation, removing))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("the state to resume from cannot be written to " + run);
  }
}
