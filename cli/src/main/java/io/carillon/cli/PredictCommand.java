package io.carillon.cli;

import io.carillon.cli.run.AnswerFile;
import io.carillon.cli.run.Answers;
import io.carillon.cli.run.Computing;
import io.carillon.cli.run.InputReader;
import io.carillon.cli.run.ModelInfo;
import io.carillon.cli.run.OutputFile;
import io.carillon.cli.settings.Change;
import io.carillon.cli.show.Text;
import io.carillon.core.Parallel;
import io.carillon.data.Inputs;
import io.carillon.model.Sequence;
import io.carillon.model.SequenceModel;
import io.carillon.nn.Pooling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Answers for whole sequences in files. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Answer for whole sequences.",
      "Inputs: .csv, .ts, .wav, .zip or folder of .wav, .tsv of tokens, IDX images, or .safetensors"
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
    return computingOptions.inside(this::answer);
  }

  private int answer() throws IOException {
    int threads = threadsOption.count();
    SequenceModel model = modelArgument.load(console);
    boolean everyStep = model.config().pooling() == Pooling.EVERY;
    Answers answers = new Answers(ModelInfo.preprocessing(model));
    AnswerFile file = new AnswerFile(output, answers, everyStep);
    OutputFile.check(output);
    Map<String, String> options = new LinkedHashMap<>();
    for (Change change : settings.changes()) {
      options.put(change.key(), change.value());
    }
    Inputs inputs = new InputReader(model, raw).read(input, options);
    inputs.notes().forEach(note -> console.say("note: %s", note));
    Sequence[] sequences = inputs.sequences();
    int longest = Arrays.stream(sequences).mapToInt(Sequence::length).max().orElse(1);
    console.say("%s", Computing.of(model.toNetwork(), longest).line(threads));
    try (Parallel parallel = Parallel.of(threads)) {
      file.write(inputs, model.predict(parallel, 1, sequences));
    }
    console.say("%s answered in %s", Text.count(inputs.size(), "sequence", "sequences"), output);
    return ExitCode.OK;
  }
}
