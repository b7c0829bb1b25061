package io.carillon.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.model.Meaning;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways into training, up to a saved model that predicts and streams. */
class TrainerApiTest {
  private static final Dataset DATA = Toys.periods(60, 30, 40, 1);

  @TempDir Path folder;

  @Test
  void fitSaveLoadPredictStep() throws IOException {
    NetworkConfig network = Toys.network(DATA, Toys.S4D);
    TrainResult result = Trainer.fit(network, DATA, Toys.training(2));
    result.model().save(folder);
    SequenceModel model = SequenceModel.load(folder);
    float[] x = DATA.values(0);
    float[] whole = model.predict(x)[0];
    assertThat(whole).containsExactly(result.model().predict(x)[0]);
    State state = model.newState();
    float[] stepped = null;
    for (float value : x) {
      stepped = model.step(new float[] {value}, state);
    }
    // Mean pooling: the answer after the last step is that for the whole sequence, up to rounding.
    for (int k = 0; k < whole.length; k++) {
      assertThat(stepped[k]).isCloseTo(whole[k], org.assertj.core.api.Assertions.offset(1e-4f));
    }
  }

  @Test
  void theConvenientFitHoldsOutAFifthOfEveryClass() {
    Dataset small = Toys.periods(20, 30, 30, 3);
    TrainResult result =
        Trainer.fit(Toys.network(small, Toys.S4D), small, Toys.training(1).withBatchSize(1));
    assertThat(result.steps()).isEqualTo(16);
    assertThat(result.best().validated()).isTrue();
    Dataset tiny = Toys.periods(6, 30, 30, 3);
    TrainResult unsplit =
        Trainer.fit(Toys.network(tiny, Toys.S4D), tiny, Toys.training(1).withBatchSize(1));
    assertThat(unsplit.steps()).isEqualTo(6);
    assertThat(unsplit.best().validated()).isFalse();
  }

  @Test
  void infoTravelsWithTheModel() {
    Map<String, Object> info = Map.of("classes", List.of("fast", "slow"));
    TrainResult result =
        new Trainer(Toys.network(DATA, Toys.S4D), Toys.training(1))
            .withInfo(info)
            .fit(DATA, null, TrainListener.NONE);
    assertThat(result.model().info()).containsAllEntriesOf(info).hasSize(2);
    TrainResult more =
        new Trainer(result.model(), Toys.training(1)).fit(DATA, null, TrainListener.NONE);
    assertThat(more.model().info()).containsAllEntriesOf(info).hasSize(2);
  }

  @Test
  void namesOfClassesTravelWithTheModelAndIdsWhereThereAreNone() throws IOException {
    float[][] values = {{1, 2, 3}, {3, 2, 1}, {1, 3, 5}, {5, 3, 1}};
    int[] labels = {0, 1, 0, 1};
    Dataset bare = Dataset.ofValues(1, values).labels(2, labels).build();
    Dataset named =
        Dataset.ofValues(1, values).labels(2, labels).classNames(List.of("up", "down")).build();
    NetworkConfig network = Toys.network(bare, Toys.S4D);
    SequenceModel without = Trainer.fit(network, bare, Toys.training(1)).model();
    assertThat(without.meaning().classNames()).containsExactly("0", "1");
    new Trainer(without, Toys.training(1)).fit(named, null, TrainListener.NONE);
    SequenceModel model = Trainer.fit(network, named, Toys.training(1)).model();
    model.save(folder);
    Predictor predictor = Predictor.load(folder);
    assertThat(predictor.meaning().classNames()).containsExactly("up", "down");
    assertThat(predictor.classify(values[0]).name()).isIn("up", "down");
    // A meaning that was given is not replaced.
    Meaning own = Meaning.plain(network).withClasses(List.of("a", "b"));
    TrainResult given =
        new Trainer(network, Toys.training(1))
            .withMeaning(own)
            .fit(named, null, TrainListener.NONE);
    assertThat(given.model().meaning()).isEqualTo(own);
    TrainResult more =
        new Trainer(given.model(), Toys.training(1)).fit(named, null, TrainListener.NONE);
    assertThat(more.model().meaning()).isEqualTo(own);
  }

  @Test
  void namesOfClassesAreOneForEach() {
    DatasetBuilder two = Dataset.ofValues(1, new float[][] {{1}, {2}}).labels(2, new int[] {0, 1});
    assertThatThrownBy(() -> two.classNames(List.of("a")).build())
        .hasMessage(
            "data: there are 1 class names for 2 classes; give one for each class, or none");
    assertThatThrownBy(() -> two.classNames(List.of("a", "a")).build())
        .hasMessageContaining("a class name is there twice: [a, a]");
    assertThatThrownBy(
            () ->
                Dataset.ofValues(1, new float[1][1])
                    .targets(1, new float[1][1])
                    .classNames(List.of("a"))
                    .build())
        .hasMessageContaining("1 class names for targets without classes");
  }

  @Test
  void trainingGoesOnFromAModelAndLeavesItAlone() {
    TrainConfig frozen = Toys.training(1).withLearningRate(0).withSsmLearningRate(0);
    SequenceModel start = Trainer.fit(Toys.network(DATA, Toys.S4D), DATA, Toys.training(1)).model();
    TrainResult same = new Trainer(start, frozen).fit(DATA, null, TrainListener.NONE);
    assertThat(same.model().predict(DATA.values(0))[0])
        .containsExactly(start.predict(DATA.values(0))[0]);
    float[] before = start.predict(DATA.values(0))[0];
    new Trainer(start, Toys.training(1)).fit(DATA, null, TrainListener.NONE);
    assertThat(start.predict(DATA.values(0))[0]).containsExactly(before);
  }

  @Test
  void masksAndLastStepsTrain() {
    Dataset delay = Toys.delay(20, 15, 1);
    float[][] values = new float[20][];
    float[][] targets = new float[20][];
    float[][] masks = new float[20][15];
    for (int i = 0; i < 20; i++) {
      values[i] = delay.values(i);
      targets[i] = delay.targetValues(i).clone();
      for (int t = 0; t < 15; t++) {
        masks[i][t] = t % 7 == 3 ? 0 : 1;
        // A target that would ruin the loss if it were seen.
        targets[i][t] = masks[i][t] == 0 ? 1e6f : targets[i][t];
      }
    }
    Dataset data = Dataset.ofValues(2, values).stepTargets(1, targets).masks(masks).build();
    NetworkConfig network =
        Toys.network(data, Toys.S4D).withPooling(Pooling.EVERY).withLastSteps(6);
    TrainResult result = new Trainer(network, Toys.training(2)).fit(data, null, TrainListener.NONE);
    assertThat(result.best().trainLoss()).isLessThan(100);
  }
}
