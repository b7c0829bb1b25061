package io.carillon.flink;

import io.carillon.model.Predictor;
import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Where the tasks of a job have their model from: a folder that every task manager can read, or
 * bytes that travel with the job. All tasks of a job in one task manager share one model, which is
 * loaded when the first of them asks for it and let go with the last.
 */
public final class ModelSource implements Serializable {
  private static final long serialVersionUID = 1;

  /** By folder and time of the last change, or by bytes. Guarded by itself. */
  private static final Map<Object, WeakReference<Predictor>> LOADED = new HashMap<>();

  private final String folder;
  private final byte[] bytes;

  private ModelSource(String folder, byte[] bytes) {
    this.folder = folder;
    this.bytes = bytes;
  }

  /**
   * A folder that {@link SequenceModel#save} has written, under the same name on all machines: a
   * shared file system, or a folder of the image that they run.
   */
  public static ModelSource folder(String folder) {
    return new ModelSource(Objects.requireNonNull(folder, "folder"), null);
  }

  /** The model itself, which becomes a part of the job; some megabytes are no harm. */
  public static ModelSource of(SequenceModel model) {
    return new ModelSource(null, model.toBytes());
  }

  /** The model, of which there is one for all that ask in this Java virtual machine. */
  Predictor load() {
    synchronized (LOADED) {
      LOADED.values().removeIf(reference -> reference.get() == null);
      try {
        Object key = folder == null ? new Bytes(bytes) : new Folder(folder, changed());
        WeakReference<Predictor> known = LOADED.get(key);
        Predictor predictor = known == null ? null : known.get();
        if (predictor == null) {
          predictor =
              folder == null
                  ? Predictor.of(SequenceModel.fromBytes(bytes))
                  : Predictor.load(Path.of(folder));
          LOADED.put(key, new WeakReference<>(predictor));
        }
        return predictor;
      } catch (IOException e) {
        throw new UncheckedIOException(
            "the model of folder '"
                + folder
                + "' cannot be loaded on this machine ("
                + e.getMessage()
                + "); all task managers need the folder under this name, or send the model with the"
                + " job (ModelSource.of)",
            e);
      }
    }
  }

  /** A folder that has been saved anew holds another model. */
  private long changed() throws IOException {
    Path config = Path.of(folder, "config.json");
    return Files.exists(config) ? Files.getLastModifiedTime(config).toMillis() : 0;
  }

  /** How a folder was when its model was loaded. */
  private record Folder(String name, long changed) {}

  /** Bytes that are equal if what they hold is. */
  private record Bytes(byte[] bytes) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Bytes b && Arrays.equals(bytes, b.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }
  }

  /** For messages. */
  @Override
  public String toString() {
    return folder == null ? "a model of " + bytes.length + " bytes" : "folder '" + folder + "'";
  }
}
