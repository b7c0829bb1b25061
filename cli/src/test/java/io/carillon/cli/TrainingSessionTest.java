package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.carillon.cli.settings.Presets;
import io.carillon.config.Computing;
import io.carillon.engine.SeededRandom;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import io.carillon.report.console.CommandFailure;
import io.carillon.report.console.Console;
import io.carillon.report.console.ExitCode;
import io.carillon.report.folder.DataSource;
import io.carillon.report.folder.RunFolder;
import io.carillon.report.settings.Change;
import io.carillon.train.Trainer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training whose model does not say the same in all its ways. */
class TrainingSessionTest {
  @TempDir private Path folder;

  /** A decoder that adds up normalised channels, so that its answers are rounding only. */
  private static SequenceModel disagreeing(PreparedTraining training) {
    Network network = new Network(training.record().network(), new SeededRandom(1));
    network.parameters().stream()
        .filter(p -> p.name().startsWith("decoder"))
        .forEach(p -> Arrays.fill(p.value(), p.name().endsWith("bias") ? 0f : 1f));
    return Inside.model(network, Map.of());
  }

  @Test
  void theRunIsKeptAndFails() throws IOException {
    List<Change> tiny =
        List.of(
            new Change("network.width", "8"),
            new Change("network.depth", "1"),
            new Change("network.final_norm", "true"),
            new Change("train.epochs", "1"),
            new Change("train.threads", "1"),
            new Change("train.learning_rate", "0"),
            new Change("train.ssm_learning_rate", "0"),
            new Change("data.length", "40"));
    PreparedTraining training =
        PreparedTraining.fresh(
            DataSource.ofTask("tones"),
            Presets.load("s4d"),
            tiny,
            8,
            "carillon train",
            Computing.standard());
    Path run = folder.resolve("run");
    RunFolder files = RunFolder.at(run);
    files.prepare();
    files.writeSettings(training.record().settings());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(new byte[0]),
            Console.utf8(out),
            Console.utf8(new ByteArrayOutputStream()),
            false,
            100);
    Trainer trainer = new Trainer(disagreeing(training), training.record().train());
    CommandFailure failure =
        catchThrowableOfType(
            CommandFailure.class,
            () -> new TrainingSession(console, false, files, training.record()).run(trainer));
    assertThat(failure)
        .hasMessageContainingAll("disagrees with itself: answers", "carillon verify " + run);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("validation", "test");
    assertThat(run.resolve("report.html")).exists();
    Cli verified = Cli.run("verify", run);
    assertThat(verified.code()).isEqualTo(ExitCode.FAILED);
    assertThat(verified.out()).contains("do NOT agree");
    assertThat(Cli.run("stream", run).err()).contains("its certificate says");
  }
}
