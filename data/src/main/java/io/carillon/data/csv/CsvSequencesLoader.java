package io.carillon.data.csv;

import io.carillon.data.DataException;
import io.carillon.data.EventTimes;
import io.carillon.data.InputSink;
import io.carillon.data.InputSize;
import io.carillon.data.Inputs;
import io.carillon.data.Loader;
import io.carillon.data.MissingValues;
import io.carillon.data.Option;
import io.carillon.data.Options;
import io.carillon.data.SequencePieces;
import io.carillon.data.Splits;
import io.carillon.data.read.Memory;
import io.carillon.data.read.SequenceSplits;
import io.carillon.data.read.Sequences;
import io.carillon.model.Meaning;
import io.carillon.model.Meaning.Missing;
import io.carillon.train.Dataset;
import io.carillon.train.Dataset.Target;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Many sequences in one CSV file.
 *
 * <p>Layout {@code rows}: each row is a sequence of one dimension, whose steps are the input
 * columns. Layout {@code sequences}: the rows that have the same entry in the column {@code
 * sequence} are the steps of one sequence, in their order, with one dimension per input column.
 *
 * <p>What is predicted is in the columns {@code targets}: with {@code predict=class} one column of
 * labels, with {@code predict=value} numbers. With {@code per-step=yes} (layout sequences) every
 * row has a target of its own, else the rows of a sequence must agree.
 */
final class CsvSequencesLoader implements Loader {
  static final List<Option> OPTIONS =
      List.of(
          new Option("sequence", "sequence", "sequences: column that names the sequence of a row"),
          new Option("predict", "class", "rows, sequences: class (labels) or value (numbers)"),
          new Option("per-step", "no", "sequences: whether every row has a target of its own"));

  @Override
  public Splits splits(Path path, Options options, long seed, Optional<Meaning> fitted) {
    Sequences all = read(path, options, fitted, true);
    return SequenceSplits.ofOne(CsvFormat.KIND, path, all, options, seed, fitted);
  }

  @Override
  public Dataset labelled(Path path, Options options, Meaning fitted) {
    Sequences all = read(path, options, Optional.of(fitted), true);
    return Sequences.dataset(all.name(), all.all(), fitted, MissingValues.of(options));
  }

  @Override
  public Inputs inputs(Path path, Options options, Meaning fitted) {
    Sequences all = read(path, options, Optional.of(fitted), false);
    return Sequences.inputs(all.all(), timed(options, fitted), MissingValues.of(options));
  }

  @Override
  public Optional<InputSize> size(Path path, Options options, Meaning fitted) {
    CsvFile csv = CsvFile.open(path, options);
    return Optional.of(CsvFormat.size(path, csv.names().size()));
  }

  @Override
  public List<String> stream(Path path, Options options, Meaning fitted, InputSink sink) {
    Reading reading = reading(path, options, Optional.of(fitted), false);
    reading.stream(path, timed(options, fitted), sink);
    return List.of();
  }

  /** How the times of this file become gaps, which may differ from those of the training. */
  private static Meaning timed(Options options, Meaning fitted) {
    return fitted.withOptions(options.asMap());
  }

  private static Sequences read(
      Path path, Options options, Optional<Meaning> fitted, boolean withTargets) {
    Reading reading = reading(path, options, fitted, withTargets);
    return reading.group < 0 ? reading.rows(path) : reading.sequences(path);
  }

  private static Reading reading(
      Path path, Options options, Optional<Meaning> fitted, boolean withTargets) {
    CsvFile csv = CsvFile.open(path, options);
    boolean byRow = options.text("layout").orElse("").equals("rows");
    List<String> targets = options.names("targets");
    if (withTargets) {
      targets = CsvColumns.targets(csv, options);
      requireTargets(path, targets, options);
    }
    List<String> excluded = new ArrayList<>(targets);
    String group = options.text("sequence").orElse("");
    Optional<String> time = options.text(EventTimes.TIME);
    if (!byRow) {
      EventTimes.check(options);
      csv.column(group);
      excluded.add(group);
      time.ifPresent(excluded::add);
    } else if (time.isPresent()) {
      throw options.wrong(
          EventTimes.TIME, "left out with layout=rows, whose columns are the steps");
    }
    List<String> columns =
        fitted.isPresent() && !byRow
            ? CsvColumns.forModel(csv, options, excluded, fitted.get())
            : CsvColumns.inputs(csv, options, excluded);
    return new Reading(
        csv, options, columns, withTargets ? targets : List.of(), byRow ? -1 : csv.column(group));
  }

  private static void requireTargets(Path path, List<String> targets, Options options) {
    boolean oneLabel = options.choice("predict", List.of("class", "value")).equals("class");
    if (targets.isEmpty() || oneLabel && targets.size() > 1) {
      throw new DataException(
          path
              + ": name the column"
              + (oneLabel ? "" : "s")
              + " to predict with option targets"
              + (oneLabel ? " (exactly one with predict=class)" : ""));
    }
  }

  /** The reading of one file. */
  private static final class Reading {
    /** Of an array, its places in lists, and perhaps a time and a target. */
    private static final long BYTES_PER_ROW = 64;

    private static final int ROWS_BETWEEN_CHECKS = 1024;

    private final CsvFile csv;
    private final List<String> columns;
    private final int[] inputs;
    private final int[] targets;
    private final List<String> targetNames;
    private final Missing missing;
    private final boolean labels;
    private final boolean perStep;
    private final int time;

    /** The column that names the sequence of a row; -1 when every row is one. */
    private final int group;

    private long held;

    Reading(
        CsvFile csv, Options options, List<String> columns, List<String> targetNames, int group) {
      this.group = group;
      this.csv = csv;
      this.columns = columns;
      this.targetNames = targetNames;
      inputs = columns.stream().mapToInt(csv::column).toArray();
      targets = targetNames.stream().mapToInt(csv::column).toArray();
      missing = MissingValues.of(options);
      labels = options.choice("predict", List.of("class", "value")).equals("class");
      perStep = options.flag("per-step");
      time = options.text(EventTimes.TIME).map(csv::column).orElse(-1);
    }

    /** Each row a sequence. */
    Sequences rows(Path path) {
      Sequences all = empty(path, 1, List.of(), false);
      csv.forEachRow(
          (line, cells) -> {
            Group group = new Group(line);
            group.add(line, cells);
            group.addTo(all, path, false);
          });
      return all;
    }

    /** Rows with the same entry in a column one sequence. */
    Sequences sequences(Path path) {
      Map<String, Group> groups = new LinkedHashMap<>();
      csv.forEachRow(
          (line, cells) ->
              groups.computeIfAbsent(cells.get(group), name -> new Group(line)).add(line, cells));
      Sequences all = empty(path, columns.size(), columns, perStep);
      groups.values().forEach(group -> group.addTo(all, path, perStep));
      return all;
    }

    /** The sequences without targets, one after another. */
    void stream(Path path, Meaning fitted, InputSink sink) {
      int dims = group < 0 ? 1 : inputs.length;
      if (dims != fitted.inputSize()) {
        throw Sequences.wrongSize(path.toString(), dims, fitted);
      }
      SequencePieces pieces = new SequencePieces(dims, time >= 0, fitted, missing, sink);
      Set<String> begun = new HashSet<>();
      String[] present = new String[1];
      csv.forEachRow(
          (line, cells) -> {
            String name = group < 0 ? null : cells.get(group);
            if (present[0] == null || !present[0].equals(name)) {
              if (present[0] != null) {
                pieces.end();
              }
              begin(pieces, path, line, name, begun);
            }
            present[0] = name;
            put(pieces, line, cells);
            if (group < 0) {
              pieces.end();
            }
          });
      if (present[0] != null) {
        pieces.end();
      }
    }

    private void begin(SequencePieces pieces, Path path, int line, String name, Set<String> begun) {
      if (name != null && !begun.add(name)) {
        throw new DataException(
            csv.at(line, group)
                + ": sequence '"
                + name
                + "' goes on after others. The file is too large to be held, so the rows of a"
                + " sequence must follow one another; sort them, or give more memory (java -Xmx)");
      }
      pieces.begin(path + ":" + line);
    }

    private void put(SequencePieces pieces, int line, List<String> cells) {
      if (group < 0) {
        for (int c : inputs) {
          pieces.step(0);
          pieces.put(0, csv.number(line, c, cells.get(c), missing));
        }
        return;
      }
      pieces.step(time < 0 ? 0 : EventTimes.parse(cells.get(time), csv.at(line, time)));
      for (int d = 0; d < inputs.length; d++) {
        pieces.put(d, csv.number(line, inputs[d], cells.get(inputs[d]), missing));
      }
    }

    private Sequences empty(Path path, int dims, List<String> names, boolean steps) {
      Target target = null;
      if (targets.length > 0) {
        target =
            labels
                ? (steps ? Target.CLASS_PER_STEP : Target.CLASS)
                : (steps ? Target.VALUE_PER_STEP : Target.VALUE);
      }
      return new Sequences(path.toString(), dims, names, target, labels ? List.of() : targetNames);
    }

    /** The rows of one sequence. */
    private final class Group {
      private final int firstLine;
      private final List<double[]> values = new ArrayList<>();
      private final List<String> labelOfRow = new ArrayList<>();
      private final List<double[]> targetOfRow = new ArrayList<>();
      private final List<Double> timeOfRow = new ArrayList<>();

      Group(int firstLine) {
        this.firstLine = firstLine;
      }

      void add(int line, List<String> cells) {
        held += BYTES_PER_ROW + (long) Double.BYTES * inputs.length;
        if (line % ROWS_BETWEEN_CHECKS == 0) {
          Memory.require(held, csv.title() + ": its first " + line + " lines", "Use a part of it");
        }
        values.add(
            Arrays.stream(inputs)
                .mapToDouble(c -> csv.number(line, c, cells.get(c), missing))
                .toArray());
        if (time >= 0) {
          timeOfRow.add(EventTimes.parse(cells.get(time), csv.at(line, time)));
        }
        if (targets.length == 0) {
          return;
        }
        if (labels) {
          labelOfRow.add(label(line, cells.get(targets[0])));
        } else {
          targetOfRow.add(
              Arrays.stream(targets)
                  .mapToDouble(c -> csv.number(line, c, cells.get(c), Missing.ERROR))
                  .toArray());
        }
        requireAgreement(line);
      }

      /** A label; with a target per step, an empty cell stands for a step without one. */
      private String label(int line, String cell) {
        if (!cell.isEmpty()) {
          return cell;
        }
        if (perStep) {
          return null;
        }
        throw new DataException(
            csv.at(line, targets[0]) + " is empty; every sequence needs a label");
      }

      private void requireAgreement(int line) {
        boolean agree =
            labels
                ? labelOfRow.get(0) == null
                    || labelOfRow.get(0).equals(labelOfRow.get(labelOfRow.size() - 1))
                : Arrays.equals(targetOfRow.get(0), targetOfRow.get(targetOfRow.size() - 1));
        if (!perStep && !agree) {
          throw new DataException(
              csv.at(line, targets[0])
                  + " differs from that of the first row of its sequence (line "
                  + firstLine
                  + "); set per-step=yes if every row has a target of its own");
        }
      }

      void addTo(Sequences all, Path path, boolean steps) {
        String[] label = null;
        double[] target = null;
        if (targets.length > 0 && labels) {
          label = labelOfRow.subList(0, steps ? labelOfRow.size() : 1).toArray(String[]::new);
        } else if (targets.length > 0) {
          target = steps ? concat(targetOfRow) : targetOfRow.get(0);
        }
        double[] times =
            time < 0 ? null : timeOfRow.stream().mapToDouble(Double::doubleValue).toArray();
        all.add(concat(values), times, path + ":" + firstLine, label, target);
      }

      private double[] concat(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
      }
    }
  }
}
