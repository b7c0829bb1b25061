package io.carillon.cli;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.Numbers;
import io.carillon.model.Classification;
import io.carillon.model.LiveStream;
import io.carillon.model.LoadCheck;
import io.carillon.model.Meaning.Missing;
import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import io.carillon.model.forecast.Forecast;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
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
          + " token (its name or id). The answer is the class and its probability, or the values (each"
          + " followed by its quantiles and the ends of its interval, if there are), with tabs in"
          + " between. An empty line ends the sequence and starts a new one; it is answered by"
          + " an empty line.",
      "A wrong line (not a number, NaN, too few numbers) ends the stream with exit code 1, because the"
          + " answers after it would be those of another sequence; see --keep-going.",
      "With --gaps or --time steps have lengths of their own. A missing value (?, NaN, NA) leaves the"
          + " step out when the model was trained with missing=mask, and is answered by '?'; with"
          + " missing=fill the value before is repeated."
    })
final class StreamCommand extends ConsoleCommand {
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

  private Predictor predictor;
  private LiveStream stream;

  @Override
  public Integer call() throws IOException {
    if (gaps && times) {
      throw new UsageException("--gaps and --time are two ways to say the same; give one of them");
    }
    SequenceModel model = modelArgument.load(console, LoadCheck.NOT_BROKEN);
    predictor = Predictor.of(raw ? model.withMeaning(model.meaning().unscaled()) : model);
    stream = predictor.open();
    int code = ExitCode.OK;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8))) {
      long number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        String answer;
        try {
          answer = answer(line.trim());
        } catch (IllegalArgumentException | ArithmeticException e) {
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
      stream = predictor.open();
      return "";
    }
    String[] cells = (gaps || times) ? line.split("[,;\\s]+", 2) : new String[] {"", line};
    if (cells.length < 2) {
      throw new IllegalArgumentException("has one entry; a time and the numbers of a step are due");
    }
    if (gaps) {
      stream.after(number(cells[0], "gap"));
    } else if (times) {
      stream.at(time(cells[0]));
    }
    return predictor.meaning().inputSize() == 0 ? token(cells[1]) : numbers(cells[1]);
  }

  private static double time(String cell) {
    try {
      return EventTimes.parse(cell, "time");
    } catch (DataException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private String token(String text) {
    return predictor.meaning().isClass() ? text(stream.classify(text)) : text(stream.predict(text));
  }

  private String numbers(String line) {
    String[] cells = line.split("[,;\\s]+");
    int size = predictor.meaning().inputSize();
    if (cells.length != size) {
      throw new IllegalArgumentException(
          "has " + cells.length + " numbers; the model takes " + size + " per step");
    }
    boolean mayMiss = predictor.meaning().missing() != Missing.ERROR;
    double[] event = new double[size];
    for (int i = 0; i < size; i++) {
      event[i] =
          mayMiss && Numbers.isMissing(cells[i])
              ? Double.NaN
              : number(cells[i], "number " + (i + 1));
    }
    if (predictor.meaning().hasSpread()) {
      return stream.forecast(event).map(StreamCommand::text).orElse("?");
    }
    return (predictor.meaning().isClass()
            ? stream.classify(event).map(StreamCommand::text)
            : stream.predict(event).map(StreamCommand::text))
        .orElse("?");
  }

  private static String text(Classification answer) {
    return answer.name() + "\t" + (float) answer.probability();
  }

  /** Of every value itself, its quantiles, and the ends of its interval. */
  private static String text(Forecast forecast) {
    StringJoiner answer = new StringJoiner("\t");
    for (int ahead = 1; ahead <= forecast.horizon(); ahead++) {
      for (int i = 0; i < forecast.names().size(); i++) {
        forecast.numbers(ahead, i).values().forEach(x -> answer.add(Float.toString(x)));
      }
    }
    return answer.toString();
  }

  private static String text(float[] values) {
    StringJoiner answer = new StringJoiner("\t");
    for (float value : values) {
      answer.add(Float.toString(value));
    }
    return answer.toString();
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
