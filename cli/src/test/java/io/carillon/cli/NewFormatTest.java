package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.carillon.data.DataFormat;
import io.carillon.data.generated.TaskSource;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A new format is a class and an entry among the services: nothing else is changed for it. */
class NewFormatTest {
  @TempDir Path folder;
  private Path services;
  private Path data;

  @BeforeEach
  void register() throws IOException {
    services = Files.createDirectories(folder.resolve("added/META-INF/services"));
    Files.writeString(services.resolve(DataFormat.class.getName()), LinesFormat.class.getName());
    data = folder.resolve("a.lines");
    Files.writeString(data, "up 1 2 3\ndown 3 2 1\nup 0 1 5 6\ndown 4 2 1\n");
  }

  private Cli run(Object... words) throws Exception {
    String path = folder.resolve("added") + File.pathSeparator;
    return SmallHeapCli.runWithClasses(folder, path, words);
  }

  @Test
  void itIsListedAndDescribed() throws Exception {
    Cli list = run("tasks");
    assertThat(list.code()).as(list.toString()).isZero();
    assertThat(list.out()).contains("lines", "a .lines file, each line a class and numbers");
    assertThat(run("tasks", "lines").out()).contains("data.factor", "multiplied by");
    assertThat(run("tasks", "--help").out().replaceAll("\\s+", " "))
        .contains("csv, numpy, idx, tsv", ", lines.");
    Cli wrong = run("train", "--data", Files.createFile(folder.resolve("a.unknown")));
    assertThat(wrong.err()).contains("Supported are:", "a .lines file, each line");
  }

  @Test
  void itIsTrainedEvaluatedAndPredicted() throws Exception {
    Path run = folder.resolve("run");
    Cli trained =
        run("train", "--data", data, "--set", "data.factor=2", Cli.tiny(), "--out", run, "--quiet");
    assertThat(trained.code()).as(trained.toString()).isZero();
    Cli evaluated = run("evaluate", run, "--data", data);
    assertThat(evaluated.code()).as(evaluated.toString()).isZero();
    assertThat(evaluated.out()).contains("accuracy");
    Path answers = folder.resolve("answers.csv");
    Cli predicted = run("predict", run, "-i", data, "-o", answers);
    assertThat(predicted.code()).as(predicted.toString()).isZero();
    assertThat(Files.readAllLines(answers)).hasSize(5).first().asString().contains("p(down),p(up)");
    Cli misspelt = run("train", "--data", data, "--set", "data.facto=2");
    assertThat(misspelt.code()).isEqualTo(2);
    assertThat(misspelt.err()).contains("facto", "did you mean", "factor");
  }

  /** On the class path services are found by files, on the module path by the module. */
  @ParameterizedTest
  @ValueSource(strings = {"data", "papers"})
  void filesAndModulesNameTheSameServices(String module) throws IOException {
    Path classes = Path.of("..", module, "target", "classes");
    ModuleDescriptor descriptor;
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      descriptor = ModuleDescriptor.read(in);
    }
    for (Class<?> service : List.of(DataFormat.class, TaskSource.class)) {
      Path file = classes.resolve("META-INF/services").resolve(service.getName());
      List<String> provided =
          descriptor.provides().stream()
              .filter(provides -> provides.service().equals(service.getName()))
              .flatMap(provides -> provides.providers().stream())
              .toList();
      assertThat(Files.exists(file) ? Files.readAllLines(file) : List.of())
          .containsExactlyInAnyOrderElementsOf(provided);
    }
  }
}
