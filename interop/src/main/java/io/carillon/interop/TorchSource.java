package io.carillon.interop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of {@code torch.save}: one object, whose tensors refer to storages. */
sealed interface TorchSource extends Closeable permits TorchArchive, TorchLegacyFile {
  /**
   * The object that was saved.
   *
   * @throws io.carillon.error.FormatException if the file is damaged or asks for code
   */
  Object root() throws IOException;

  /**
   * The bytes of a storage of {@link #root()}, little-endian.
   *
   * @throws io.carillon.error.FormatException if they are missing, damaged or too few
   */
  ByteBuffer bytes(TorchTensor.Storage storage) throws IOException;
}
