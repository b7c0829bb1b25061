package io.carillon.cli.run;

import io.carillon.config.Pooling;
import io.carillon.data.InputSink;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.report.console.CommandFailure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers for sequences as they are read. Short ones are computed whole, several together, as they
 * would be if all were held; long ones piece by piece, as a stream.
 */
public final class StreamedPrediction implements InputSink {
  /** Rows that are computed together, and the longest sequence that is not streamed. */
  private static final int ROWS_AT_ONCE = 1 << 16;

  private final SequenceModel model;
  private final AnswerSink answers;
  private final boolean everyStep;
  private final int lastNumbers;
  private final String obstacle;
  private final List<String> names = new ArrayList<>();
  private final List<Sequence> waiting = new ArrayList<>();
  private int rows;
  private State state;
  private float[] answer;
  private long sequences;

  /** For a model, with a sink for its answers. */
  public StreamedPrediction(SequenceModel model, AnswerSink answers) {
    this.model = model;
    this.answers = answers;
    this.everyStep = model.config().pooling() == Pooling.EVERY;
    this.lastNumbers = model.config().lastSteps() * model.config().outputSize();
    this.obstacle = model.streamingObstacle().orElse(null);
  }

  @Override
  public void accept(String name, Sequence piece, boolean first, boolean last) {
    sequences += last ? 1 : 0;
    boolean whole = first && last;
    if (whole && (piece.length() <= ROWS_AT_ONCE || obstacle != null)) {
      if (rows + (long) piece.length() > ROWS_AT_ONCE) {
        flush();
      }
      names.add(name);
      waiting.add(piece);
      rows += piece.length();
      return;
    }
    flush();
    if (obstacle != null) {
      throw new CommandFailure(
          name
              + ": has more than "
              + piece.length()
              + " steps, which memory cannot hold at once, and this model cannot work them off piece"
              + " by piece: "
              + obstacle
              + ". Cut it into shorter sequences, or give more memory with CARILLON_OPTS=-Xmx…");
    }
    if (first) {
      state = model.newState();
      answer = new float[0];
    }
    stream(name, piece, first, last);
  }

  private void stream(String name, Sequence piece, boolean first, boolean last) {
    if (everyStep) {
      float[] outputs = model.forward(piece, state);
      if (lastNumbers == 0) {
        answers.add(name, outputs, first, last);
        return;
      }
      answer = tail(answer, outputs);
    } else if (piece.observedSteps() > 0) {
      answer = model.prefill(piece, state);
    } else {
      // Time passes; the answer stays that of the last step that was observed.
      model.forward(piece, state);
    }
    if (last) {
      answers.add(name, answer, true, true);
    }
  }

  /** The last numbers of two arrays, as many as the model answers with. */
  private float[] tail(float[] before, float[] more) {
    float[] both = Arrays.copyOf(before, before.length + more.length);
    System.arraycopy(more, 0, both, before.length, more.length);
    return Arrays.copyOfRange(both, Math.max(0, both.length - lastNumbers), both.length);
  }

  private void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    float[][] outputs = model.predict(1, waiting.toArray(Sequence[]::new));
    for (int i = 0; i < outputs.length; i++) {
      answers.add(names.get(i), outputs[i], true, true);
    }
    names.clear();
    waiting.clear();
    rows = 0;
  }

  /**
   * Answers for what is still waiting.
   *
   * @return number of all sequences
   */
  public long finish() {
    flush();
    return sequences;
  }
}
