package io.carillon.bench.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Largest resident set of trainings that are started by the launcher, against what each of them
 * predicts before its first step. Linux only; the launcher must be built.
 *
 * <pre>
 *   java -cp bench/target/benchmarks.jar io.carillon.bench.compare.PeakMemory CARILLON DATA [NAME]...
 * </pre>
 *
 * <p>CARILLON is the launcher; DATA a folder with {@code fsdd/recordings.zip} and {@code
 * ucr_uea_from_aeon/JapaneseVowels}; NAMEs choose some of the cases. Prints a table.
 */
public final class PeakMemory {
  private static final Pattern PREDICTION =
      Pattern.compile("at most about ([0-9.,]+) (MiB|GiB) for the process");

  private static final String SHORT = "train.epochs=2 data.test=8 data.validation=8 ";

  private static final int POLL_MILLIS = 5;

  private PeakMemory() {}

  /** One training; settings are separated by spaces. */
  private record Case(String name, String source, String settings) {}

  private static List<Case> cases(Path data) {
    String tones = SHORT + "data.train=";
    return List.of(
        new Case("S4D, defaults", "tones", tones + "128"),
        new Case(
            "S4D, L=100, B=4, H=32",
            "tones",
            tones + "64 data.length=100 batch_size=4 network.width=32"),
        new Case(
            "S4D, L=1024, B=64, H=128, 4 blocks",
            "tones",
            tones + "64 data.length=1024 batch_size=64 network.width=128 depth=4 state_size=64"),
        new Case(
            "S4D, L=16384, B=4, both directions",
            "tones",
            tones + "8 data.length=16384 batch_size=4 bidirectional=true"),
        new Case(
            "S4D, L=65536, B=1, H=64, 4 blocks",
            "tones",
            tones + "2 data.length=65536 batch_size=1 network.width=64 depth=4"),
        new Case(
            "S4D, a value per step, L=8192, B=8, batch norm, feed-forward",
            "delay",
            tones + "16 data.length=8192 batch_size=8 block.norm=batch feed_forward=2"),
        new Case(
            "DLR, N=1024, L=4096, B=8",
            "tones -p dlr",
            tones + "8 data.length=4096 batch_size=8 state_size=1024"),
        new Case(
            "DSS (softmax), L=2048, B=16",
            "tones -p dss",
            tones + "16 data.length=2048 batch_size=16 version=softmax"),
        new Case("S4, L=1024, B=16", "tones -p s4", tones + "16 data.length=1024 batch_size=16"),
        new Case(
            "attention, L=1024, B=16",
            "tones -p attention",
            tones + "16 data.length=1024 batch_size=16"),
        new Case("GRU, L=512, B=32", "tones -p gru", tones + "32 data.length=512 batch_size=32"),
        new Case(
            "SGConv, L=4096, B=8", "tones -p sgconv", tones + "8 data.length=4096 batch_size=8"),
        new Case(
            "FSDD (wav), preset fsdd",
            "--data " + data.resolve("fsdd/recordings.zip") + " -p fsdd --limit 64",
            "train.epochs=1"),
        new Case(
            "JapaneseVowels (ts), preset japanese-vowels",
            "--data " + data.resolve("ucr_uea_from_aeon/JapaneseVowels") + " -p japanese-vowels",
            "train.epochs=2"));
  }

  /** Runs the cases, see the class. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path launcher = Path.of(arguments[0]).toAbsolutePath();
    List<String> names = Arrays.asList(arguments).subList(2, arguments.length);
    System.out.println("| training | predicted MiB | largest resident set MiB | ratio |");
    System.out.println("|---|---|---|---|");
    for (Case one : cases(Path.of(arguments[1]).toAbsolutePath())) {
      if (names.isEmpty() || names.stream().anyMatch(one.name::contains)) {
        Path run = Files.createTempDirectory("peak-memory");
        try {
          System.out.println(row(one, launcher, run.resolve("run")));
        } finally {
          delete(run);
        }
      }
    }
  }

  private static String row(Case one, Path launcher, Path run)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "train"));
    command.addAll(List.of(one.source.split(" ")));
    command.addAll(List.of("--out", run.toString()));
    for (String setting : one.settings.split(" ")) {
      command.addAll(List.of("--set", setting));
    }
    Path output = run.resolveSibling("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    long peak = 0;
    while (process.isAlive()) {
      peak = Math.max(peak, residentPeak(process.pid()));
      Thread.sleep(POLL_MILLIS);
    }
    String text = Files.readString(output);
    Matcher prediction = PREDICTION.matcher(text);
    if (process.exitValue() != 0 || !prediction.find()) {
      return "| " + one.name + " | failed: " + text.strip().replace('\n', ' ') + " |||";
    }
    double unit = prediction.group(2).equals("GiB") ? 1024 : 1;
    double predicted = Double.parseDouble(prediction.group(1).replace(",", "")) * unit;
    return String.format(
        Locale.ROOT,
        "| %s | %.0f | %.0f | %.2f |",
        one.name,
        predicted,
        peak / 1024.0,
        predicted * 1024 / peak);
  }

  /** VmHWM of a process in KiB; 0 when it has ended. */
  private static long residentPeak(long pid) {
    Path status = Path.of("/proc/" + pid + "/status");
    try (BufferedReader lines = Files.newBufferedReader(status, StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
