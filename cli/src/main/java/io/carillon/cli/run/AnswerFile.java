package io.carillon.cli.run;

import io.carillon.model.Meaning;
import io.carillon.report.console.UsageException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes predictions as {@code .csv}, {@code .json} or {@code .safetensors}. The first two are
 * written as the answers come; tensors are held until the last one.
 */
public final class AnswerFile {
  private static final String TENSORS = "safetensors";

  private final Path file;
  private final Meaning meaning;

  /** Finds the answers. */
  @FunctionalInterface
  public interface Source {
    /** Hands all of them to the sink. */
    void answer(AnswerSink sink) throws IOException;
  }

  /**
   * For answers of one kind.
   *
   * @param meaning of the numbers of the model that answers
   * @throws UsageException if the file has no known ending
   */
  public AnswerFile(Path file, Meaning meaning) {
    this.file = file;
    this.meaning = meaning;
    if (!List.of("csv", "json", TENSORS).contains(ending())) {
      throw new UsageException(
          file + ": answers are written as .csv, .json or .safetensors; give --output such a name");
    }
  }

  /** Ending of the name; what is no file, such as {@code /dev/stdout}, gets csv. */
  private String ending() {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      return "csv";
    }
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** Whether all answers have to be held before they can be written. */
  public boolean holdsAll() {
    return ending().equals(TENSORS);
  }

  /** Writes all answers; nothing is left of them if the source fails. */
  public void write(Source source) throws IOException {
    if (holdsAll()) {
      TensorAnswers all = new TensorAnswers(meaning);
      source.answer(all);
      OutputFile.write(file, all::write);
      return;
    }
    OutputFile.stream(
        file,
        bytes -> {
          Writer out =
              new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), 1 << 16);
          if (ending().equals("csv")) {
            source.answer(new CsvAnswers(out, meaning));
          } else {
            JsonAnswers json = new JsonAnswers(out, meaning);
            source.answer(json);
            json.end();
          }
          out.flush();
        });
  }
}
