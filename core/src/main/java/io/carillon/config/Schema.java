package io.carillon.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * All settings of one record, each declared once: name, meaning, type, default and range. What is
 * made of them follows from the declaration: reading and writing maps of plain values (as they
 * stand in {@code config.json}, in presets and on the command line), the record's {@code with…}
 * methods, its checks, and {@code docs/settings.md}.
 *
 * <p>A declaration is the call of the record's constructor, with one {@link Values#setting} for
 * each component, in their order:
 *
 * <pre>{@code
 * private static final Schema<Ends> SCHEMA = new Schema<>("ends", "Ends");
 * public static final Ends DEFAULT =
 *     SCHEMA.declare(
 *         s ->
 *             new Ends(
 *                 s.setting("low", "lower end").number(Ends::low, 0, Range.FINITE),
 *                 s.setting("high", "upper end").number(Ends::high, 1, Range.FINITE)));
 *
 * public Ends {
 *   SCHEMA.check(low, high);
 * }
 *
 * public Ends withLow(double value) {
 *   return SCHEMA.with(this, "low", value);
 * }
 * }</pre>
 *
 * @param <R> the record
 */
public final class Schema<R> {
  /** Key of what tells settings of several kinds apart. */
  public static final String KIND = "kind";

  private final String name;
  private final String title;
  private final List<Setting<R>> settings = new ArrayList<>();
  private Function<Values<R>, R> declaration;
  private R defaults;

  /**
   * A schema without settings yet.
   *
   * @param name of the record in files: for a kind of layer its {@code kind}
   * @param title its name for people
   */
  public Schema(String name, String title) {
    this.name = name;
    this.title = title;
  }

  /**
   * Declares the settings; called once, where the record's class is initialised.
   *
   * @param form makes a record of the values that it asks for
   * @return the record of all defaults
   */
  public R declare(Function<Values<R>, R> form) {
    defaults = form.apply(new Values<>(this));
    declaration = form;
    return defaults;
  }

  /** Name in files. */
  public String name() {
    return name;
  }

  /** Name for people. */
  public String title() {
    return title;
  }

  /** The settings in the order of the record's components. */
  public List<Setting<R>> settings() {
    return Collections.unmodifiableList(settings);
  }

  /** The record of all defaults. */
  public R defaults() {
    return defaults;
  }

  /**
   * Checks every value alone.
   *
   * @param values of all components in their order
   * @throws IllegalArgumentException naming the setting, its value and its range
   */
  public void check(Object... values) {
    if (values.length != settings.size()) {
      throw new IllegalStateException(
          name + ": " + values.length + " values for " + settings.size() + " settings");
    }
    for (int i = 0; i < values.length; i++) {
      Setting<R> setting = settings.get(i);
      if (values[i] == null || !(setting.optional() && values[i].equals(setting.otherwise()))) {
        setting.range().check(setting.name(), values[i]);
      }
    }
  }

  /**
   * The record with some settings changed.
   *
   * @param changes name, value, name, value…
   */
  public R with(R record, Object... changes) {
    Values<R> values = new Values<>(this);
    values.base = record;
    for (int i = 0; i < changes.length; i += 2) {
      values.changes.put((String) changes[i], changes[i + 1]);
    }
    R changed = declaration.apply(values);
    if (!values.changes.isEmpty()) {
      throw new IllegalStateException(name + " has no setting " + values.changes.keySet());
    }
    return changed;
  }

  /**
   * The record of settings that are given. A key that is left out is as in {@code otherwise}; an
   * unknown key is refused.
   *
   * @param kinds of nested settings, which name theirs
   * @throws IllegalArgumentException naming the setting that is unknown, of the wrong kind, or out
   *     of range
   */
  public R read(Settings given, List<? extends Schema<?>> kinds, R otherwise) {
    Values<R> values = new Values<>(this);
    values.given = given;
    values.kinds = kinds;
    values.base = otherwise;
    R read = declaration.apply(values);
    given.finish();
    return read;
  }

  private R readNested(Settings given, List<? extends Schema<?>> kinds, Object otherwise) {
    @SuppressWarnings("unchecked")
    R base = ((Described) otherwise).schema() == this ? (R) otherwise : defaults;
    return read(given, kinds, base);
  }

  private Map<String, Object> map(Described described) {
    @SuppressWarnings("unchecked")
    R record = (R) described;
    Map<String, Object> map = new LinkedHashMap<>();
    Map<String, Object> nested = new LinkedHashMap<>();
    if (described.kind() != null) {
      map.put(KIND, described.kind());
    }
    for (Setting<R> setting : settings) {
      Object value = setting.getter().apply(record);
      if (value instanceof Described inner) {
        nested.put(setting.name(), inner.toMap());
      } else if (!setting.optional() || !value.equals(setting.otherwise())) {
        map.put(setting.name(), value instanceof Enum<?> e ? Settings.name(e) : value);
      }
    }
    map.putAll(nested);
    return map;
  }

  /** A record of settings. */
  public interface Described {
    /** The schema of this record. */
    Schema<?> schema();

    /** What tells it from other records in its place, or null where there are none. */
    default String kind() {
      return null;
    }

    /** All settings as plain values, which {@link Schema#read} takes; nested ones last. */
    default Map<String, Object> toMap() {
      return schema().map(this);
    }
  }

  /**
   * Where the values of a record come from: defaults, another record, or what is given.
   *
   * @param <R> the record
   */
  public static final class Values<R> {
    private final Schema<R> schema;
    private final boolean declaring;
    private final Map<String, Object> changes = new HashMap<>();
    private List<? extends Schema<?>> kinds = List.of();
    private Settings given = new Settings("", Map.of());
    private R base;

    private Values(Schema<R> schema) {
      this.schema = schema;
      this.declaring = schema.declaration == null;
    }

    /** Whether a number above zero is given for a setting on which a default depends. */
    public boolean isPositive(String setting) {
      return given.isPositive(setting);
    }

    /**
     * A setting, whose type is said next.
     *
     * @param name in lower case with underscores
     * @param meaning one line, with names of values in backquotes
     */
    public Typed<R> setting(String name, String meaning) {
      return new Typed<>(this, name, meaning);
    }
  }

  /**
   * Says the type of a setting and gives its value.
   *
   * @param <R> the record
   */
  public static final class Typed<R> {
    private final Values<R> values;
    private final String name;
    private final String meaning;
    private boolean optional;

    private Typed(Values<R> values, String name, String meaning) {
      this.values = values;
      this.name = name;
      this.meaning = meaning;
    }

    @SuppressWarnings("unchecked")
    private <T> T value(Function<R, T> getter, T otherwise, Range range, UnaryOperator<T> read) {
      if (values.declaring) {
        values.schema.settings.add(
            new Setting<>(name, meaning, otherwise, range, optional, getter));
      }
      if (values.changes.containsKey(name)) {
        return (T) values.changes.remove(name);
      }
      return read.apply(values.base == null ? otherwise : getter.apply(values.base));
    }

    /** A whole number. */
    public int integer(Function<R, Integer> getter, int otherwise, Range range) {
      return value(getter, otherwise, range, x -> values.given.integer(name, x));
    }

    /** A whole number of 64 bits. */
    public long wholeNumber(Function<R, Long> getter, long otherwise) {
      return value(
          getter, otherwise, Range.of("a whole number"), x -> values.given.wholeNumber(name, x));
    }

    /** A list of whole numbers. */
    public List<Integer> integers(Function<R, List<Integer>> getter, List<Integer> otherwise) {
      return value(
          getter,
          otherwise,
          Range.of("a list of whole numbers"),
          x -> values.given.integers(name, x));
    }

    /** A number. */
    public double number(Function<R, Double> getter, double otherwise, Range range) {
      return value(getter, otherwise, range, x -> values.given.number(name, x));
    }

    /** A number that is left out of maps where it has its default, which may be NaN. */
    public double optional(Function<R, Double> getter, double otherwise, Range range) {
      optional = true;
      return number(getter, otherwise, range);
    }

    /** True or false. */
    public boolean flag(Function<R, Boolean> getter, boolean otherwise) {
      return value(getter, otherwise, Range.FLAG, x -> values.given.flag(name, x));
    }

    /** One of the constants of an enum. */
    public <E extends Enum<E>> E choice(Function<R, E> getter, E otherwise) {
      Class<E> type = otherwise.getDeclaringClass();
      return value(
          getter,
          otherwise,
          Range.names(type.getEnumConstants()),
          x -> values.given.choice(name, type, x));
    }

    /** Settings of their own; of the kind that they say, if the default has a kind. */
    public <D extends Described> D nested(Function<R, D> getter, D otherwise) {
      return value(getter, otherwise, Range.of("settings"), this::readNested);
    }

    @SuppressWarnings("unchecked")
    private <D extends Described> D readNested(D otherwise) {
      Settings inner = values.given.nested(name);
      if (!values.given.has(name)) {
        return otherwise;
      }
      Schema<?> schema = otherwise.schema();
      if (otherwise.kind() != null) {
        schema = named(inner.text(KIND, otherwise.kind()), values.kinds, name + "." + KIND);
      }
      return (D) schema.readNested(inner, values.kinds, otherwise);
    }
  }

  /**
   * The schema of a name.
   *
   * @param what the name is of
   * @throws IllegalArgumentException suggesting the nearest
   */
  public static <S extends Schema<?>> S named(String name, List<S> schemas, String what) {
    for (S schema : schemas) {
      if (schema.name().equals(name)) {
        return schema;
      }
    }
    throw new IllegalArgumentException(
        what
            + " is '"
            + name
            + "'"
            + Nearest.hint(name, schemas.stream().map(Schema::name).toList()));
  }
}
