package io.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.carillon.report.console.ExitCode;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a project whose build is replaced by a script that counts its calls and puts a
 * jar in place: one that refers to the classes under test.
 */
class LauncherTest {
  private static final long PATIENCE_SECONDS = 120;

  @TempDir private Path folder;
  private Path project;
  private Path launcher;

  /**
   * What a process said.
   *
   * @param code exit code
   * @param out standard output
   * @param err standard error
   */
  private record Outcome(int code, String out, String err) {}

  @BeforeEach
  void project() throws IOException {
    assumeTrue(new File("/bin/sh").canExecute(), "the launcher needs a POSIX shell");
    project = folder.resolve("a project");
    for (String module : List.of("core", "train", "data", "interop", "cli")) {
      Files.createDirectories(project.resolve(module).resolve("src/main"));
      Files.writeString(project.resolve(module).resolve("pom.xml"), "<project/>");
    }
    Files.writeString(project.resolve("pom.xml"), "<project/>");
    launcher = project.resolve("carillon");
    Files.copy(Path.of("../carillon"), launcher);
    script(launcher, Files.readString(launcher));
    writeJar(project.resolve("prepared.jar"));
    build("echo built >>builds.txt; sleep 1; cp prepared.jar cli/target/carillon-app.jar");
  }

  private void build(String commands) throws IOException {
    Path mvnw = project.resolve("mvnw");
    script(mvnw, "#!/bin/sh\n" + commands + "\n");
    Files.setLastModifiedTime(mvnw, FileTime.from(Instant.now().minusSeconds(3600)));
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static void writeJar(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "io.carillon.cli.Main");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream out = Files.newOutputStream(jar)) {
      new JarOutputStream(out, manifest).close();
    }
  }

  private Process start(Path program, String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("JAVA_OPTS");
    builder.environment().put("CARILLON_OPTS", "-Xmx256m");
    builder.redirectOutput(folder.resolve(name + ".out").toFile());
    builder.redirectError(folder.resolve(name + ".err").toFile());
    return builder.start();
  }

  private Outcome finish(Process process, String name) throws IOException, InterruptedException {
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("%s ends", name).isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(
        process.exitValue(),
        Files.readString(folder.resolve(name + ".out")),
        Files.readString(folder.resolve(name + ".err")));
  }

  private Outcome launch(Path program, String... arguments)
      throws IOException, InterruptedException {
    return finish(start(program, "one", arguments), "one");
  }

  private long builds() throws IOException {
    try (var lines = Files.lines(project.resolve("builds.txt"))) {
      return lines.count();
    }
  }

  @Test
  void buildsOnceAndAgainWhenASourceIsNewer() throws IOException, InterruptedException {
    Outcome first = launch(launcher, "--version");
    assertThat(first.code()).as(first.toString()).isZero();
    assertThat(first.out()).startsWith("carillon ");
    assertThat(first.err()).contains("building for the first time");
    Path link = Files.createSymbolicLink(folder.resolve("link"), launcher);
    Outcome second = launch(link, "--version");
    assertThat(second.code()).isZero();
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
    Path source = Files.writeString(project.resolve("core/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
    assertThat(launch(link, "--version").err()).contains("sources have changed");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void twoFirstLaunchesBuildOnce() throws IOException, InterruptedException {
    Process a = start(launcher, "a", "--version");
    Process b = start(launcher, "b", "--version");
    assertThat(finish(a, "a").code()).isZero();
    assertThat(finish(b, "b").code()).isZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aLockWhoseOwnerIsGoneIsTakenOver() throws IOException, InterruptedException {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Path lock = Files.createDirectories(project.resolve("cli/target/.launcher-lock"));
    Files.writeString(lock.resolve("pid"), gone.pid() + "\n");
    assertThat(launch(launcher, "--version").code()).isZero();
    assertThat(lock).doesNotExist();
  }

  @Test
  void aFailedBuildShowsItsOutputAndLeavesNothing() throws IOException, InterruptedException {
    build("echo 'cannot find symbol: bell'; exit 1");
    Outcome failed = launch(launcher, "--version");
    assertThat(failed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(failed.err())
        .contains("cannot find symbol: bell", "the build failed", "launcher-build.log");
    assertThat(project.resolve("cli/target/carillon.jar")).doesNotExist();
    build("echo built >>builds.txt; cp prepared.jar cli/target/carillon-app.jar");
    assertThat(launch(launcher, "--version").code()).isZero();
  }

  @Test
  void aJavaThatIsTooOldIsNamed() throws IOException, InterruptedException {
    Path old = folder.resolve("jdk 8");
    Files.createDirectories(old.resolve("bin"));
    script(old.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
    Files.writeString(old.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\n");
    ProcessBuilder builder = new ProcessBuilder(launcher.toString(), "--version");
    builder.environment().put("JAVA_HOME", old.toString());
    builder
        .environment()
        .merge(
            "PATH",
            System.getProperty("java.home") + "/bin",
            (path, mine) -> mine + File.pathSeparator + path);
    builder.redirectOutput(folder.resolve("old.out").toFile());
    builder.redirectError(folder.resolve("old.err").toFile());
    Outcome result = finish(builder.start(), "old");
    assertThat(result.err()).contains("JAVA_HOME=" + old + " cannot be used", "JDK 17 or newer");
    assertThat(result.code()).as(result.toString()).isZero();
  }

  @Test
  void exitCodesAndErrorsComeThroughWithoutNoise() throws IOException, InterruptedException {
    launch(launcher, "--version");
    Outcome wrong = launch(launcher, "evaluate", "no such run");
    assertThat(wrong.code()).isEqualTo(ExitCode.FAILED);
    assertThat(wrong.err())
        .isEqualTo(
            "error: no such run: there is no such folder; give the folder of a model or run\n");
    assertThat(wrong.out()).isEmpty();
    assertThat(launch(launcher, "train", "--set", "epohcs=1").code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void aStoppedTrainingLeavesAModelAndCanBeResumed() throws IOException, InterruptedException {
    launch(launcher, "--version");
    Path run = folder.resolve("stopped run");
    List<String> words = new ArrayList<>(List.of("train", "--out", run.toString()));
    words.addAll(Cli.tiny());
    words.addAll(List.of("--set", "epochs=4000", "--set", "schedule=constant"));
    Process process = start(launcher, "stopped", words.toArray(String[]::new));
    Path metrics = run.resolve("metrics.jsonl");
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!(Files.exists(metrics)
        && Files.readString(metrics).contains("\"epoch\",\"epoch\":3"))) {
      assertThat(System.nanoTime()).as("three epochs are done").isLessThan(deadline);
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(50);
    }
    process.destroy();
    Outcome stopped = finish(process, "stopped");
    // 128 + SIGTERM: the signal that a Java process can send to another.
    assertThat(stopped.code()).as(stopped.toString()).isEqualTo(143);
    assertThat(stopped.out())
        .contains("Stopped after step", "carillon report", "carillon train --resume ");
    assertThat(stopped.err()).isEmpty();
    Cli evaluated = Cli.run("evaluate", run);
    assertThat(evaluated.code()).isZero();
    assertThat(evaluated.err())
        .matches("note: model of epoch \\d+ of 4000, training not finished; .*\n");
    assertThat(run).isDirectoryNotContaining("glob:**.part");
    assertThat(Files.readString(run.resolve("config.json"))).contains("\"end\": \"stopped\"");
    assertThat(run.resolve("report.html")).doesNotExist();
    assertThat(Cli.run("report", run).code()).isZero();
    assertThat(Files.readString(run.resolve("report.html"))).contains("stopped before its end");
  }
}
