package io.carillon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the memory behind handles promises, whoever asks for it and in whatever order. */
class BuffersTest {
  private final Buffers buffers = new Buffers(BuffersTest.class);

  private static Pass pass(int length) {
    return training(length, new Workspace());
  }

  private static Pass training(int length, Workspace workspace) {
    return Pass.training(
        Rows.uniform(1, length), workspace, Parallel.serial(), KernelChoice.select("scalar"), 0);
  }

  private static Pass inference(int length, Workspace workspace) {
    return Pass.inference(
        Rows.uniform(1, length), workspace, Parallel.serial(), KernelChoice.select("scalar"));
  }

  @Test
  void anArrayThatJavaCannotMakeIsRefused() {
    Buffer wide = buffers.scratch("wide", 16);
    assertThatThrownBy(() -> wide.of(pass(1 << 27)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("134217728 steps with 16 numbers")
        .hasMessageContaining("use fewer or shorter sequences");
    // 2^33, which is 0 in 32 bits.
    assertThatThrownBy(() -> wide.of(pass(1 << 29))).isInstanceOf(IllegalArgumentException.class);
    assertThat(wide.footprint(pass(1 << 29)).floats()).isEqualTo(1L << 33);
  }

  /** Rows of a few numbers have high tiles, but never more rows than there are. */
  @Test
  void tilesAreNoLargerThanTheBatch() {
    assertThat(buffers.tile("a", 4).of(pass(10)).of(0)).hasSize(40);
    assertThat(buffers.tile("b", 4).of(pass(100_000)).of(0)).hasSize(256 * 4);
  }

  @Test
  void handlesOfOneNameAreDifferentMemoryWhileBothLive() {
    Buffer a = buffers.scratch("same", 3);
    Buffer b = buffers.scratch("same", 3);
    Pass pass = pass(5);
    List<float[]> first = new ArrayList<>();
    pass.scoped(
        () -> {
          first.add(a.of(pass));
          pass.scoped(() -> first.add(b.of(pass)));
          assertThat(first.get(1)).isNotSameAs(first.get(0));
          assertThat(a.of(pass)).isSameAs(first.get(0));
        });
    pass.scoped(() -> assertThat(b.of(pass)).isIn(first));
  }

  @Test
  void scratchIsFreeAgainWhenTheScopeFails() {
    Workspace workspace = new Workspace();
    Pass pass = training(5, workspace);
    for (int i = 0; i < 3; i++) {
      Buffer scratch = buffers.scratch("same", 3);
      assertThatThrownBy(
              () ->
                  pass.scoped(
                      () -> {
                        scratch.of(pass);
                        throw new IllegalStateException();
                      }))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(workspace.bytes()).isEqualTo(4 * 15);
  }

  /** An evaluation between two steps of training finds room in what they keep. */
  @Test
  void whatTrainingKeepsServesPredictionToo() {
    Buffer kept = buffers.kept("kept", 3);
    Workspace workspace = new Workspace();
    float[] left = kept.of(training(5, workspace));
    assertThat(kept.of(inference(5, workspace))).isSameAs(left);
    assertThat(kept.of(inference(6, workspace))).isNotSameAs(left);
    assertThat(kept.of(training(5, workspace))).isSameAs(left);
  }

  @Test
  void withoutTrainingWhatIsKeptIsScratch() {
    Workspace workspace = new Workspace();
    Pass pass = inference(5, workspace);
    for (int layer = 0; layer < 10; layer++) {
      Buffer kept = buffers.kept("kept", 3);
      pass.scoped(() -> kept.of(pass));
    }
    assertThat(workspace.bytes()).isEqualTo(4 * 15);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatLivesTogetherIsNeverTheSameMemory(long seed) {
    SeededRandom random = new SeededRandom(seed);
    List<Buffer> handles = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      String name = "name" + random.nextInt(6);
      int width = 1 + random.nextInt(5);
      handles.add(
          switch (random.nextInt(4)) {
            case 0 -> buffers.own(name, width);
            case 1 -> buffers.kept(name, width);
            case 2 -> buffers.scratch(name, width);
            default -> buffers.scratch(name, p -> 1 + 80, (p, index) -> width);
          });
    }
    Workspace workspace = new Workspace();
    for (int step = 0; step < 20; step++) {
      int length = 1 + random.nextInt(40);
      Pass pass =
          random.nextInt(2) == 0 ? training(length, workspace) : inference(length, workspace);
      ask(pass, handles, random, 0, Collections.newSetFromMap(new IdentityHashMap<>()));
    }
  }

  /** Asks for some of the handles that are not in use, with nested scopes in between. */
  private static void ask(
      Pass pass, List<Buffer> handles, SeededRandom random, int depth, Set<float[]> live) {
    List<float[]> mine = new ArrayList<>();
    List<Buffer> others = new ArrayList<>(handles);
    for (int i = 0; i < 8 && !others.isEmpty(); i++) {
      for (float[] array : others.remove(random.nextInt(others.size())).all(pass)) {
        assertThat(live.add(array)).as("an array that nobody else has").isTrue();
        mine.add(array);
      }
      if (depth < 3 && random.nextInt(3) == 0) {
        pass.scoped(() -> ask(pass, List.copyOf(others), random, depth + 1, live));
      }
    }
    if (depth > 0) {
      mine.forEach(live::remove);
    }
  }
}
