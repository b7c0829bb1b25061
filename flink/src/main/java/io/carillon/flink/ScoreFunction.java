package io.carillon.flink;

import io.carillon.model.Meaning;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * A live stream of a model for every key: raw events in, answers of {@link
 * io.carillon.model.Predictor} out, one for each. What is remembered of a stream is keyed state of
 * Flink, so that after a failure or a restart every answer has the bits that it would have had
 * without.
 *
 * <pre>{@code
 * ScoreFunction<String, Reading, Alarm> score =
 *     ScoreFunction.<String, Reading>of(ModelSource.folder("/models/pump"))
 *         .values(r -> new double[] {r.pressure, r.heat})
 *         .gapsFromEventTime(Duration.ofSeconds(1))
 *         .inOrder(late)
 *         .answers(Types.POJO(Alarm.class), (r, answer) -> new Alarm(r, answer));
 * readings.keyBy(r -> r.pump).process(score).uid("score");
 * }</pre>
 *
 * <p>The operator needs a {@code uid} to find its streams again. Settings are checked when the job
 * starts.
 *
 * @param <K> keys
 * @param <E> events
 * @param <R> what is put out for an event
 */
public final class ScoreFunction<K, E, R> extends KeyedProcessFunction<K, E, R>
    implements ResultTypeQueryable<R> {
  private static final long serialVersionUID = 1;

  private final Settings<E> settings;
  private final TypeInformation<R> type;
  private final Result<E, R> result;

  private transient Scorer scorer;
  private transient ValueState<StreamMemory> memory;
  private transient MapState<Long, List<E>> waiting;

  /** Takes what the model needs out of an event. */
  @FunctionalInterface
  public interface Values<E> extends Serializable {
    /** The numbers of an event in their own units, NaN where one is missing. */
    double[] of(E event);
  }

  /** Takes the token out of an event. */
  @FunctionalInterface
  public interface Token<E> extends Serializable {
    /** Name of the token, or its id in decimal digits. */
    String of(E event);
  }

  /** Makes what is put out. */
  @FunctionalInterface
  public interface Result<E, R> extends Serializable {
    /** For an event and the answer to it, which may be that there is none. */
    R of(E event, Answer answer);
  }

  private ScoreFunction(Settings<E> settings, TypeInformation<R> type, Result<E, R> result) {
    this.settings = settings;
    this.type = Objects.requireNonNull(type, "type");
    this.result = Objects.requireNonNull(result, "result");
  }

  /** Begins the settings of a function. */
  public static <K, E> Builder<K, E> of(ModelSource model) {
    return new Builder<>(model);
  }

  /** What has been set; a builder's, and that of the function once it is made. */
  private static final class Settings<E> implements Serializable {
    private static final long serialVersionUID = 1;

    private final ModelSource model;
    private Values<E> values;
    private Token<E> token;
    private Duration unit;
    private OutputTag<E> late;
    private OutputTag<E> refused;
    private Duration ttl;
    private ModelChange onChange = ModelChange.FAIL;
    private int kept;

    private Settings(ModelSource model) {
      this.model = Objects.requireNonNull(model, "model");
    }

    private Settings<E> copy() {
      Settings<E> copy = new Settings<>(model);
      copy.values = values;
      copy.token = token;
      copy.unit = unit;
      copy.late = late;
      copy.refused = refused;
      copy.ttl = ttl;
      copy.onChange = onChange;
      copy.kept = kept;
      return copy;
    }
  }

  /** Settings of a function, and at the end {@link #answers}. */
  public static final class Builder<K, E> {
    private final Settings<E> settings;

    private Builder(ModelSource model) {
      this.settings = new Settings<>(model);
    }

    /** Events hold numbers; for models that read numbers. */
    public Builder<K, E> values(Values<E> values) {
      settings.values = Objects.requireNonNull(values, "values");
      return this;
    }

    /** Events hold a token; for models that read tokens. */
    public Builder<K, E> token(Token<E> token) {
      settings.token = Objects.requireNonNull(token, "token");
      return this;
    }

    /**
     * The time between two events of a key counts, by their timestamps. Without this all events are
     * one ordinary step apart.
     *
     * @param unit what one unit of the times in the training data lasts, such as a second
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder<K, E> gapsFromEventTime(Duration unit) {
      settings.unit = requirePositive("unit", unit);
      return this;
    }

    /**
     * Events of a key are answered in the order of their timestamps: each is kept until the
     * watermark has passed it. One that comes after that is late: it is counted and put out under
     * this tag, as it came, and the stream does not see it.
     */
    public Builder<K, E> inOrder(OutputTag<E> late) {
      settings.late = Objects.requireNonNull(late, "late");
      return this;
    }

    /**
     * Events that the model refuses (a missing value where none may miss, a number that is
     * infinite, a time that is not after the one before, an unknown token) are counted and put out
     * under this tag, as they came, and the stream is as before. Without this they fail the job.
     */
    public Builder<K, E> refused(OutputTag<E> refused) {
      settings.refused = Objects.requireNonNull(refused, "refused");
      return this;
    }

    /**
     * The stream of a key that has had no event for so long, by the clock of the machine, is
     * forgotten; its next event begins a new one.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder<K, E> forgetAfter(Duration ttl) {
      settings.ttl = requirePositive("ttl", ttl);
      return this;
    }

    /** With a savepoint of another model the job is refused; so it is if nothing is said. */
    public Builder<K, E> failOnModelChange() {
      return onModelChange(ModelChange.FAIL, 0);
    }

    /** With a savepoint of another model every stream begins anew. */
    public Builder<K, E> resetOnModelChange() {
      return onModelChange(ModelChange.RESET, 0);
    }

    /**
     * Of every stream the last events are kept from now on, and with a savepoint of another model
     * the new one is given them first.
     *
     * @param events at most so many; they are a part of the state
     * @throws IllegalArgumentException if it is not positive
     */
    public Builder<K, E> warmUpOnModelChange(int events) {
      if (events < 1) {
        throw new IllegalArgumentException(
            "events is " + events + "; to warm up another model at least 1 must be kept");
      }
      return onModelChange(ModelChange.WARM_UP, events);
    }

    private Builder<K, E> onModelChange(ModelChange change, int events) {
      settings.onChange = change;
      settings.kept = events;
      return this;
    }

    /**
     * The function.
     *
     * @param type of what is put out
     * @param result of an event and its answer
     * @throws IllegalStateException if nothing says where events have their numbers or token
     */
    public <R> ScoreFunction<K, E, R> answers(TypeInformation<R> type, Result<E, R> result) {
      if (settings.values == null == (settings.token == null)) {
        throw new IllegalStateException(
            "say where the numbers of an event are (values) or its token (token), one of the two");
      }
      return new ScoreFunction<>(settings.copy(), type, result);
    }

    private static Duration requirePositive(String name, Duration value) {
      if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
        throw new IllegalArgumentException(name + " is " + value + "; it must be positive");
      }
      return value;
    }
  }

  @Override
  public TypeInformation<R> getProducedType() {
    return type;
  }

  @Override
  public void open(OpenContext context) {
    double unit = settings.unit == null ? 0 : settings.unit.toNanos() / 1e6;
    scorer =
        new Scorer(
            settings.model.load(),
            settings.onChange,
            settings.kept,
            unit,
            getRuntimeContext().getMetricGroup());
    requireFit(scorer.predictor().meaning());
    ValueStateDescriptor<StreamMemory> descriptor =
        new ValueStateDescriptor<>(
            "carillon-stream",
            new StreamMemorySerializer(
                scorer.predictor().model().fingerprint(), settings.onChange));
    if (settings.ttl != null) {
      descriptor.enableTimeToLive(StateTtlConfig.newBuilder(settings.ttl).build());
    }
    memory = getRuntimeContext().getState(descriptor);
    if (settings.late != null) {
      waiting =
          getRuntimeContext()
              .getMapState(
                  new MapStateDescriptor<>(
                      "carillon-waiting", Types.LONG, Types.LIST(settings.late.getTypeInfo())));
    }
  }

  private void requireFit(Meaning meaning) {
    boolean tokens = meaning.inputSize() == 0;
    if (tokens != (settings.token != null)) {
      throw new IllegalStateException(
          settings.model
              + (tokens
                  ? " reads tokens; say where the token of an event is (token)"
                  : " reads "
                      + meaning.inputSize()
                      + " numbers per event; say where they are (values)"));
    }
  }

  @Override
  public void processElement(E event, Context context, Collector<R> out) throws Exception {
    if (settings.late == null) {
      score(event, scorer.timed() ? time(context) : Long.MIN_VALUE, context, out);
      return;
    }
    long time = time(context);
    if (time <= context.timerService().currentWatermark()) {
      scorer.countLate();
      context.output(settings.late, event);
      return;
    }
    List<E> together = waiting.get(time);
    if (together == null) {
      together = new ArrayList<>();
      context.timerService().registerEventTimeTimer(time);
    }
    together.add(event);
    waiting.put(time, together);
  }

  private static long time(KeyedProcessFunction<?, ?, ?>.Context context) {
    Long time = context.timestamp();
    if (time == null) {
      throw new IllegalStateException(
          "an event has no timestamp, but its time is to count; give the source a"
              + " WatermarkStrategy with timestamps");
    }
    return time;
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<R> out) throws Exception {
    List<E> together = waiting.get(time);
    waiting.remove(time);
    for (E event : together) {
      score(event, time, context, out);
    }
  }

  private void score(E event, long time, Context context, Collector<R> out) throws Exception {
    // Always from the state, never from a field: on the heap it is a copy while a checkpoint is
    // made.
    StreamMemory before = memory.value();
    double[] values = settings.values == null ? null : settings.values.of(event);
    String token = settings.token == null ? null : settings.token.of(event);
    Scorer.Scored scored;
    try {
      scored = scorer.score(before, values, token, time);
    } catch (Scorer.Refused e) {
      if (settings.refused == null) {
        throw new IllegalArgumentException(
            "key " + context.getCurrentKey() + ": " + e.getMessage(), e);
      }
      context.output(settings.refused, event);
      return;
    }
    memory.update(scored.memory());
    out.collect(result.of(event, scored.answer()));
  }
}
