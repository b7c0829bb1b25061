package io.carillon.fuzz;

import io.carillon.config.GruConfig;
import io.carillon.config.LayerConfig;
import io.carillon.config.NetworkConfig;
import io.carillon.config.Pooling;
import io.carillon.config.S4Config;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Millions of damaged files for one reader, by seed: what the fuzz tests give a thousand of. An
 * input with an outcome that is new (the words of the refusal, without its numbers) is kept and
 * damaged further, so that damage adds up where it leads on; every other one is made of a sound
 * file, so that the run does not drift away from files that are read nearly to their end.
 *
 * <p>Arguments: {@code safetensors} or {@code state}, executions, seed, minutes at most, and a
 * folder in memory for the file. Prints what it found; ends with 1 if a reader failed in any other
 * way than it says.
 */
public final class FuzzCampaign {
  private static final int MOST_KEPT = 4096;
  private static final int LONGEST_KEPT = 1 << 14;
  private static final int MOST_MUTATIONS = 4;
  private static final int PLACES = 1 << 20;
  private static final int VALUES = 1 << 16;
  private static final int LOOK_EVERY = 4096;
  private static final int CHECKSUM = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long MIB = 1 << 20;

  private final SeededRandom random;
  private final boolean signed;
  private final List<byte[]> sound = new ArrayList<>();
  private final List<byte[]> kept = new ArrayList<>();
  private final Map<String, Long> outcomes = new HashMap<>();
  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private long slowest;
  private long largest;
  private long findings;

  private FuzzCampaign(long seed, boolean signed) {
    this.random = new SeededRandom(seed);
    this.signed = signed;
  }

  /** Runs a campaign. */
  public static void main(String[] arguments) throws IOException {
    String reader = arguments[0];
    long executions = Long.parseLong(arguments[1]);
    long seed = Long.parseLong(arguments[2]);
    long end = System.nanoTime() + Long.parseLong(arguments[3]) * 60_000 * NANOS_PER_MILLI;
    Path folder = Files.createTempDirectory(Path.of(arguments[4]), "carillon-fuzz");
    FuzzCampaign campaign = new FuzzCampaign(seed, reader.equals("state"));
    long begin = System.nanoTime();
    long done = 0;
    if (reader.equals("safetensors")) {
      campaign.sound.addAll(weights(folder));
      Path file = folder.resolve("damaged");
      while (done < executions && System.nanoTime() < end) {
        done +=
            campaign.some(
                LOOK_EVERY,
                bytes -> {
                  Files.write(file, bytes);
                  SafeTensors.read(file);
                });
      }
      Files.deleteIfExists(file);
    } else {
      for (LayerConfig layer : layers()) {
        SequenceModel model = model(layer);
        campaign.sound.clear();
        campaign.kept.clear();
        campaign.sound.add(state(model));
        long until = done + executions / layers().size();
        while (done < until && System.nanoTime() < end) {
          done += campaign.some(LOOK_EVERY, bytes -> readState(model, bytes));
        }
      }
    }
    Files.delete(folder);
    campaign.print(reader, seed, done, (System.nanoTime() - begin) / NANOS_PER_MILLI / 1000);
    System.exit(campaign.findings == 0 ? 0 : 1);
  }

  private static List<LayerConfig> layers() {
    return List.of(
        S4dConfig.DEFAULT.withStateSize(4),
        S4dConfig.DEFAULT.withStateSize(4).withMaxKernelLength(5),
        S4Config.DEFAULT.withStateSize(4).withKernelLength(16),
        GruConfig.DEFAULT);
  }

  private static SequenceModel model(LayerConfig layer) {
    NetworkConfig config =
        NetworkConfig.sequence(2, 3)
            .withWidth(4)
            .withDepth(1)
            .withPooling(Pooling.MEAN)
            .withSsm(layer);
    return Inside.model(new Network(config, new SeededRandom(1)), Map.of());
  }

  private static byte[] state(SequenceModel model) {
    State stream = model.newState();
    model.step(new float[] {1, 2}, stream);
    return stream.toBytes();
  }

  /** With checksums and without, of several types, with axes of zero. */
  private static List<byte[]> weights(Path folder) throws IOException {
    model(layers().get(0)).save(folder);
    byte[] whole = Files.readAllBytes(folder.resolve("weights.safetensors"));
    Files.delete(folder.resolve("weights.safetensors"));
    Files.delete(folder.resolve("config.json"));
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    tensors.put("x", SafeTensors.Tensor.of(new int[] {2, 1}, new float[2]));
    tensors.put("d", new SafeTensors.Tensor(new int[] {}, new double[] {1e300}));
    tensors.put("none", new SafeTensors.Tensor(new int[] {3, 0}, new long[0]));
    Path file = folder.resolve("small");
    SafeTensors.write(file, tensors, Map.of("epoch", "12"));
    byte[] small = Files.readAllBytes(file);
    Files.delete(file);
    String plain =
        "{\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[1,2],\"data_offsets\":[4,8]}}";
    ByteBuffer without = ByteBuffer.allocate(8 + plain.length() + 8).order(ByteOrder.LITTLE_ENDIAN);
    without.putLong(plain.length()).put(plain.getBytes(StandardCharsets.UTF_8));
    return List.of(whole, small, without.array());
  }

  /** A state that is accepted must be written again as it was, and refuse nothing of its own. */
  private static void readState(SequenceModel model, byte[] bytes) {
    State state = model.stateFromBytes(bytes);
    if (!Arrays.equals(state.toBytes(), bytes)) {
      throw new IllegalStateException("what was read is not what is written");
    }
  }

  private int some(int count, Fuzzed.Reader reader) {
    for (int i = 0; i < count; i++) {
      one(reader);
    }
    return count;
  }

  private void one(Fuzzed.Reader reader) {
    List<byte[]> from = kept.isEmpty() || random.nextInt(2) == 0 ? sound : kept;
    byte[] damaged = Mutation.applyAll(mutations(), from.get(random.nextInt(from.size())));
    if (signed && random.nextInt(2) == 0 && damaged.length > CHECKSUM) {
      sign(damaged);
    }
    long id = Thread.currentThread().getId();
    long before = threads.getThreadAllocatedBytes(id);
    long start = System.nanoTime();
    String outcome = "read";
    try {
      reader.read(damaged);
    } catch (FormatException e) {
      outcome =
          e.getMessage().replaceAll("/\\S+?: ", "").replaceAll("[0-9]+|'.*'|tensor .{0,99}? ", "#");
    } catch (Exception | StackOverflowError | OutOfMemoryError e) {
      findings++;
      outcome = "FINDING " + e;
      System.out.println(outcome + " for " + HexFormat.of().formatHex(damaged));
    }
    slowest = Math.max(slowest, System.nanoTime() - start);
    largest = Math.max(largest, threads.getThreadAllocatedBytes(id) - before);
    String kind = outcome.length() > 60 ? outcome.substring(0, 60) : outcome;
    if (outcomes.merge(kind, 1L, Long::sum) == 1
        && kept.size() < MOST_KEPT
        && damaged.length < LONGEST_KEPT) {
      kept.add(damaged);
    }
  }

  private List<Mutation> mutations() {
    List<Mutation> mutations = new ArrayList<>();
    int count = 1 + random.nextInt(MOST_MUTATIONS);
    Mutation.Kind[] kinds = Mutation.Kind.values();
    for (int i = 0; i < count; i++) {
      mutations.add(
          new Mutation(
              kinds[random.nextInt(kinds.length)], random.nextInt(PLACES), random.nextInt(VALUES)));
    }
    return mutations;
  }

  /** Puts the checksum of state bytes right, so that what stands before it is looked at. */
  private static void sign(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - CHECKSUM);
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(bytes.length - CHECKSUM, (int) crc.getValue());
  }

  private void print(String reader, long seed, long done, long seconds) {
    long peak =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum();
    System.out.printf(
        Locale.ROOT,
        "%s: seed %d, %d executions, %d read, %d findings, %d outcomes, %d s, slowest %d ms, largest"
            + " allocation %.1f MiB, peak of all memory pools %d MiB%n",
        reader,
        seed,
        done,
        outcomes.getOrDefault("read", 0L),
        findings,
        outcomes.size(),
        seconds,
        slowest / NANOS_PER_MILLI,
        (double) largest / MIB,
        peak / MIB);
  }
}
