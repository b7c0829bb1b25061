package io.carillon.cli;

import io.carillon.cli.run.InputReader;
import io.carillon.data.DataException;
import io.carillon.io.Json;
import io.carillon.model.Parity;
import io.carillon.model.SequenceModel;
import io.carillon.report.console.ExitCode;
import io.carillon.report.console.Table;
import io.carillon.report.console.Text;
import io.carillon.report.console.UsageException;
import io.carillon.report.folder.ModelInfo;
import io.carillon.report.folder.RunData;
import io.carillon.report.settings.Trees;
import io.carillon.train.Certificate;
import io.carillon.train.Dataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Checks that all ways to compute a model agree. */
@Command(
    name = "verify",
    sortOptions = false,
    description = {
      "Check that a model says the same in all its ways: whole sequences one by one, batched, as a"
          + " convolution, in chunks, step by step, and step by step with many streams at once.",
      "Prints the largest difference of every layer, relative to its largest value. Exit code 1 when"
          + " one is above the tolerance.",
      "The sequences are those of --data, else the test part of the training data, else random"
          + " numbers."
    })
final class VerifyCommand extends ConsoleCommand {
  @Mixin private ModelArgument modelArgument = new ModelArgument();

  @Option(
      names = {"-d", "--data"},
      paramLabel = "PATH",
      description = "Sequences to compare on, as for 'predict --input'.")
  private Path data;

  @Option(
      names = "--sequences",
      paramLabel = "N",
      defaultValue = "8",
      description = "Compare on at most N sequences (default: ${DEFAULT-VALUE}).")
  private int sequences;

  @Option(
      names = "--length",
      paramLabel = "L",
      defaultValue = "2000",
      description = "Cut each after L steps (default: ${DEFAULT-VALUE}).")
  private int length;

  @Option(
      names = "--tolerance",
      paramLabel = "X",
      description =
          "Largest difference that counts as rounding (default: " + Parity.TOLERANCE + ").")
  private double tolerance = Parity.TOLERANCE;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  private String source;

  @Override
  public Integer call() throws IOException {
    if (sequences < 1 || length < 1) {
      throw new UsageException("--sequences and --length must be at least 1");
    }
    if (!(tolerance > 0)) {
      throw new UsageException("--tolerance is " + tolerance + "; it must be positive");
    }
    SequenceModel model = modelArgument.load(console);
    Parity parity = parity(model);
    if (json) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("model", modelArgument.folder().toString());
      map.put("data", source);
      map.putAll(parity.toMap());
      console.out().print(Json.write(map));
    } else {
      print(parity);
    }
    return parity.passed() ? ExitCode.OK : ExitCode.FAILED;
  }

  private Parity parity(SequenceModel model) throws IOException {
    Certificate certificate = new Certificate(sequences, length, tolerance);
    if (data != null) {
      source = data.toString();
      return certificate.on(model, new InputReader(model, false).read(data, Map.of()).sequences());
    }
    Dataset test = testPart(model);
    if (test == null) {
      source = "random numbers";
      return certificate.onNoise(model);
    }
    source = test.name();
    return certificate.on(model, test);
  }

  /** The test part of the training data; null if they are unknown, gone or have none. */
  private Dataset testPart(SequenceModel model) {
    RunData known = RunData.fromMap(Trees.child(model.info(), ModelInfo.DATA));
    if (known == null) {
      return null;
    }
    try {
      Dataset test = known.reopen(model.meaning()).test();
      return test.size() == 0 ? null : test;
    } catch (DataException e) {
      console.warn("%s; comparing on random numbers", e.getMessage());
      return null;
    }
  }

  private void print(Parity parity) {
    console.say(
        "%s, %s of %s; %s kernels",
        Text.count(parity.sequences(), "sequence", "sequences"),
        Text.count(parity.steps(), "step", "steps"),
        source,
        parity.kernels());
    if (parity.obstacle() != null) {
      console.say("Not compared in chunks and steps: %s", parity.obstacle());
    }
    console.say("");
    List<Parity.Way> ways = List.copyOf(parity.layers().get(0).differences().keySet());
    List<String> heading = new ArrayList<>(List.of("layer"));
    ways.forEach(way -> heading.add(name(way)));
    Table table = new Table(heading.toArray(String[]::new));
    for (Parity.Layer layer : parity.layers()) {
      List<String> row = new ArrayList<>(List.of(layer.name()));
      ways.forEach(
          way -> row.add(String.format(Locale.ROOT, "%.1e", layer.differences().get(way))));
      table.row(row.toArray(String[]::new));
    }
    table.print(console);
    console.say("");
    console.say("%s", verdict(parity));
  }

  private static String name(Parity.Way way) {
    return way.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private String verdict(Parity parity) {
    String bound = String.format(Locale.ROOT, "%.1e", tolerance);
    String largest = String.format(Locale.ROOT, "%.1e", parity.largest());
    return parity.passed()
        ? "All ways agree: the largest difference is " + largest + ", the tolerance " + bound + "."
        : "They do NOT agree: "
            + parity.firstBroken().name()
            + " is the first layer above the"
            + " tolerance of "
            + bound
            + "; the largest difference is "
            + largest
            + ".";
  }
}
