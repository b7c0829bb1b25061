package io.carillon.fuzz;

import io.carillon.config.NetworkConfig;
import io.carillon.config.S4dConfig;
import io.carillon.engine.SeededRandom;
import io.carillon.io.FormatException;
import io.carillon.io.Json;
import io.carillon.model.SequenceModel;
import io.carillon.model.inside.Inside;
import io.carillon.nn.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged configurations of models, models as bytes, and JSON. */
class ModelFolderFuzzTest {
  private static final Set<Class<? extends Exception>> FORMAT = Set.of(FormatException.class);
  private static final long MIB = 1 << 20;

  @TempDir private static Path folder;
  private static SequenceModel sound;
  private static byte[] config;

  @BeforeAll
  static void saveModel() throws IOException {
    sound =
        Inside.model(
            new Network(
                NetworkConfig.sequence(2, 3)
                    .withWidth(4)
                    .withDepth(1)
                    .withSsm(S4dConfig.DEFAULT.withStateSize(4)),
                new SeededRandom(1)),
            Map.of("names", List.of("a", "b"), "scale", 1.5));
    sound.save(folder);
    // Without its checksums, which would refuse all damage before it is looked at.
    config =
        Files.readString(folder.resolve("config.json"))
            .replaceFirst(",\\s*\"checksums\": \\{[^}]*}", "")
            .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void json() throws Exception {
    Fuzzed.run(
        "JSON",
        List.of(config),
        32 * MIB,
        FORMAT,
        bytes -> Json.parseObject(new String(bytes, StandardCharsets.UTF_8)));
  }

  /** The configuration alone is damaged: the sizes that it tells must fit the weights. */
  @Test
  void modelConfiguration() throws Exception {
    Fuzzed.run(
        "config.json",
        List.of(config),
        64 * MIB,
        FORMAT,
        bytes -> {
          Files.write(folder.resolve("config.json"), bytes);
          SequenceModel.load(folder);
        });
  }

  private static byte[] blob(byte[] config, byte[] weights) {
    byte[] all = new byte[20 + config.length + weights.length];
    ByteBuffer out = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    out.put("CaMo".getBytes(StandardCharsets.UTF_8)).putInt(1);
    out.putInt(config.length).putInt(weights.length).put(config).put(weights);
    return signed(all);
  }

  private static byte[] signed(byte[] bytes) {
    if (bytes.length >= 4) {
      CRC32C crc = new CRC32C();
      crc.update(bytes, 0, bytes.length - 4);
      ByteBuffer.wrap(bytes)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(bytes.length - 4, (int) crc.getValue());
    }
    return bytes;
  }

  /** With the right checksum over all, so that the damage is met by what is behind it. */
  @Test
  void modelBytes() throws Exception {
    Fuzzed.run(
        "model bytes",
        List.of(sound.toBytes()),
        64 * MIB,
        FORMAT,
        bytes -> SequenceModel.fromBytes(signed(bytes.clone())));
  }

  /** The configuration within them is damaged, and has the checksums of its damaged self. */
  @Test
  void configurationOfModelBytes() throws Exception {
    byte[] weights = Files.readAllBytes(folder.resolve("weights.safetensors"));
    Fuzzed.run(
        "config.json of model bytes",
        List.of(config),
        64 * MIB,
        FORMAT,
        bytes -> SequenceModel.fromBytes(blob(withChecksums(bytes), weights)));
  }

  private static byte[] withChecksums(byte[] damaged) {
    Map<String, Object> map;
    try {
      map = new LinkedHashMap<>(Json.parseObject(new String(damaged, StandardCharsets.UTF_8)));
    } catch (FormatException e) {
      return damaged;
    }
    CRC32C crc = new CRC32C();
    crc.update(Json.write(map).getBytes(StandardCharsets.UTF_8));
    map.put(
        "checksums",
        Map.of(
            "config",
            HexFormat.of().toHexDigits((int) crc.getValue()),
            "model",
            sound.fingerprint()));
    return Json.write(map).getBytes(StandardCharsets.UTF_8);
  }
}
