package io.carillon.model;

import io.carillon.config.Mixer;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Settings;
import io.carillon.engine.Parameter;
import io.carillon.engine.SeededRandom;
import io.carillon.io.AtomicFile;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.io.SafeTensors;
import io.carillon.model.stream.Fingerprint;
import io.carillon.nn.LayerKind;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/**
 * A model on disk: {@code config.json} (network, info and checksums) and {@code
 * weights.safetensors}; or in memory, where the two stand one behind the other.
 *
 * <p>On disk the two are replaced one after the other, but belong together: {@code config.json}
 * says which weights it is of, and until those have taken the place of the old ones they lie beside
 * them. So a folder holds the old model or the new one at every moment, also after a crash.
 */
final class ModelFolder {
  private static final String FORMAT = "carillon-model";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "weights.safetensors";

  /** Weights that are complete, but whose {@code config.json} may not be there yet. */
  private static final String NEXT_WEIGHTS = WEIGHTS + ".next";

  private static final String CHECKSUMS = "checksums";

  /** Of {@link #CHECKSUMS}: CRC-32C of the rest of {@code config.json}. */
  private static final String OF_CONFIG = "config";

  /**
   * Of {@link #CHECKSUMS}, and of the metadata of the weights, whose checksums cover it: the
   * fingerprint of the model.
   */
  private static final String OF_MODEL = "model";

  /**
   * How often a folder is read that is being written at the same time, again and again: whoever
   * reads more slowly than another writes may meet a save every time.
   */
  private static final int MOST_READINGS = 100;

  /** Between two readings: the clock of files may tick a hundred times a second only. */
  private static final long PAUSE = 20_000_000;

  /** Milliseconds after which nobody is still busy saving what a configuration describes. */
  private static final long LONGEST_SAVE = 10_000;

  private static final String MEANT =
      " or, if the change was meant, remove the entry \"checksums\" of config.json";

  private static final String OLD_FOLDER =
      "the folder is of an older release and has no checksums, so that damage to it would not be"
          + " noticed; save the model anew";

  private static final int VERSION = 1;

  /** "CaMo" in the order of the bytes. */
  private static final int MAGIC = 'C' | 'a' << 8 | 'M' << 16 | 'o' << 24;

  /** Of the bytes of a model: beginning, version and two lengths. */
  private static final int HEADER = 16;

  private static final int CHECKSUM = 4;

  /** What messages about a model in memory begin with. */
  private static final String BYTES = "model bytes: ";

  /** How much larger the largest array of a layer may be than its parameters. */
  private static final double LARGEST_TO_STORED = 64;

  private static final int MOST_NAMED = 5;

  private static final long LONGEST_CONFIG = 16L << 20;

  private ModelFolder() {}

  /**
   * What is in a folder: the network with its weights, and what travels with the model.
   *
   * @param info without the meaning
   * @param fingerprint of the network
   * @param note what a user of the model should be told of the folder, or null
   */
  record Contents(
      Network network, Meaning meaning, Map<String, Object> info, long fingerprint, String note) {}

  static void save(Path folder, Contents model) throws IOException {
    AtomicFile.createFolders(folder);
    String text = configText(model);
    Path next = folder.resolve(NEXT_WEIGHTS);
    finishEarlierSave(folder, next);
    SafeTensors.write(next, tensors(model), metadata(model));
    try {
      AtomicFile.writeText(folder.resolve(CONFIG), text);
    } catch (IOException | RuntimeException e) {
      discard(next, e);
      throw e;
    }
    AtomicFile.move(next, folder.resolve(WEIGHTS));
  }

  /** Both files as one piece; {@code docs/formats.md} has the layout. */
  static byte[] toBytes(Contents model) {
    byte[] config = configText(model).getBytes(StandardCharsets.UTF_8);
    byte[] weights = SafeTensors.toBytes(tensors(model), metadata(model));
    long size = (long) HEADER + config.length + weights.length + CHECKSUM;
    if (size > Integer.MAX_VALUE - 16) {
      throw new IllegalArgumentException(
          "the model has " + size + " bytes, an array holds at most 2^31; save it in a folder");
    }
    ByteBuffer out = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(MAGIC).putInt(VERSION).putInt(config.length).putInt(weights.length);
    out.put(config).put(weights);
    return out.putInt(checksum(out.array())).array();
  }

  /** CRC-32C of everything before the last four bytes. */
  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    return (int) crc.getValue();
  }

  private static String configText(Contents model) {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("format", FORMAT);
    config.put("version", VERSION);
    config.put("network", model.network.config().toMap());
    config.put("info", info(model));
    Map<String, Object> checksums = new LinkedHashMap<>();
    checksums.put(OF_CONFIG, checksum(Json.parseObject(Json.write(config))));
    checksums.put(OF_MODEL, Fingerprint.hex(model.fingerprint));
    config.put(CHECKSUMS, checksums);
    return Json.write(config);
  }

  private static Map<String, SafeTensors.Tensor> tensors(Contents model) {
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    for (Parameter p : model.network.parameters()) {
      tensors.put(p.name(), SafeTensors.Tensor.of(p.shape(), p.value()));
    }
    return tensors;
  }

  private static Map<String, String> metadata(Contents model) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("format", FORMAT + "-" + VERSION);
    metadata.put(OF_MODEL, Fingerprint.hex(model.fingerprint));
    return metadata;
  }

  /** With the meaning, if there is something to say. */
  private static Map<String, Object> info(Contents model) {
    if (model.meaning.equals(Meaning.plain(model.network.config()))) {
      return model.info;
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put(Meaning.INFO, model.meaning.toMap());
    info.putAll(model.info);
    return info;
  }

  /**
   * The weights that wait may be the only ones that the present {@code config.json} is of.
   *
   * @throws IOException if that cannot be found out
   */
  private static void finishEarlierSave(Path folder, Path next) throws IOException {
    if (Files.exists(next) && waitedFor(folder, next)) {
      AtomicFile.move(next, folder.resolve(WEIGHTS));
    }
  }

  /**
   * Whether {@code config.json} says that it is of these weights. A save that ended before its own
   * was there leaves weights that nothing needs; so it is with one that has no checksums, since no
   * save that leaves weights to wait writes such a one.
   */
  private static boolean waitedFor(Path folder, Path next) throws IOException {
    try {
      return contents(describe(folder), Weights.in(next), next).note == null;
    } catch (FormatException | NoSuchFileException e) {
      return false;
    }
  }

  private static void discard(Path file, Exception failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** CRC-32C of what was parsed of {@code config.json}, as it is written. */
  private static String checksum(Map<String, Object> config) {
    CRC32C crc = new CRC32C();
    crc.update(Json.write(config).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  /**
   * The weights may be those of another model that is being saved meanwhile. So where they do not
   * fit, both files are read again, unless the very same configuration was there before, a pause
   * ago, and still is; or has been there for long.
   */
  static Contents load(Path folder) throws IOException {
    Path config = folder.resolve(CONFIG);
    List<Object> before = List.of();
    for (int i = 0; ; i++) {
      List<Object> now = identity(config);
      Description description = describe(folder);
      try {
        return contents(
            description, Weights.in(folder.resolve(WEIGHTS)), folder.resolve(NEXT_WEIGHTS));
      } catch (IOException | FormatException e) {
        boolean same = now.equals(before) && now.equals(identity(config));
        if (same || i == MOST_READINGS || !isRecent(config)) {
          throw e;
        }
        before = now;
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  /** What is another one for a file that has taken the place of one with the same content. */
  private static List<Object> identity(Path file) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return List.of(
        attributes.lastModifiedTime(),
        attributes.size(),
        Objects.requireNonNullElse(attributes.fileKey(), ""));
  }

  private static boolean isRecent(Path file) throws IOException {
    long age = System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis();
    return age < LONGEST_SAVE;
  }

  /**
   * Reads what {@link #toBytes} has written.
   *
   * @throws FormatException if the bytes are damaged, cut off, of another version or no model
   */
  static Contents fromBytes(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    require(
        bytes.length >= 8 && in.getInt(0) == MAGIC,
        "these are no model (they do not begin with 'CaMo')");
    require(
        in.getInt(4) == VERSION,
        "version is " + in.getInt(4) + ", this release reads version " + VERSION);
    require(
        bytes.length >= HEADER + CHECKSUM,
        "there are only " + bytes.length + " bytes; the rest is missing");
    require(
        in.getInt(bytes.length - CHECKSUM) == checksum(bytes),
        "the checksum does not fit; the bytes are damaged or cut off");
    int config = in.getInt(8);
    int weights = in.getInt(12);
    require(
        config >= 0
            && weights >= 0
            && (long) HEADER + config + weights + CHECKSUM == bytes.length
            && config <= LONGEST_CONFIG,
        "the parts have " + config + " and " + weights + " bytes, which cannot be");
    Weights file = Weights.in(bytes, HEADER + config, weights);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(in.slice(HEADER, config)).toString();
      Description description = describe(BYTES + CONFIG, text);
      require(description.fingerprint != null, CONFIG + " has no checksums");
      return contents(description, file);
    } catch (CharacterCodingException e) {
      throw new FormatException(BYTES + CONFIG + " is no text in UTF-8", e);
    } catch (IOException e) {
      throw new IllegalStateException("memory can be read", e);
    }
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new FormatException(BYTES + message);
    }
  }

  /** A file of weights, which need not be there. */
  private interface Weights {
    /** For messages. */
    String name();

    /** Bytes; as many as can be if it is not there, which {@link #read} says. */
    long size() throws IOException;

    SafeTensors.Contents read() throws IOException;

    static Weights in(Path file) {
      return new Weights() {
        @Override
        public String name() {
          return file.toString();
        }

        @Override
        public long size() throws IOException {
          return Files.exists(file) ? Files.size(file) : Long.MAX_VALUE;
        }

        @Override
        public SafeTensors.Contents read() throws IOException {
          return SafeTensors.read(file);
        }
      };
    }

    static Weights in(byte[] bytes, int from, int size) {
      return new Weights() {
        @Override
        public String name() {
          return BYTES + WEIGHTS;
        }

        @Override
        public long size() {
          return size;
        }

        @Override
        public SafeTensors.Contents read() {
          return SafeTensors.read(name(), bytes, from, size);
        }
      };
    }
  }

  private static String configText(Path folder) throws IOException {
    Path configFile = folder.resolve(CONFIG);
    if (!Files.isRegularFile(configFile)) {
      throw new NoSuchFileException(
          configFile.toString(), null, "there is no model in this folder: config.json is missing");
    }
    if (Files.size(configFile) > LONGEST_CONFIG) {
      throw new FormatException(
          configFile
              + ": "
              + Files.size(configFile)
              + " bytes is too much for a model's configuration");
    }
    try {
      return Files.readString(configFile);
    } catch (CharacterCodingException e) {
      throw new FormatException(configFile + ": is no text in UTF-8", e);
    }
  }

  /**
   * What {@code config.json} says.
   *
   * @param file its name, for messages
   * @param meaning null when nothing is said of it
   * @param info without the meaning
   * @param fingerprint of the model, null in folders of before
   */
  private record Description(
      String file,
      NetworkConfig network,
      Meaning meaning,
      Map<String, Object> info,
      String fingerprint) {

    Contents with(Network weights, long found, String note) {
      // Not before there are weights: a damaged vocabulary may be too large for its plain names.
      return new Contents(
          weights, meaning == null ? Meaning.plain(network) : meaning, info, found, note);
    }
  }

  private static Description describe(Path folder) throws IOException {
    return describe(folder.resolve(CONFIG).toString(), configText(folder));
  }

  private static Description describe(String configFile, String text) {
    Map<String, Object> config = parse(configFile, text);
    try {
      Settings settings = new Settings("", config);
      settings.text("format", null);
      settings.integer("version", 0);
      Settings checksums = settings.nested(CHECKSUMS);
      String fingerprint = checksums.text(OF_MODEL, null);
      requireChecksum(config, checksums.text(OF_CONFIG, null));
      checksums.finish();
      NetworkConfig network = LayerKind.network(settings.nested("network"));
      settings.nested("info");
      settings.finish();
      @SuppressWarnings("unchecked")
      Map<String, Object> info = (Map<String, Object>) config.getOrDefault("info", Map.of());
      Meaning meaning = null;
      if (Meaning.isMap(info.get(Meaning.INFO))) {
        info = new LinkedHashMap<>(info);
        meaning = meaning(info.remove(Meaning.INFO));
        meaning.requireFit(network);
      }
      return new Description(configFile, network, meaning, info, fingerprint);
    } catch (IllegalArgumentException e) {
      throw new FormatException(configFile + ": " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Meaning meaning(Object map) {
    return Meaning.fromMap((Map<String, Object>) map);
  }

  /** The model of a configuration, whose weights are where they belong, or wait in {@code next}. */
  private static Contents contents(Description model, Weights weights, Path next)
      throws IOException {
    if (model.fingerprint == null) {
      Network network = network(model, weights);
      readWeights(weights, network);
      return model.with(network, Fingerprint.of(network), OLD_FOLDER);
    }
    try {
      return contents(model, weights);
    } catch (IOException | FormatException e) {
      if (!Files.exists(next)) {
        throw e;
      }
      try {
        return contents(model, Weights.in(next));
      } catch (IOException | FormatException ofNext) {
        e.addSuppressed(ofNext);
        throw e;
      }
    }
  }

  private static Contents contents(Description model, Weights weights) throws IOException {
    Network network = network(model, weights);
    String found = fingerprint(readWeights(weights, network), network);
    if (!found.equals(model.fingerprint)) {
      throw new FormatException(
          weights.name()
              + ": these are not the weights of config.json beside it (fingerprint "
              + found
              + ", expected "
              + model.fingerprint
              + "); one of the two is damaged or of another model: copy the whole folder again,"
              + MEANT);
    }
    return model.with(network, Long.parseUnsignedLong(found, 16), null);
  }

  /** As the file says where its checksums vouch for it: to compute it takes half a load. */
  private static String fingerprint(SafeTensors.Contents weights, Network network) {
    String known = weights.checked() ? weights.metadata().get(OF_MODEL) : null;
    return known != null && known.matches("[0-9a-f]{16}")
        ? known
        : Fingerprint.hex(Fingerprint.of(network));
  }

  private static Network network(Description model, Weights weights) throws IOException {
    try {
      requireEnough(weights, model.network);
      return new Network(model.network, new SeededRandom(0));
    } catch (IllegalArgumentException e) {
      throw new FormatException(model.file + ": " + e.getMessage(), e);
    }
  }

  private static void requireChecksum(Map<String, Object> config, String expected) {
    if (!config.containsKey(CHECKSUMS)) {
      return;
    }
    Map<String, Object> rest = new LinkedHashMap<>(config);
    rest.remove(CHECKSUMS);
    String found = checksum(rest);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "does not fit its checksum ("
              + found
              + ", expected "
              + expected
              + "); it is damaged or was changed: take a copy that is not,"
              + MEANT);
    }
  }

  private static Map<String, Object> parse(String file, String text) {
    Map<String, Object> config;
    try {
      config = Json.parseObject(text);
    } catch (FormatException e) {
      throw new FormatException(file + ": " + e.getMessage(), e);
    }
    if (!FORMAT.equals(config.get("format"))) {
      throw new FormatException(
          file + ": format is " + config.get("format") + ", expected " + FORMAT);
    }
    if (!Long.valueOf(VERSION).equals(config.get("version"))) {
      throw new FormatException(
          file
              + ": version is "
              + config.get("version")
              + ", this release reads version "
              + VERSION);
    }
    return config;
  }

  /**
   * Before a network is built from sizes that nobody has checked: there must be weights for it. The
   * bound is a low one, which every kind of layer stays above.
   */
  private static void requireEnough(Weights file, NetworkConfig config) throws IOException {
    double width = config.width();
    double layer = config.block().ssm().largestArray(config.width()) / LARGEST_TO_STORED;
    double maps = config.block().mixer() == Mixer.NONE ? 0 : config.block().kernels();
    double square = width * width * (maps + 2.0 * config.block().feedForward());
    double ends =
        width * config.inputSize() + width * config.vocabulary() + width * config.outputSize();
    double floats = config.depth() * width + layer + square + ends;
    if (Float.BYTES * floats > file.size()) {
      throw new IllegalArgumentException(
          "the network has at least "
              + (long) floats
              + " parameters, "
              + file.name()
              + " has only "
              + file.size()
              + " bytes");
    }
  }

  private static SafeTensors.Contents readWeights(Weights weights, Network network)
      throws IOException {
    SafeTensors.Contents contents = weights.read();
    String file = weights.name();
    Map<String, SafeTensors.Tensor> left = new LinkedHashMap<>(contents.tensors());
    for (Parameter p : network.parameters()) {
      SafeTensors.Tensor t = left.remove(p.name());
      if (t == null) {
        throw new FormatException(file + ": tensor " + p.name() + " is missing");
      }
      if (!Arrays.equals(t.shape(), p.shape())) {
        throw new FormatException(
            file
                + ": tensor "
                + p.name()
                + " has shape "
                + Arrays.toString(t.shape())
                + ", the configuration needs "
                + Arrays.toString(p.shape()));
      }
      copyFinite(file, p, t.floats());
    }
    if (!left.isEmpty()) {
      throw new FormatException(
          file
              + ": "
              + left.size()
              + " tensors do not belong to this model: "
              + left.keySet().stream().limit(MOST_NAMED).toList());
    }
    return contents;
  }

  private static void copyFinite(String file, Parameter p, float[] from) {
    for (int i = 0; i < from.length; i++) {
      if (!Float.isFinite(from[i])) {
        throw new FormatException(
            file + ": tensor " + p.name() + " holds " + from[i] + " at position " + i);
      }
    }
    System.arraycopy(from, 0, p.value(), 0, from.length);
  }
}
