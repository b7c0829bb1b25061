package io.carillon.cli;

import io.carillon.cli.run.AnswerFile;
import io.carillon.cli.run.InputReader;
import io.carillon.cli.run.LayerMethods;
import io.carillon.cli.run.OutputFile;
import io.carillon.cli.run.StreamedPrediction;
import io.carillon.config.Computing;
import io.carillon.config.NetworkConfig;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.engine.Heap;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Text;
import io.carillon.report.settings.Change;
import io.carillon.train.MemoryEstimate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers for whole sequences in files. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Answer for whole sequences.",
      "Inputs: a file or folder of a kind that 'carillon tasks' lists, or .safetensors"
          + " with x: numbers [B][L][d] or I64 tokens [B][L] (and lengths [B]; mask, gaps or times"
          + " [B][L]). Numbers are in their own unit and scaled as in the training.",
      "Outputs: .csv or .json with classes and probabilities, or values in their own unit; or"
          + " .safetensors with y: the raw outputs of the network (scores before softmax)."
    })
final class PredictCommand extends ConsoleCommand {
  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = {"-i", "--input"},
      required = true,
      paramLabel = "FILE",
      description = "What to answer for.")
  private Path input;

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "Where the answers go.")
  private Path output;

  @Option(names = "--raw", description = "x of the .safetensors input is already scaled.")
  private boolean raw;

  @Mixin private SettingsOptions settings = new SettingsOptions();

  @Mixin private ThreadsOption threadsOption = new ThreadsOption();

  @Mixin private ComputingOptions computingOptions = new ComputingOptions();

  @Override
  public Integer call() throws Exception {
    return ComputingOptions.possible(this::answer);
  }

  private int answer() throws IOException {
    Computing computing = computingOptions.computing(threadsOption.count());
    SequenceModel model = modelArgument.load(console, computing);
    AnswerFile file = new AnswerFile(output, model.meaning());
    OutputFile.check(output);
    Map<String, String> options = new LinkedHashMap<>();
    for (Change change : settings.changes()) {
      options.put(change.key(), change.value());
    }
    InputReader reader = new InputReader(model, raw);
    try {
      Optional<InputSize> size = reader.size(input, options);
      long count =
          size.isEmpty() || fits(model, size.get())
              ? whole(model, reader.read(input, options), file)
              : streamed(model, reader, options, size.get(), file);
      console.say("%s answered in %s", Text.count(count, "sequence", "sequences"), output);
    } catch (OutOfMemoryError e) {
      String why = model.streamingObstacle().map(reason -> " (" + reason + ")").orElse("");
      throw MemoryAdvice.tooMuchInput(input, why, e);
    } catch (ArithmeticException e) {
      throw new CommandFailure(input + ": " + e.getMessage(), e);
    }
    return ExitCode.OK;
  }

  /** Whether everything can be read first and then computed, a sequence at a time. */
  private static boolean fits(SequenceModel model, InputSize size) {
    NetworkConfig config = model.config();
    double largestArray = (double) size.steps() * Math.max(config.width(), config.outputSize());
    double needed =
        size.bytes()
            + 2.0 * MemoryEstimate.inference(config, size.steps())
            + (double) Float.BYTES * size.steps() * config.outputSize();
    return largestArray < Integer.MAX_VALUE && Heap.hasRoom((long) needed);
  }

  private long whole(SequenceModel model, Inputs inputs, AnswerFile file) throws IOException {
    inputs.notes().forEach(note -> console.say("note: %s", note));
    Sequence[] sequences = inputs.sequences();
    int longest = Arrays.stream(sequences).mapToInt(Sequence::length).max().orElse(1);
    console.say("%s", LayerMethods.line(model, longest));
    float[][] outputs = model.predict(1, sequences);
    file.write(
        sink -> {
          for (int i = 0; i < outputs.length; i++) {
            if (inputs.ends() != null) {
              sink.endsAt(inputs.ends().get(i));
            }
            sink.add(inputs.names().get(i), outputs[i], true, true);
          }
        });
    return inputs.size();
  }

  private long streamed(
      SequenceModel model,
      InputReader reader,
      Map<String, String> options,
      InputSize size,
      AnswerFile file)
      throws IOException {
    requireRoomForAnswers(model, size, file);
    console.say(
        "note: %s does not fit into memory as a whole and is worked off as it is read", input);
    long[] count = new long[1];
    List<String> notes = new ArrayList<>();
    file.write(
        sink -> {
          StreamedPrediction prediction = new StreamedPrediction(model, sink);
          notes.addAll(reader.stream(input, options, prediction));
          count[0] = prediction.finish();
        });
    notes.forEach(note -> console.say("note: %s", note));
    return count[0];
  }

  private void requireRoomForAnswers(SequenceModel model, InputSize size, AnswerFile file) {
    // In pieces, and together in the tensor that is written.
    long bytes = 2L * Float.BYTES * size.steps() * model.config().outputSize();
    if (model.meaning().perStep()
        && model.config().lastSteps() == 0
        && file.holdsAll()
        && !Heap.hasRoom(bytes)) {
      throw new CommandFailure(
          output
              + ": a tensor of the answers for up to "
              + Text.count(size.steps())
              + " steps of "
              + input
              + " takes about "
              + Text.bytes(bytes)
              + ", more than Java may use; give --output a name that ends in .csv or .json");
    }
  }
}
