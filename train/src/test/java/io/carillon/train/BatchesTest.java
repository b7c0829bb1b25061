package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.carillon.engine.KernelChoice;
import io.carillon.engine.Parallel;
import io.carillon.engine.Parameter;
import io.carillon.engine.Pass;
import io.carillon.engine.SeededRandom;
import io.carillon.engine.Workspace;
import io.carillon.nn.Batch;
import io.carillon.nn.Network;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {

  @Test
  void anEpochHasEverySequenceOnceInAnOrderOfItsOwn() {
    List<int[]> first = Batches.shuffled(10, 4, false, 3, 1);
    assertThat(first).extracting(batch -> batch.length).containsExactly(4, 4, 2);
    assertThat(first.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(Batches.shuffled(10, 4, false, 3, 1)).containsExactly(first.toArray(int[][]::new));
    assertThat(Batches.shuffled(10, 4, false, 3, 2).get(0)).isNotEqualTo(first.get(0));
    assertThat(Batches.shuffled(10, 4, false, 4, 1).get(0)).isNotEqualTo(first.get(0));
    assertThat(Batches.shuffled(10, 4, true, 3, 1)).hasSize(2);
  }

  @Test
  void orderedBatchesHoldTheBoundOrOneSequence() {
    Dataset data = lengths(3, 3, 9, 1, 1, 1, 4);
    assertThat(Batches.inOrder(data, 6))
        .containsExactly(new int[] {0, 1}, new int[] {2}, new int[] {3, 4, 5}, new int[] {6});
    assertThat(Batches.largest(data, 2).total()).isEqualTo(13);
  }

  private static Dataset lengths(int... lengths) {
    float[][] values = new float[lengths.length][];
    for (int i = 0; i < lengths.length; i++) {
      values[i] = new float[lengths[i]];
    }
    return Dataset.ofValues(1, values).labels(2, new int[lengths.length]).build();
  }

  @Test
  void classWeightsBalanceTheLabelsThatOccur() {
    int[][] labels = {{0, 0, Dataset.IGNORE}, {0, 2, 2}};
    float[][] masks = {null, {1, 1, 0}};
    Dataset data = Dataset.ofValues(1, new float[2][3]).stepLabels(4, labels).masks(masks).build();
    // Seen are three of class 0 and one of class 2.
    assertThat(ClassBalance.weights(ClassWeights.BALANCED, data, 0))
        .containsExactly(4.0 / 6, 0, 2, 0);
    assertThat(ClassBalance.weights(ClassWeights.NONE, data, 0)).isNull();
  }

  /**
   * The gradient of a batch of unequal sequences is the mean of the gradients of its sequences, up
   * to single-precision rounding of sums over some hundred terms.
   */
  @Test
  void aBatchIsTheMeanOfItsSequences() {
    Dataset data = Toys.periods(3, 20, 70, 6);
    Network network = new Network(Toys.network(data, Toys.S4D), new SeededRandom(3));
    List<float[]> whole = gradients(network, data, new int[] {0, 1, 2});
    List<List<float[]>> singles =
        List.of(
            gradients(network, data, new int[] {0}),
            gradients(network, data, new int[] {1}),
            gradients(network, data, new int[] {2}));
    for (int p = 0; p < whole.size(); p++) {
      double largest = 0;
      for (float x : whole.get(p)) {
        largest = Math.max(largest, Math.abs(x));
      }
      for (int i = 0; i < whole.get(p).length; i++) {
        int k = i;
        int q = p;
        double mean = singles.stream().mapToDouble(s -> s.get(q)[k]).average().orElseThrow();
        assertThat((double) whole.get(p)[i]).isCloseTo(mean, offset(2e-5 * largest + 1e-9));
      }
    }
  }

  private static List<float[]> gradients(Network network, Dataset data, int[] sequences) {
    Batch batch = Batches.gather(data, sequences);
    Targets targets = Targets.of(data, sequences, 0);
    Pass pass =
        Pass.training(batch.rows(), new Workspace(), Parallel.serial(), KernelChoice.select(), 0);
    network.clearGradients();
    float[] g = new float[targets.rows() * data.outputSize()];
    targets.loss(null, network.forward(pass, batch), data.outputSize(), null, g);
    network.backward(pass, batch, g);
    return network.parameters().stream()
        .filter(Parameter::trainable)
        .map(p -> p.gradient().clone())
        .toList();
  }
}
