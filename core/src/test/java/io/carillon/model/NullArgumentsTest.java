package io.carillon.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.engine.Parallel;
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
    assertNamed("parallel", () -> model.step(null, x, null, states, y));
    assertNamed("state", () -> model.skip(1, null));
    assertNamed("state", () -> model.skipTime(1.5, null));
    assertThat(state.steps()).isZero();
    model.step(x, states, y);
  }

  @Test
  void ofHistories() {
    assertNamed("values", () -> model.forward((float[]) null, state));
    assertNamed("state", () -> model.forward(x, null));
    assertNamed("values", () -> model.prefill(Parallel.serial(), (float[]) null, state));
    assertNamed("state", () -> model.prefill(Parallel.serial(), x, null));
    assertNamed("bytes", () -> model.stateFromBytes(null));
    assertNamed("values", () -> Sequence.ofValues(null, 1));
    assertNamed("tokens", () -> Sequence.ofTokens((int[]) null));
  }

  @Test
  void ofModels() {
    assertNamed("network", () -> SequenceModel.of(null, Map.of()));
    assertNamed("info", () -> SequenceModel.of(model.toNetwork(), null));
    assertNamed("folder", () -> SequenceModel.load(null));
    assertNamed("check", () -> SequenceModel.load(Path.of("x"), null));
    assertNamed("folder", () -> model.save(null));
    assertNamed("value", () -> model.withInfo(null));
    assertNamed("sequences", () -> model.predict((float[][]) null));
    assertNamed("sequences[0]", () -> model.predict((float[]) null));
    assertNamed("sequences[1]", () -> model.predict(x, null));
    assertNamed("sequences[1]", () -> model.predictTokens(new int[1], null));
    Sequence one = Sequence.ofValues(x, 2);
    assertNamed("sequences[1]", () -> model.predict(Parallel.serial(), 1, one, null));
    assertNamed("parallel", () -> model.predict(null, 1, new float[][] {x}, null));
  }
}
