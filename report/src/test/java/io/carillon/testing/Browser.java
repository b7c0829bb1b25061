package io.carillon.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** A headless Chromium, where one is installed. */
public final class Browser {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome");

  private final Path program;

  private Browser(Path program) {
    this.program = program;
  }

  /** The browser on the PATH; without one the test is skipped. */
  public static Browser orSkip() {
    List<Path> found =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
            .filter(Files::isExecutable)
            .toList();
    assumeTrue(!found.isEmpty(), "no Chromium on the PATH: the report is not opened in a browser");
    return new Browser(found.get(0));
  }

  /**
   * What a page has become.
   *
   * @param document elements after its scripts have run
   * @param console what the browser logged of the page
   */
  public record Page(Document document, List<String> console) {}

  /** Opens a file with the given window size. */
  public Page open(Path file, Path scratch, int width, int height)
      throws IOException, InterruptedException {
    Path out = scratch.resolve("dom.html");
    Path log = scratch.resolve("browser.log");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--user-data-dir=" + scratch.resolve("profile"),
                "--enable-logging=stderr",
                "--window-size=" + width + "," + height,
                "--virtual-time-budget=5000"));
    command.add("--dump-dom");
    command.add(file.toUri().toString());
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(log.toFile())
            .start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new AssertionError("the browser did not end: " + Files.readString(log));
    }
    List<String> console =
        Files.readAllLines(log).stream().filter(line -> line.contains("CONSOLE")).toList();
    return new Page(Jsoup.parse(Files.readString(out)), console);
  }
}
