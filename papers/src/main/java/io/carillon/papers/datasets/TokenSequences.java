package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.Options;
import io.carillon.data.read.ClassNames;
import io.carillon.data.read.Memory;
import io.carillon.data.read.Partition;
import io.carillon.data.read.TextFile;
import io.carillon.model.Meaning;
import io.carillon.papers.tasks.ListOps;
import io.carillon.papers.tasks.ListOpsSubTreesTask;
import io.carillon.papers.tasks.ListOpsVocabulary;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import io.carillon.train.DatasetBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Token sequences as they stand in a tab-separated file with the columns {@code Source} (tokens
 * separated by blanks) and {@code Target} (one label, or one per token with {@code .} for none).
 *
 * <p>When every source is a ListOps expression the file is read as ListOps: with its fixed
 * vocabularies, and a target that must be the value of the expression.
 */
final class TokenSequences {
  /** Stands for a token without a target. */
  static final String NO_LABEL = ".";

  private static final String UNKNOWN = "<unk>";

  /** One line: tokens, labels (one, or one per token; null where there is none), and position. */
  private record Line(String[] tokens, String[] labels, ListOps expression, String at) {}

  /** A short string and its place in an array. */
  private static final long BYTES_PER_TOKEN = 56;

  private final String name;
  private long held;
  private final List<Line> lines = new ArrayList<>();
  private final boolean listOps;
  private final boolean subTrees;

  private TokenSequences(String name, boolean listOps, boolean subTrees) {
    this.name = name;
    this.listOps = listOps;
    this.subTrees = subTrees;
  }

  /**
   * Reads a file.
   *
   * @param listOps whether its sources are ListOps expressions
   * @param subTrees whether the target is the value of every operation, at its closing token
   * @param withTargets whether there must be a column Target
   * @param maxLength tokens after which a sequence of a text file is cut
   * @param limit lines after which to stop
   */
  static TokenSequences read(
      Path file, boolean listOps, boolean subTrees, boolean withTargets, int maxLength, int limit) {
    TokenSequences all = new TokenSequences(file.toString(), listOps, subTrees);
    try (TextFile text = TextFile.open(file)) {
      List<String> header = header(text);
      int source = column(header, "Source", text);
      int target = withTargets ? column(header, "Target", text) : -1;
      for (String line = text.next(); line != null && all.size() < limit; line = text.next()) {
        all.held += BYTES_PER_TOKEN * blanks(line);
        Memory.require(
            all.held,
            text.at() + ": the lines up to here",
            withTargets ? "Set limit" : "Give a part of the file");
        String[] cells = line.split("\t", -1);
        if (cells.length != header.size()) {
          throw new DataException(
              text.at()
                  + ": has "
                  + cells.length
                  + " cells, the header has "
                  + header.size()
                  + "; cells are separated by tabs");
        }
        String label = target < 0 ? null : cells[target].trim();
        all.lines.add(
            listOps
                ? expression(cells[source], label, text.at())
                : line(cells[source], label, maxLength, text.at()));
      }
    }
    if (all.lines.isEmpty()) {
      throw new DataException(file + ": has no line below its header");
    }
    all.requireOneKindOfTarget();
    return all;
  }

  /** As many tokens as a line has at most. */
  private static long blanks(String line) {
    return line.chars().filter(c -> c <= ' ').count() + 1;
  }

  private void requireOneKindOfTarget() {
    boolean perStep = target() == Target.CLASS_PER_STEP && !listOps;
    for (Line line : lines) {
      if (perStep && line.labels.length != line.tokens.length) {
        throw new DataException(
            line.at + ": Target has one label, other lines have one per token; all must be alike");
      }
    }
  }

  /** Whether the first source of a file begins like a ListOps expression. */
  static boolean looksLikeListOps(Path file) {
    try (TextFile text = TextFile.open(file)) {
      int source = column(header(text), "Source", text);
      String line = text.next();
      if (line == null || line.split("\t", -1).length <= source) {
        return false;
      }
      return line.split("\t", -1)[source].trim().matches("(\\( )*\\[(MIN|MAX|MED|SM)( .*)?");
    }
  }

  int size() {
    return lines.size();
  }

  /** A class number for each line to stratify by; all 0 with labels per token. */
  int[] strata() {
    int[] strata = new int[size()];
    if (target() == Target.CLASS) {
      ClassNames ids = new ClassNames(classNames(Partition.upTo(size())));
      Arrays.setAll(strata, i -> ids.id(lines.get(i).labels[0], lines.get(i).at));
    }
    return strata;
  }

  /** What these lines come with. */
  Target target() {
    boolean perStep = subTrees || lines.stream().anyMatch(line -> line.labels.length > 1);
    return perStep ? Target.CLASS_PER_STEP : Target.CLASS;
  }

  /** Vocabulary and classes, from the lines of the training part. */
  Meaning fit(String kind, Options options, int[] train) {
    Meaning.Builder builder = Meaning.of(kind, options.asMap());
    if (listOps) {
      List<String> names = vocabulary().names();
      List<String> digits = names.subList(names.indexOf("0"), names.indexOf("9") + 1);
      return builder
          .tokens(names)
          .perStep(target().perStep())
          .classes(subTrees ? names : digits)
          .build();
    }
    TreeSet<String> seen = new TreeSet<>();
    for (int i : train) {
      seen.addAll(Arrays.asList(lines.get(i).tokens));
    }
    List<String> names = new ArrayList<>(List.of("<pad>", UNKNOWN));
    seen.removeAll(names);
    names.addAll(seen);
    return builder.tokens(names).perStep(target().perStep()).classes(classNames(train)).build();
  }

  /** Ids of some lines with their targets. */
  Dataset dataset(String part, int[] indices, Meaning fitted) {
    if (indices.length > 0 && target() != Target.of(fitted)) {
      throw new DataException(
          name + ": its target is " + target() + ", the model predicts " + Target.of(fitted));
    }
    ClassNames classes = new ClassNames(fitted.classNames());
    int[][] labels = new int[indices.length][];
    for (int k = 0; k < labels.length; k++) {
      Line line = lines.get(indices[k]);
      labels[k] = listOps ? listOpsLabels(line, fitted) : ids(line, classes);
    }
    DatasetBuilder builder =
        Dataset.ofTokens(fitted.vocabulary().size(), tokens(indices, fitted))
            .name(part)
            .classNames(classes.names());
    return Target.of(fitted) == Target.CLASS_PER_STEP
        ? builder.stepLabels(classes.size(), labels).build()
        : builder
            .labels(classes.size(), Arrays.stream(labels).mapToInt(label -> label[0]).toArray())
            .build();
  }

  /** Token ids of some lines; a token that training has not seen becomes the unknown one. */
  int[][] tokens(int[] indices, Meaning fitted) {
    ListOpsVocabulary known = ListOpsVocabulary.of(fitted.vocabulary());
    if (listOps != (known != null)) {
      throw new DataException(
          name
              + ": "
              + (listOps ? "holds" : "does not hold")
              + " ListOps expressions, the model's"
              + " vocabulary is "
              + (listOps ? "another one" : "that of ListOps"));
    }
    Map<String, Integer> ids = new HashMap<>();
    fitted.vocabulary().forEach(token -> ids.put(token, ids.size()));
    return Arrays.stream(indices)
        .mapToObj(lines::get)
        .map(
            line ->
                listOps
                    ? known.encode(line.expression)
                    : Arrays.stream(line.tokens)
                        .mapToInt(token -> ids.getOrDefault(token, ids.getOrDefault(UNKNOWN, 0)))
                        .toArray())
        .toArray(int[][]::new);
  }

  /** File and line of every sequence. */
  List<String> positions() {
    return lines.stream().map(Line::at).toList();
  }

  private ListOpsVocabulary vocabulary() {
    return subTrees ? ListOpsVocabulary.SUB_TREES : ListOpsVocabulary.WHOLE;
  }

  private static int[] listOpsLabels(Line line, Meaning fitted) {
    return Target.of(fitted) == Target.CLASS_PER_STEP
        ? ListOpsSubTreesTask.stepLabels(line.expression)
        : new int[] {line.expression.value()};
  }

  private List<String> classNames(int[] indices) {
    List<String> seen = new ArrayList<>();
    for (int i : indices) {
      Arrays.stream(lines.get(i).labels).filter(label -> label != null).forEach(seen::add);
    }
    return ClassNames.sorted(seen);
  }

  private static int[] ids(Line line, ClassNames classes) {
    return Arrays.stream(line.labels)
        .mapToInt(label -> label == null ? Dataset.IGNORE : classes.id(label, line.at))
        .toArray();
  }

  private static Line expression(String source, String label, String at) {
    ListOps expression;
    try {
      expression = ListOps.parse(source);
    } catch (DataException e) {
      throw new DataException(at + ": " + e.getMessage(), e);
    }
    String value = Integer.toString(expression.value());
    if (label != null && !label.equals(value)) {
      throw new DataException(
          at + ": Target is '" + label + "', but the expression evaluates to " + value);
    }
    return new Line(null, new String[] {value}, expression, at);
  }

  private static Line line(String source, String label, int maxLength, String at) {
    String[] tokens = source.trim().split("\\s+");
    String[] labels = label == null ? new String[1] : label.split("\\s+");
    if (labels.length != 1 && labels.length != tokens.length) {
      throw new DataException(
          at
              + ": Target has "
              + labels.length
              + " labels for "
              + tokens.length
              + " tokens; it must have one, or one per token");
    }
    if (tokens[0].isEmpty() || label != null && labels[0].isEmpty()) {
      throw new DataException(at + ": Source or Target is empty");
    }
    for (int i = 0; labels.length > 1 && i < labels.length; i++) {
      labels[i] = NO_LABEL.equals(labels[i]) ? null : labels[i];
    }
    int kept = Math.min(tokens.length, maxLength);
    return new Line(
        Arrays.copyOf(tokens, kept),
        labels.length == 1 ? labels : Arrays.copyOf(labels, kept),
        null,
        at);
  }

  private static List<String> header(TextFile text) {
    String line = text.next();
    return line == null ? List.of() : Arrays.stream(line.split("\t")).map(String::trim).toList();
  }

  private static int column(List<String> header, String wanted, TextFile text) {
    int index = header.indexOf(wanted);
    if (index < 0) {
      throw new DataException(
          text.at()
              + ": the header has no column '"
              + wanted
              + "'; it must name Source and Target,"
              + " separated by a tab");
    }
    return index;
  }
}
