package io.carillon.fuzz;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.io.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.model.KeptStream;
import io.carillon.model.LiveStream;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Damaged weights and states. */
class CoreFuzzTest {
  private static final Set<Class<? extends Exception>> FORMAT = Set.of(FormatException.class);
  private static final long MIB = 1 << 20;

  private static Path folder;
  private static SequenceModel model;
  private static byte[] weights;
  private static byte[] state;
  private static byte[] live;

  @BeforeContainer
  static void makeFiles() throws IOException {
    folder = Files.createTempDirectory("carillon-fuzz");
    model =
        Inside.model(
            new Network(
                NetworkConfig.sequence(2, 3)
                    .withWidth(4)
                    .withDepth(1)
                    .withSsm(S4dConfig.DEFAULT.withStateSize(4)),
                new SeededRandom(1)),
            Map.of("names", List.of("a", "b"), "scale", 1.5));
    model.save(folder);
    weights = Files.readAllBytes(folder.resolve("weights.safetensors"));
    State stream = model.newState();
    model.step(new float[] {1, 2}, stream);
    state = stream.toBytes();
    LiveStream events = Predictor.of(model).open();
    events.at(3).step(new double[] {1, 2}, new float[3]);
    live = events.toBytes();
  }

  @AfterContainer
  static void removeFiles() throws IOException {
    Fuzzed.summary();
    Files.deleteIfExists(folder.resolve("weights.safetensors"));
    Files.deleteIfExists(folder.resolve("config.json"));
    Files.deleteIfExists(folder.resolve("damaged"));
    Files.delete(folder);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    return Mutation.several();
  }

  @Property(seed = "2", shrinking = ShrinkingMode.BOUNDED)
  void safetensors(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Path file = folder.resolve("damaged");
    Fuzzed.check(
        "safetensors",
        weights,
        mutations,
        32 * MIB,
        FORMAT,
        bytes -> {
          Files.write(file, bytes);
          SafeTensors.read(file);
        });
  }

  @Property(seed = "4", shrinking = ShrinkingMode.BOUNDED)
  void stateBytes(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Fuzzed.check("state", state, mutations, MIB, FORMAT, model::stateFromBytes);
  }

  @Property(seed = "5", shrinking = ShrinkingMode.BOUNDED)
  void streamBytes(@ForAll("mutations") List<Mutation> mutations) throws Exception {
    Fuzzed.check(
        "stream",
        live,
        mutations,
        MIB,
        FORMAT,
        bytes -> KeptStream.of(bytes).live(Predictor.of(model)));
  }
}
