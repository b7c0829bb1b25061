package io.carillon.papers.tasks;

import io.carillon.data.DataException;
import io.carillon.engine.SeededRandom;
import io.carillon.io.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes generated ListOps expressions in the form of the Long Range Arena: {@code
 * basic_train.tsv}, {@code basic_val.tsv} and {@code basic_test.tsv} with the columns {@code
 * Source} (with parentheses) and {@code Target} (the value). The published files have 96,000, 2,000
 * and 2,000 expressions of 500 to 2,000 tokens; depth and operands are at most 10.
 */
public final class ListOpsFiles {
  /** Lengths of the published files: more than the first, fewer than the second. */
  private static final int MIN_LENGTH = 500;

  private static final int MAX_LENGTH = 2000;
  private static final int LARGEST = 10;

  private ListOpsFiles() {}

  /**
   * Writes the three files; no expression is in two of them. Equal arguments give equal files.
   *
   * @param folder is created when it is not there; files in it are replaced when all are complete
   * @param train expressions for training; the two other parts have a 48th of it each, as published
   * @param minLength every expression has more tokens; 0 for that of the published files
   * @param maxLength every expression has fewer tokens; 0 for that of the published files
   * @throws DataException if there are no such expressions, or a file cannot be written
   */
  public static void write(Path folder, int train, int minLength, int maxLength, long seed) {
    if (train < 1) {
      throw new DataException("ListOps files are asked for with " + train + " expressions; give 1");
    }
    ListOpsGenerator expressions =
        new ListOpsGenerator(
            LARGEST,
            LARGEST,
            minLength > 0 ? minLength : MIN_LENGTH,
            maxLength > 0 ? maxLength : MAX_LENGTH,
            true,
            true);
    SeededRandom random = new SeededRandom(seed);
    int others = Math.max(1, train / 48);
    Map<Path, AtomicFile.Writer> files = new LinkedHashMap<>();
    for (String part : List.of("train", "val", "test")) {
      files.put(
          folder.resolve("basic_" + part + ".tsv"),
          channel -> write(channel, part.equals("train") ? train : others, expressions, random));
    }
    try {
      Files.createDirectories(folder);
      AtomicFile.writeAll(files);
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be written (" + e.getMessage() + ")", e);
    }
  }

  private static void write(
      FileChannel channel, int count, ListOpsGenerator expressions, SeededRandom random)
      throws IOException {
    Writer out = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8));
    out.write("Source\tTarget\n");
    for (int i = 0; i < count; i++) {
      ListOps expression = expressions.next(random);
      out.write(expression.source(true) + "\t" + expression.value() + "\n");
    }
    out.flush();
  }
}
