package io.carillon.interop;

import io.carillon.error.FormatException;
import io.carillon.io.SafeTensors;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the state dict in a checkpoint of any format: zip or old format of {@code torch.save}, or
 * safetensors. The format is told from the first bytes, not from the name.
 *
 * <p>A state dict inside a larger checkpoint is taken out, and prefixes that wrappers put before
 * every name are removed.
 */
final class CheckpointReader {
  /** Keys under which checkpoints keep the state dict, the most telling first. */
  private static final List<String> STATE_DICT_KEYS =
      List.of("state_dict", "model_state_dict", "model_state", "model", "net", "network", "module");

  /** What data-parallel, compiled and Lightning modules put before every name. */
  private static final Set<String> WRAPPERS =
      Set.of("module.", "model.", "net.", "network.", "_orig_mod.");

  private static final int DEEPEST = 4;

  /**
   * How many times its own size a file may fill in memory. More than 1 because the elements of a
   * broadcast tensor share their bytes, and half precision is widened.
   */
  private static final int MOST_GROWTH = 64;

  private CheckpointReader() {}

  /**
   * Reads a state dict.
   *
   * @throws FormatException naming the file and what is wrong with it
   * @throws IOException if it cannot be read
   */
  static StateDict read(Path file) throws IOException {
    byte[] start = start(file);
    try {
      Map<String, SafeTensors.Tensor> tensors;
      if (isSafeTensors(start)) {
        return new StateDict(withoutWrappers(SafeTensors.read(file).tensors()));
      } else if (start.length >= 4 && start[0] == 'P' && start[1] == 'K') {
        tensors = torch(file, TorchArchive.open(file));
      } else if (start.length >= 2 && (start[0] & 0xff) == 0x80) {
        tensors = torch(file, TorchLegacyFile.open(file));
      } else {
        throw new FormatException(
            "is neither a file of torch.save nor a safetensors file, or its beginning is damaged");
      }
      return new StateDict(withoutWrappers(tensors));
    } catch (FormatException e) {
      boolean named = e.getMessage().startsWith(file.toString());
      throw named ? e : new FormatException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Whether the file starts with a plausible header length and the header. Asked first: a length
   * may begin with the first byte of a pickle.
   */
  private static boolean isSafeTensors(byte[] start) {
    return start.length >= 9 && start[5] == 0 && start[6] == 0 && start[7] == 0 && start[8] == '{';
  }

  private static byte[] start(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(9);
    }
  }

  private static Map<String, SafeTensors.Tensor> torch(Path file, TorchSource source)
      throws IOException {
    try (source) {
      Map<String, TorchTensor> found = stateDict(source.root(), 0);
      long bytes = 0;
      for (TorchTensor tensor : found.values()) {
        bytes += tensor.count() * 16;
      }
      long most = MOST_GROWTH * Files.size(file);
      if (bytes > most) {
        throw new FormatException(
            "its tensors would fill " + bytes + " bytes, far more than the file has");
      }
      return load(source, found);
    }
  }

  /** Reads every storage once, however many tensors look into it. */
  private static Map<String, SafeTensors.Tensor> load(
      TorchSource source, Map<String, TorchTensor> found) throws IOException {
    Map<TorchTensor.Storage, List<String>> byStorage = new LinkedHashMap<>();
    Map<String, SafeTensors.Tensor> tensors = new LinkedHashMap<>();
    found.forEach(
        (name, tensor) -> {
          byStorage.computeIfAbsent(tensor.storage(), s -> new ArrayList<>()).add(name);
          tensors.put(name, null);
        });
    for (Map.Entry<TorchTensor.Storage, List<String>> e : byStorage.entrySet()) {
      TorchTensor.Storage storage = e.getKey();
      var bytes = source.bytes(storage);
      for (String name : e.getValue()) {
        tensors.put(name, storage.type().gather(bytes, found.get(name)));
      }
    }
    return tensors;
  }

  /** The tensors of a state dict, which may lie inside other maps. */
  private static Map<String, TorchTensor> stateDict(Object root, int depth) {
    if (!(root instanceof Map<?, ?> map)) {
      throw new FormatException("holds no state dict; save model.state_dict()");
    }
    for (String key : STATE_DICT_KEYS) {
      if (depth < DEEPEST && map.get(key) instanceof Map<?, ?> inner && !inner.isEmpty()) {
        return stateDict(inner, depth + 1);
      }
    }
    Map<String, TorchTensor> tensors = new LinkedHashMap<>();
    map.forEach(
        (key, value) -> {
          if (!(key instanceof String name) || !(value instanceof TorchTensor tensor)) {
            throw new FormatException(
                "its entry "
                    + key
                    + " is not a tensor, so it is no state dict; known places of one are "
                    + STATE_DICT_KEYS);
          }
          tensors.put(name, tensor);
        });
    if (tensors.isEmpty()) {
      throw new FormatException("its state dict is empty");
    }
    return tensors;
  }

  private static Map<String, SafeTensors.Tensor> withoutWrappers(
      Map<String, SafeTensors.Tensor> tensors) {
    for (int depth = 0; depth < DEEPEST; depth++) {
      String first = tensors.keySet().stream().findFirst().orElse("");
      String prefix = first.substring(0, first.indexOf('.') + 1);
      if (!WRAPPERS.contains(prefix)
          || !tensors.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
        return tensors;
      }
      Map<String, SafeTensors.Tensor> shorter = new LinkedHashMap<>();
      tensors.forEach((name, tensor) -> shorter.put(name.substring(prefix.length()), tensor));
      tensors = shorter;
    }
    return tensors;
  }
}
