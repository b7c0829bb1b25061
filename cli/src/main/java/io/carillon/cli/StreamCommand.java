package io.carillon.cli;

import io.carillon.data.DataException;
import io.carillon.data.Preprocessing;
import io.carillon.model.LoadCheck;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.Answers;
import io.carillon.report.folder.ModelInfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers step by step on standard input. */
@Command(
    name = "stream",
    sortOptions = false,
    description = {
      "One step per line of standard input, one answer per line, memory kept in between.",
      "A line holds the numbers of a step in their own unit, separated by commas or blanks, or one"
          + " token (its name or id). The answer is the class and its probability, or the values, with"
          + " tabs in between. An empty line ends the sequence and starts a new one; it is answered by"
          + " an empty line.",
      "A wrong line (not a number, NaN, too few numbers) ends the stream with exit code 1, because the"
          + " answers after it would be those of another sequence; see --keep-going.",
      "With --gaps or --time steps have lengths of their own. A missing value (?, NaN, NA) leaves the"
          + " step out when the model was trained with missing=mask, and is answered by '?'."
    })
final class StreamCommand extends ConsoleCommand {
  private static final Set<String> MISSING = Set.of("?", "NaN", "nan", "NAN", "NA", "N/A", "null");

  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = "--raw",
      description = "Numbers as the network has them: inputs unscaled, all raw outputs.")
  private boolean raw;

  @Option(
      names = "--keep-going",
      description = "Answer a wrong line by '?', leave it out, and go on.")
  private boolean keepGoing;

  @Option(
      names = "--gaps",
      description =
          "The first number of a line is the time since the line before, in ordinary steps; that of"
              + " the first line of a sequence says how long its input has been held.")
  private boolean gaps;

  @Option(
      names = "--time",
      description =
          "The first number of a line is its time, in the unit of the training's column of times.")
  private boolean times;

  private SequenceModel model;
  private double lastTime = Double.NaN;
  private Preprocessing preprocessing;
  private Answers answers;
  private State state;

  @Override
  public Integer call() throws IOException {
    if (gaps && times) {
      throw new UsageException("--gaps and --time are two ways to say the same; give one of them");
    }
    model = modelArgument.load(console, LoadCheck.NOT_BROKEN);
    preprocessing = ModelInfo.preprocessing(model);
    answers = new Answers(preprocessing);
    state = model.newState();
    int code = ExitCode.OK;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String answer;
        try {
          answer = answer(line.trim());
        } catch (IllegalArgumentException e) {
          code = ExitCode.FAILED;
          if (!keepGoing) {
            throw new CommandFailure("line " + number + ": " + e.getMessage(), e);
          }
          console.err().println("error: line " + number + ": " + e.getMessage());
          answer = "?";
        }
        console.out().println(answer);
        if (console.out().checkError()) {
          break;
        }
      }
    }
    return code;
  }

  private String answer(String line) {
    if (line.isEmpty()) {
      state = model.newState();
      lastTime = Double.NaN;
      return "";
    }
    String[] cells = (gaps || times) ? line.split("[,;\\s]+", 2) : new String[] {"", line};
    if (cells.length < 2) {
      throw new IllegalArgumentException("has one entry; a time and the numbers of a step are due");
    }
    double time = gaps ? number(cells[0], "gap") : times ? time(cells[0]) : Double.NaN;
    double gap = gap(time);
    float[] outputs = step(cells[1], gap);
    lastTime = time;
    return outputs == null ? "?" : text(outputs);
  }

  private static double time(String cell) {
    try {
      return Preprocessing.time(cell);
    } catch (DataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** In ordinary steps. */
  private double gap(double time) {
    if (gaps) {
      return time;
    }
    if (!times || Double.isNaN(lastTime)) {
      return 1;
    }
    if (time <= lastTime) {
      throw new IllegalArgumentException(
          "its time " + time + " is not after that of the step before, " + lastTime);
    }
    return (time - lastTime) / preprocessing.timeUnit();
  }

  /** The answer, or null for a step that is left out. */
  private float[] step(String cells, double gap) {
    float[] outputs = new float[model.config().outputSize()];
    if (model.config().vocabulary() > 0) {
      model.stepToken(token(cells), gap, state, outputs);
      return outputs;
    }
    float[] values = numbers(cells);
    if (values == null) {
      model.skipTime(gap, state);
      return null;
    }
    model.step(values, gap, state, outputs);
    return outputs;
  }

  private String text(float[] outputs) {
    StringJoiner answer = new StringJoiner("\t");
    if (raw || !answers.isClass()) {
      for (float value : raw ? outputs : answers.values(outputs)) {
        answer.add(Float.toString(value));
      }
    } else {
      double[] probabilities = answers.probabilities(outputs, 0);
      int best = Answers.likeliest(probabilities);
      answer.add(answers.className(best)).add(Float.toString((float) probabilities[best]));
    }
    return answer.toString();
  }

  private int token(String line) {
    int id = preprocessing.vocabulary().indexOf(line);
    if (id >= 0) {
      return id;
    }
    try {
      id = Integer.parseInt(line);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + line + "' is no token of this model", e);
    }
    if (id < 0 || id >= model.config().vocabulary()) {
      throw new IllegalArgumentException(
          "token " + id + " is outside 0 .. " + (model.config().vocabulary() - 1));
    }
    return id;
  }

  /** The numbers of a step; null when one is missing and the model leaves such steps out. */
  private float[] numbers(String line) {
    String[] cells = line.split("[,;\\s]+");
    int size = model.config().inputSize();
    if (cells.length != size) {
      throw new IllegalArgumentException(
          "has " + cells.length + " numbers; the model takes " + size + " per step");
    }
    float[] step = new float[size];
    for (int i = 0; i < size; i++) {
      if (MISSING.contains(cells[i]) && preprocessing.masksMissing()) {
        return null;
      }
      step[i] = (float) number(cells[i], "number " + (i + 1));
      if (!Float.isFinite(step[i])) {
        throw new IllegalArgumentException(
            "number " + (i + 1) + " is " + cells[i] + "; only finite numbers can be taken");
      }
    }
    return raw ? step : preprocessing.scaleInput(step);
  }

  private static double number(String cell, String what) {
    try {
      double value = Double.parseDouble(cell);
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + cell + "' is no number", e);
    }
    throw new IllegalArgumentException(what + " is " + cell + "; only finite numbers can be taken");
  }
}
