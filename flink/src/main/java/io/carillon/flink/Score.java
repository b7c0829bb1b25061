package io.carillon.flink;

import static org.apache.flink.table.annotation.ArgumentTrait.PASS_COLUMNS_THROUGH;
import static org.apache.flink.table.annotation.ArgumentTrait.SET_SEMANTIC_TABLE;

import io.carillon.model.Classification;
import io.carillon.model.Meaning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.annotation.ArgumentHint;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.annotation.StateHint;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.DataTypeFactory;
import org.apache.flink.table.functions.FunctionContext;
import org.apache.flink.table.functions.ProcessTableFunction;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.inference.CallContext;
import org.apache.flink.table.types.inference.TypeInference;
import org.apache.flink.types.ColumnList;
import org.apache.flink.types.Row;
import org.apache.flink.util.TimeUtils;

/**
 * A live stream of a model for every key of a table: every row comes out again with the answer in
 * columns of its own.
 *
 * <pre>{@code
 * CREATE FUNCTION SCORE AS 'io.carillon.flink.Score';
 * SELECT * FROM SCORE(
 *   input => TABLE events PARTITION BY sensor ORDER BY ts,
 *   folder => '/models/pump',
 *   uid => 'pumps');
 * }</pre>
 *
 * <p>The model says which columns it reads, by name ({@link Meaning#inputNames}), and which come
 * out: {@code predicted}, {@code probability} and {@code p_NAME} for every class, or its quantities
 * by name. A row that the model leaves out for a missing value (NULL) has NULL in them.
 *
 * <p>All arguments are constants: {@code folder} of the model, unless the function was registered
 * as an instance that has one; {@code columns}, where the names of the table are others; {@code
 * time_unit}, such as {@code '1 s'}, what one unit of the times in the training data lasts, if the
 * time between two rows is to count ({@code on_time} says which column it is in); {@code
 * on_model_change}, see {@link ModelChange}, and {@code keep}, the rows of a key that are kept for
 * {@code WARM_UP}; {@code on_refused}, {@code 'FAIL'} or {@code 'NULL'}: what a row that the model
 * refuses leads to.
 */
@FunctionHint(output = @DataTypeHint("ROW<predicted STRING>"))
public final class Score extends ProcessTableFunction<Row> {
  private static final long serialVersionUID = 1;
  private static final String INPUT = "input";

  /** Places of the arguments in a call. */
  private static final int OF_INPUT = 0;

  private static final int OF_FOLDER = 1;
  private static final int OF_COLUMNS = 2;

  private final ModelSource model;

  private transient MetricGroup metrics;
  private transient Scorer scorer;
  private transient int[] places;
  private transient boolean failOnRefused;

  /** What is kept for a key. Public for Flink's sake. */
  public static final class Memory {
    /** Null until the first row. */
    @DataTypeHint(
        value = "RAW",
        bridgedTo = StreamMemory.class,
        rawSerializer = StreamMemorySerializer.class)
    public StreamMemory stream;
  }

  /** For {@code CREATE FUNCTION}; the call says where the model is. */
  public Score() {
    this.model = null;
  }

  /** For {@code createTemporarySystemFunction}: a function that has its model. */
  public Score(ModelSource model) {
    this.model = Objects.requireNonNull(model, "model");
  }

  @Override
  public TypeInference getTypeInference(DataTypeFactory typeFactory) {
    TypeInference extracted = super.getTypeInference(typeFactory);
    return TypeInference.newBuilder()
        .staticArguments(extracted.getStaticArguments().orElseThrow())
        .inputTypeStrategy(extracted.getInputTypeStrategy())
        .stateTypeStrategies(extracted.getStateTypeStrategies())
        .outputTypeStrategy(call -> Optional.of(outputType(call)))
        .build();
  }

  /** When a statement is planned: the columns that are named by the model. */
  private DataType outputType(CallContext call) {
    String folder = call.getArgumentValue(OF_FOLDER, String.class).orElse(null);
    Meaning meaning = source(folder).load().meaning();
    call.getTableSemantics(OF_INPUT)
        .ifPresent(
            table ->
                places(
                    meaning,
                    DataType.getFieldNames(table.dataType()),
                    call.getArgumentValue(OF_COLUMNS, ColumnList.class).orElse(null)));
    List<DataTypes.Field> fields = new ArrayList<>();
    if (meaning.isClass()) {
      fields.add(DataTypes.FIELD("predicted", DataTypes.STRING()));
      fields.add(DataTypes.FIELD("probability", DataTypes.DOUBLE()));
      for (String name : meaning.classNames()) {
        fields.add(DataTypes.FIELD("p_" + name, DataTypes.DOUBLE()));
      }
    } else {
      List<String> names = meaning.valueNames();
      for (int i = 0; i < meaning.outputSize(); i++) {
        String name = names.get(i % names.size());
        fields.add(
            DataTypes.FIELD(
                meaning.horizon() == 1 ? name : name + "_" + (i / names.size() + 1),
                DataTypes.FLOAT()));
      }
    }
    return DataTypes.ROW(fields);
  }

  private ModelSource source(String folder) {
    if (folder == null && model == null) {
      throw new ValidationException(
          "SCORE has no model: give folder => '…', or register an instance with a model");
    }
    return folder == null ? model : ModelSource.folder(folder);
  }

  /** Where in a row the numbers of an event are, or its token. */
  private static int[] places(Meaning meaning, List<String> table, ColumnList columns) {
    List<String> wanted =
        columns == null ? new ArrayList<>(meaning.inputNames()) : columns.getNames();
    int size = Math.max(1, meaning.inputSize());
    if (wanted.size() != size) {
      throw new ValidationException(
          (columns == null
                  ? "the inputs of the model have no names"
                  : "columns names " + wanted.size() + " columns")
              + "; it reads "
              + (meaning.inputSize() == 0 ? "one token" : size + " numbers")
              + " per row: say where they are with columns => DESCRIPTOR(…)");
    }
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = place(table, wanted.get(i));
      if (places[i] < 0) {
        throw new ValidationException(
            "the model reads column '"
                + wanted.get(i)
                + "', the table has "
                + table
                + "; rename it in a view, or say where it is with columns => DESCRIPTOR(…)");
      }
    }
    return places;
  }

  /** By the very name, else by one that differs in capitals only. */
  private static int place(List<String> table, String name) {
    int place = table.indexOf(name);
    for (int i = 0; i < table.size() && place < 0; i++) {
      place = table.get(i).equalsIgnoreCase(name) ? i : -1;
    }
    return place;
  }

  @Override
  public void open(FunctionContext context) {
    metrics = context.getMetricGroup();
  }

  /** Takes a row; called by Flink. */
  public void eval(
      Context context,
      @StateHint(name = "memory") Memory memory,
      @ArgumentHint(
              value = {SET_SEMANTIC_TABLE, PASS_COLUMNS_THROUGH},
              name = INPUT)
          Row input,
      @ArgumentHint(name = "folder", isOptional = true) String folder,
      @ArgumentHint(name = "columns", isOptional = true) ColumnList columns,
      @ArgumentHint(name = "time_unit", isOptional = true) String timeUnit,
      @ArgumentHint(name = "on_model_change", isOptional = true) String onModelChange,
      @ArgumentHint(name = "keep", isOptional = true) Integer keep,
      @ArgumentHint(name = "on_refused", isOptional = true) String onRefused) {
    if (scorer == null) {
      begin(context, folder, columns, timeUnit, onModelChange, keep, onRefused);
    }
    Meaning meaning = scorer.predictor().meaning();
    double time = scorer.timed() ? time(context) : Double.NaN;
    boolean tokens = meaning.inputSize() == 0;
    Row out = new Row(meaning.isClass() ? 2 + meaning.outputSize() : meaning.outputSize());
    try {
      Scorer.Scored scored =
          scorer.score(
              memory.stream,
              tokens ? null : numbers(input),
              tokens ? String.valueOf(input.getField(places[0])) : null,
              time);
      memory.stream = scored.memory();
      write(scored.answer(), out);
    } catch (Scorer.Refused e) {
      if (failOnRefused) {
        throw new IllegalArgumentException("row " + input + ": " + e.getMessage(), e);
      }
    }
    collect(out);
  }

  private void begin(
      Context context,
      String folder,
      ColumnList columns,
      String timeUnit,
      String onModelChange,
      Integer keep,
      String onRefused) {
    ModelChange change = word("on_model_change", onModelChange, ModelChange.values());
    failOnRefused = word("on_refused", onRefused, OnRefused.values()) == OnRefused.FAIL;
    boolean warmUp = change == ModelChange.WARM_UP;
    if (warmUp != (keep != null) || warmUp && keep < 1) {
      throw new IllegalArgumentException(
          "keep is "
              + keep
              + "; it must be a positive number with on_model_change => 'WARM_UP', and left out"
              + " else");
    }
    double unit = timeUnit == null ? 0 : TimeUtils.parseDuration(timeUnit).toNanos() / 1e6;
    if (timeUnit != null && unit == 0) {
      throw new IllegalArgumentException("time_unit is '" + timeUnit + "'; it must be positive");
    }
    Scorer made = new Scorer(source(folder).load(), change, warmUp ? keep : 0, unit, metrics);
    places =
        places(
            made.predictor().meaning(),
            DataType.getFieldNames(context.tableSemanticsFor(INPUT).dataType()),
            columns);
    scorer = made;
  }

  private enum OnRefused {
    FAIL,
    NULL
  }

  /** The first of the words when nothing is said. */
  private static <T extends Enum<T>> T word(String name, String value, T[] words) {
    for (T each : words) {
      if (value == null || each.name().equals(value.toUpperCase(Locale.ROOT))) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        name + " is '" + value + "'; it can be one of " + Arrays.toString(words));
  }

  private static double time(Context context) {
    Long time = context.timeContext(Long.class).time();
    if (time == null) {
      throw new IllegalArgumentException(
          "time_unit is given, but not in which column the time is; add on_time => DESCRIPTOR(…)");
    }
    return time;
  }

  private double[] numbers(Row input) {
    double[] numbers = new double[places.length];
    for (int i = 0; i < places.length; i++) {
      Object value = input.getField(places[i]);
      if (value == null) {
        numbers[i] = Double.NaN;
      } else if (value instanceof Number number) {
        numbers[i] = number.doubleValue();
      } else {
        throw new IllegalArgumentException(
            "column "
                + (places[i] + 1)
                + " of the table holds '"
                + value
                + "'; the model reads numbers there");
      }
    }
    return numbers;
  }

  private static void write(Answer answer, Row out) {
    Classification classification = answer.classification();
    if (classification != null) {
      out.setField(0, classification.name());
      out.setField(1, classification.probability());
      double[] probabilities = classification.probabilities();
      for (int c = 0; c < probabilities.length; c++) {
        out.setField(2 + c, probabilities[c]);
      }
    } else if (answer.isPresent()) {
      float[] values = answer.values();
      for (int i = 0; i < values.length; i++) {
        out.setField(i, values[i]);
      }
    }
  }
}
