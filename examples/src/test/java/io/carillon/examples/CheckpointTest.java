package io.carillon.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.carillon.config.NetworkConfig;
import io.carillon.model.SequenceModel;
import io.carillon.model.State;
import io.carillon.train.Dataset;
import io.carillon.train.TrainConfig;
import io.carillon.train.Trainer;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damage to a checkpoint costs the streams that it touches, and no other. */
@Timeout(300)
class CheckpointTest {
  private static final long SEED = 20261130;

  private final SequenceModel model = TinyModel.trained();
  private final Map<String, byte[]> states = new LinkedHashMap<>();

  /** Where each entry begins, and the end of the last. */
  private final List<Integer> bounds = new ArrayList<>();

  private byte[] whole;
  private Path file;

  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("states");
    Random random = new Random(SEED);
    for (String key : List.of("a", "pump-7", "\u00fcber", "the last")) {
      states.put(key, state(random));
    }
    CheckpointWriter.write(
        file,
        out -> {
          for (Map.Entry<String, byte[]> state : states.entrySet()) {
            out.add(state.getKey(), state.getValue());
          }
        });
    int at = CheckpointWriter.HEADER;
    for (Map.Entry<String, byte[]> state : states.entrySet()) {
      bounds.add(at);
      at += 24 + state.getKey().getBytes(StandardCharsets.UTF_8).length + state.getValue().length;
    }
    bounds.add(at);
    whole = Files.readAllBytes(file);
    assertThat(whole.length).isEqualTo(at + 16);
  }

  private byte[] state(Random random) {
    State state = model.newState();
    for (int t = 0; t < 5; t++) {
      model.step(new float[] {random.nextFloat()}, state);
    }
    return state.toBytes();
  }

  private CheckpointReader.Found read(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    return CheckpointReader.read(file, model);
  }

  /** The keys that were read; their states are what they were. */
  private List<String> readable(CheckpointReader.Found found) {
    found
        .states()
        .forEach((key, state) -> assertThat(state.toBytes()).as(key).isEqualTo(states.get(key)));
    return List.copyOf(found.states().keySet());
  }

  /** All keys but those whose entries have a byte from {@code from} up to {@code to}. */
  private List<String> untouched(int from, int to) {
    List<String> keys = new ArrayList<>();
    int i = 0;
    for (String key : states.keySet()) {
      if (to <= bounds.get(i) || from >= bounds.get(i + 1)) {
        keys.add(key);
      }
      i++;
    }
    return keys;
  }

  private void assertSetAside(byte[] damaged, List<String> losses) throws IOException {
    Path copy = folder.resolve("states.damaged-1");
    assertThat(Files.readAllBytes(copy)).isEqualTo(damaged);
    assertThat(Files.readAllLines(folder.resolve("states.damaged-1.txt"))).isEqualTo(losses);
    Files.delete(copy);
    Files.delete(folder.resolve("states.damaged-1.txt"));
  }

  @Test
  void aWholeFileGivesAllStreamsInTheirOrder() throws IOException {
    CheckpointReader.Found found = read(whole);
    assertThat(readable(found)).containsExactlyElementsOf(states.keySet());
    assertThat(found.losses()).isEmpty();
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aTurnedBitAnywhereCostsOneStreamAtMost() throws IOException {
    Random random = new Random(SEED);
    for (int at : places()) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      CheckpointReader.Found found = read(damaged);
      assertThat(readable(found)).as("byte %d", at).isEqualTo(untouched(at, at + 1));
      assertThat(found.losses()).as("byte %d", at).isNotEmpty();
      assertSetAside(damaged, found.losses());
    }
  }

  @Test
  void aFileThatWasCutGivesWhatIsWholeBeforeTheCut() throws IOException {
    for (int length : places()) {
      byte[] damaged = Arrays.copyOf(whole, length);
      CheckpointReader.Found found = read(damaged);
      assertThat(readable(found))
          .as("length %d", length)
          .isEqualTo(untouched(length, whole.length));
      assertThat(found.losses()).as("length %d", length).isNotEmpty();
      assertSetAside(damaged, found.losses());
    }
  }

  @Test
  void blocksThatAreOverwrittenLostOrInsertedCostWhatTheyTouch() throws IOException {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(SEED + seed);
      int from = random.nextInt(whole.length);
      int to = Math.min(whole.length, from + 1 + random.nextInt(2500));
      byte[] block = new byte[to - from];
      random.nextBytes(block);
      byte[] damaged =
          switch (seed % 3) {
            case 0 -> joined(from, block, to);
            case 1 -> joined(from, new byte[0], to);
            default -> joined(from, block, from);
          };
      List<String> expected = untouched(from, seed % 3 == 2 ? from : to);
      if (seed % 3 == 2) {
        // An insertion at a boundary touches no entry, one inside touches it.
        expected = insideOf(from);
      }
      if (expected.isEmpty() && from < 4) {
        // Neither an entry nor the first word is left: it may be any file.
        continue;
      }
      CheckpointReader.Found found = read(damaged);
      assertThat(readable(found)).as("seed %d", seed).isEqualTo(expected);
      assertThat(found.losses()).as("seed %d", seed).isNotEmpty();
      assertSetAside(damaged, found.losses());
    }
  }

  private List<String> insideOf(int at) {
    List<String> keys = new ArrayList<>(states.keySet());
    for (int i = 0; i + 1 < bounds.size(); i++) {
      if (bounds.get(i) < at && at < bounds.get(i + 1)) {
        keys.remove(i);
        break;
      }
    }
    return keys;
  }

  /** Every place outside the states, and a part of the places inside, which are all alike. */
  private int[] places() {
    Random random = new Random(SEED);
    return IntStream.range(0, whole.length)
        .filter(
            at -> bounds.stream().anyMatch(b -> Math.abs(at - b) < 64) || random.nextInt(25) == 0)
        .toArray();
  }

  private byte[] joined(int before, byte[] middle, int after) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(whole, 0, before);
    out.writeBytes(middle);
    out.write(whole, after, whole.length - after);
    return out.toByteArray();
  }

  @Test
  void aDamagedStreamIsNamed() throws IOException {
    byte[] damaged = whole.clone();
    damaged[bounds.get(2) - 100] ^= 1;
    CheckpointReader.Found found = read(damaged);
    assertThat(found.losses()).contains("stream 'pump-7' is damaged");
    assertThat(found.losses()).contains("1 of 4 streams could not be read");
  }

  @Test
  void everyDamagedFileIsKept() throws IOException {
    byte[] first = Arrays.copyOf(whole, whole.length - 1);
    byte[] second = Arrays.copyOf(whole, whole.length - 2);
    read(first);
    read(second);
    assertThat(Files.readAllBytes(folder.resolve("states.damaged-1"))).isEqualTo(first);
    assertThat(Files.readAllBytes(folder.resolve("states.damaged-2"))).isEqualTo(second);
  }

  private static byte[] version1(Map<String, byte[]> states) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(0x43524C53);
    out.writeInt(1);
    out.writeInt(states.size());
    for (Map.Entry<String, byte[]> entry : states.entrySet()) {
      byte[] key = entry.getKey().getBytes(StandardCharsets.UTF_8);
      out.writeInt(key.length);
      out.write(key);
      out.writeInt(entry.getValue().length);
      out.write(entry.getValue());
    }
    return bytes.toByteArray();
  }

  @Test
  void version1IsStillRead() throws IOException {
    CheckpointReader.Found found = read(version1(states));
    assertThat(readable(found)).containsExactlyElementsOf(states.keySet());
    assertThat(found.losses()).isEmpty();
    assertThat(read(version1(Map.of())).losses()).isEmpty();
  }

  @Test
  void aTurnedBitInAStateOfVersion1CostsThatStream() throws IOException {
    byte[] old = version1(states);
    Random random = new Random(SEED);
    int begin = 12 + 4 + 1 + 4;
    for (int at = begin; at < begin + states.get("a").length; at += 11) {
      byte[] damaged = old.clone();
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      CheckpointReader.Found found = read(damaged);
      assertThat(readable(found)).as("byte %d", at).isEqualTo(untouched(12, 13));
      assertSetAside(damaged, found.losses());
    }
  }

  @Test
  void aCutVersion1GivesWhatIsWhole() throws IOException {
    byte[] old = version1(states);
    // Without one whole stream it cannot be told from a file of another kind.
    for (int length = old.length - 1; length > 12; length -= 101) {
      CheckpointReader.Found found = read(Arrays.copyOf(old, length));
      List<String> keys = readable(found);
      assertThat(keys).isEqualTo(List.copyOf(states.keySet()).subList(0, keys.size()));
      assertThat(keys.size()).isEqualTo(wholeIn(length));
      assertThat(found.losses()).isNotEmpty();
    }
  }

  private int wholeIn(int length) {
    int at = 12;
    int count = 0;
    for (Map.Entry<String, byte[]> entry : states.entrySet()) {
      at += 8 + entry.getKey().getBytes(StandardCharsets.UTF_8).length + entry.getValue().length;
      count += at <= length ? 1 : 0;
    }
    return count;
  }

  @Test
  void aFileOfAnotherKindIsRefusedAndLeft() throws IOException {
    byte[] other = "{\"format\": 1, \"weights\": \"weights.safetensors\"}".getBytes("UTF-8");
    assertThatThrownBy(() -> read(other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is no file of streams")
        .hasMessageContaining("move it away");
    assertThat(Files.readAllBytes(file)).isEqualTo(other);
  }

  @Test
  void aCheckpointOfAnotherModelIsRefusedAndLeft() throws IOException {
    SequenceModel other =
        SequenceModel.of(
            Trainer.fit(
                    NetworkConfig.sequence(1, 2).withWidth(4).withDepth(1),
                    Dataset.ofValues(1, new float[][] {{1, 2}, {2, 1}})
                        .labels(2, new int[] {0, 1})
                        .build(),
                    TrainConfig.DEFAULT.withEpochs(1).withBatchSize(2))
                .model()
                .toNetwork(),
            Map.of());
    assertThatThrownBy(() -> CheckpointReader.read(file, other))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("takes none of its 4 streams")
        .hasMessageContaining("they are of model");
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void aLaterVersionIsRefusedAndLeft() throws IOException {
    byte[] later = whole.clone();
    ByteBuffer header = ByteBuffer.wrap(later).putInt(4, 3);
    header.putInt(8, CheckpointWriter.checksum(later, 8));
    assertThatThrownBy(() -> read(later))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 3")
        .hasMessageContaining("up to version 2");
    assertThat(Files.readAllBytes(file)).isEqualTo(later);
  }
}
