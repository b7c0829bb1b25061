package io.carillon.cli;

import io.carillon.cli.run.Answers;
import io.carillon.cli.run.ModelInfo;
import io.carillon.cli.run.Models;
import io.carillon.data.Preprocessing;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.StringJoiner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
          + " answers after it would be those of another sequence; see --keep-going."
    })
final class StreamCommand extends ConsoleCommand {
  @Parameters(index = "0", paramLabel = "MODEL", description = "Folder of a model or run.")
  private Path folder;

  @Option(
      names = "--raw",
      description = "Numbers as the network has them: inputs unscaled, all raw outputs.")
  private boolean raw;

  @Option(
      names = "--keep-going",
      description = "Answer a wrong line by '?', leave it out, and go on.")
  private boolean keepGoing;

  private SequenceModel model;
  private Preprocessing preprocessing;
  private Answers answers;
  private State state;

  @Override
  public Integer call() throws IOException {
    model = Models.load(folder);
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
      return "";
    }
    float[] outputs =
        model.config().vocabulary() > 0
            ? model.stepToken(token(line), state)
            : model.step(numbers(line), state);
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

  private float[] numbers(String line) {
    String[] cells = line.split("[,;\\s]+");
    int size = model.config().inputSize();
    if (cells.length != size) {
      throw new IllegalArgumentException(
          "has " + cells.length + " numbers; the model takes " + size + " per step");
    }
    float[] step = new float[size];
    for (int i = 0; i < size; i++) {
      try {
        step[i] = Float.parseFloat(cells[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + cells[i] + "' is no number", e);
      }
      if (!Float.isFinite(step[i])) {
        throw new IllegalArgumentException(
            "number " + (i + 1) + " is " + cells[i] + "; only finite numbers can be taken");
      }
    }
    return raw ? step : preprocessing.scaleInput(step);
  }
}
