package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.carillon.config.Computing;
import io.carillon.config.DlrConfig;
import io.carillon.config.KernelKind;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.config.SsmAlgorithm;
import io.carillon.config.kernel.KernelCast;
import io.carillon.engine.KernelChoice;
import io.carillon.engine.Pass;
import io.carillon.engine.Rows;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.error.ImpossibleAlgorithmException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every model computes as it was told, beside others that were told otherwise. */
class ComputingOfModelsTest {
  private static final Computing SLOW =
      new Computing(KernelKind.SCALAR, SsmAlgorithm.RECURRENCE, 1);
  private static final Computing FAST =
      new Computing(KernelKind.VECTOR, SsmAlgorithm.CONVOLUTION, 2);
  private static final int LENGTH = 700;

  @TempDir private Path folder;

  private static NetworkConfig config(LayerConfig layer) {
    return NetworkConfig.sequence(2, 3).withWidth(8).withDepth(2).withSsm(layer);
  }

  private static float[] inputs() {
    SeededRandom random = new SeededRandom(3);
    float[] x = new float[2 * LENGTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.normal();
    }
    return x;
  }

  /** What runs, not what was asked for. */
  private static List<String> methods(SequenceModel model) {
    Pass pass = Pass.inference(Rows.of(LENGTH), new Workspace(), model.engine());
    return model.network().layers().stream().map(layer -> layer.method(pass)).toList();
  }

  @Test
  void twoModelsOfOneFolderInTwoThreadsComputeAsTheyWereTold() throws Exception {
    Assumptions.assumeTrue(KernelChoice.vectorAvailable(), "the vector module is not there");
    SequenceModel.fresh(config(S4dConfig.DEFAULT), 1, Map.of(), SLOW).save(folder);
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService executor = Executors.newFixedThreadPool(2);
    float[] x = inputs();
    List<SequenceModel> models = new ArrayList<>();
    List<List<float[]>> answers = new ArrayList<>();
    try {
      List<Future<List<float[]>>> calls = new ArrayList<>();
      for (Computing computing : List.of(SLOW, FAST)) {
        SequenceModel model = SequenceModel.load(folder, computing);
        models.add(model);
        calls.add(
            executor.submit(
                () -> {
                  List<float[]> all = new ArrayList<>();
                  for (int round = 0; round < 20; round++) {
                    together.await();
                    all.add(model.predict(x)[0]);
                    all.add(model.prefill(x, model.newState()));
                  }
                  return all;
                }));
      }
      for (Future<List<float[]>> call : calls) {
        answers.add(call.get());
      }
    } finally {
      executor.shutdownNow();
    }
    assertThat(models.get(0).computing()).isEqualTo(SLOW);
    assertThat(models.get(1).computing()).isEqualTo(FAST);
    assertThat(models.get(0).kernels()).startsWith("scalar");
    assertThat(models.get(1).kernels()).startsWith("vector");
    assertThat(methods(models.get(0))).allMatch(method -> method.startsWith("recurrence"));
    assertThat(methods(models.get(1))).allMatch(method -> method.startsWith("convolution"));
    for (int i = 0; i < answers.get(0).size(); i++) {
      float[] slow = answers.get(0).get(i);
      float[] fast = answers.get(1).get(i);
      // The same bits as before, whatever the neighbour does; the neighbour's up to rounding.
      assertThat(slow).containsExactly(answers.get(0).get(i % 2));
      assertThat(fast).containsExactly(answers.get(1).get(i % 2));
      for (int k = 0; k < slow.length; k++) {
        assertThat((double) fast[k]).isCloseTo(slow[k], within(1e-4));
      }
    }
    assertThat(answers.get(0).get(0))
        .as("other ways round otherwise")
        .isNotEqualTo(answers.get(1).get(0));
  }

  @Test
  void aStateOfOneGoesOnInTheOther() {
    SequenceModel model = SequenceModel.fresh(config(S4dConfig.DEFAULT), 1, Map.of(), SLOW);
    SequenceModel other = model.withComputing(SLOW.withThreads(2));
    float[] x = inputs();
    State state = model.newState();
    model.forward(x, state);
    State copy = other.stateFromBytes(state.toBytes());
    assertThat(other.forward(x, state)).containsExactly(model.forward(x, copy));
  }

  @Test
  void theChoiceIsKeptWithOtherInfo() {
    SequenceModel model =
        SequenceModel.fresh(config(S4dConfig.DEFAULT), 1, Map.of(), SLOW).withInfo(Map.of("a", 1));
    assertThat(model.computing()).isEqualTo(SLOW);
    assertThat(model.kernels()).startsWith("scalar");
  }

  @Test
  void whatALayerCannotDoIsRefusedAndNamed() {
    LayerConfig product = DlrConfig.DEFAULT.withStateSize(8).withCast(KernelCast.PROD);
    SequenceModel model = SequenceModel.fresh(config(product), 1, Map.of(), SLOW);
    assertThatThrownBy(() -> model.predict(inputs()))
        .isInstanceOf(ImpossibleAlgorithmException.class);
  }

  @Test
  void vectorsWithoutTheirModuleAreRefusedWhenTheModelIsMade() {
    Assumptions.assumeFalse(KernelChoice.vectorAvailable(), "the vector module is resolved");
    assertThatThrownBy(() -> SequenceModel.fresh(config(S4dConfig.DEFAULT), 1, Map.of(), FAST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--add-modules jdk.incubator.vector");
  }
}
