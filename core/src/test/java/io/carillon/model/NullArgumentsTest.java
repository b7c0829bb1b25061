package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.Computing;
import io.carillon.model.inside.Inside;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** A null is refused with the name of the argument, and nothing has happened. */
class NullArgumentsTest {
  private final SequenceModel model = Models.plain();
  private final State state = model.newState();
  private final State[] states = {state};
  private final float[] x = new float[2];
  private final float[] y = new float[3];

  private static void assertNamed(String name, ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NullPointerException.class).hasMessage(name);
  }

  @Test
  void ofSteps() {
    assertNamed("x", () -> model.step(null, state));
    assertNamed("state", () -> model.step(x, (State) null));
    assertNamed("state", () -> model.step(x, (State) null, y));
    assertNamed("y", () -> model.step(x, state, null));
    assertNamed("x", () -> model.step(null, states, y));
    assertNamed("states", () -> model.step(x, (State[]) null, y));
    assertNamed("states[0]", () -> model.step(x, new State[1], y));
    State[] second = {state, null};
    assertNamed("states[1]", () -> model.step(new float[4], second, new float[6]));
    assertNamed("y", () -> model.step(x, states, null));
    assertNamed("state", () -> model.skip(1, null));
    assertNamed("state", () -> model.skipTime(1.5, null));
    assertThat(state.steps()).isZero();
    model.step(x, states, y);
  }

  @Test
  void ofHistories() {
    assertNamed("values", () -> model.forward((float[]) null, state));
    assertNamed("state", () -> model.forward(x, null));
    assertNamed("values", () -> model.prefill((float[]) null, state));
    assertNamed("state", () -> model.prefill(x, null));
    assertNamed("bytes", () -> model.stateFromBytes(null));
    assertNamed("values", () -> Sequence.ofValues(null, 1));
    assertNamed("tokens", () -> Sequence.ofTokens((int[]) null));
  }

  @Test
  void ofModels() {
    assertNamed("network", () -> Inside.model(null, Map.of()));
    assertNamed("info", () -> Inside.model(model.network().copy(), null));
    assertNamed("folder", () -> SequenceModel.load(null));
    assertNamed("check", () -> SequenceModel.load(Path.of("x"), (LoadCheck) null));
    assertNamed("folder", () -> model.save(null));
    assertNamed("value", () -> model.withInfo(null));
    assertNamed("sequences", () -> model.predict((float[][]) null));
    assertNamed("computing", () -> SequenceModel.load(Path.of("x"), (Computing) null));
    assertNamed("value", () -> model.withComputing(null));
    assertNamed("sequences[0]", () -> model.predict((float[]) null));
    assertNamed("sequences[1]", () -> model.predict(x, null));
    assertNamed("sequences[1]", () -> model.predictTokens(new int[1], null));
    Sequence one = Sequence.ofValues(x, 2);
    assertNamed("sequences[1]", () -> model.predict(1, one, null));
    assertNamed("value", () -> model.withMeaning(null));
    assertNamed("sequences", () -> model.predict(1, (Sequence[]) null));
    assertNamed("sequences", () -> model.predictTokens((int[][]) null));
  }

  @Test
  void ofPredictors() {
    Predictor predictor = Predictor.of(model);
    RawSequence raw = RawSequence.ofValues(0, 0);
    assertNamed("model", () -> Predictor.of(null));
    assertNamed("values", () -> predictor.predict((double[]) null));
    assertNamed("raw[0]", () -> predictor.predict((RawSequence) null));
    assertNamed("raw[1]", () -> predictor.predictAll(raw, null));
    assertNamed("raw", () -> predictor.predictAll((RawSequence[]) null));
    assertNamed("raw[0]", () -> predictor.embed(null));
    assertNamed("state", () -> predictor.open(null));
    assertNamed("texts[1]", () -> RawSequence.ofTexts("0", null));
    assertNamed("event", () -> predictor.open().step((double[]) null, y));
    assertNamed("answer", () -> predictor.open().step(new double[2], null));
  }
}
