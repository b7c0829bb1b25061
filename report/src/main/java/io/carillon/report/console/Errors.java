package io.carillon.report.console;

import io.carillon.data.DataException;
import io.carillon.error.FormatException;
import io.carillon.train.TrainingDivergedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.zip.ZipException;

/** Words for what went wrong: one message that names the thing, never a stack trace. */
public final class Errors {
  private Errors() {}

  /** The message for an exception that ended a command. */
  public static String message(Throwable e) {
    if (e instanceof UncheckedIOException unchecked) {
      return context(unchecked) + message(unchecked.getCause());
    }
    if (e instanceof IOException io) {
      return fileMessage(io);
    }
    if (e instanceof OutOfMemoryError) {
      return "out of memory: Java may use "
          + Text.bytes(Runtime.getRuntime().maxMemory())
          + "; give more with CARILLON_OPTS=-Xmx8g";
    }
    boolean isOurs =
        e instanceof UsageException
            || e instanceof CommandFailure
            || e instanceof DataException
            || e instanceof FormatException
            || e instanceof TrainingDivergedException
            || e instanceof IllegalArgumentException
            || e instanceof UnsupportedOperationException;
    return isOurs && e.getMessage() != null
        ? e.getMessage()
        : "this should not have happened: "
            + e
            + ". Run the command again with --stacktrace and"
            + " report what it prints";
  }

  /** What the wrapper says beyond its cause, as a beginning of the message. */
  private static String context(UncheckedIOException e) {
    String own = e.getMessage() == null ? "" : e.getMessage();
    String rest = own.replace(e.getCause().toString(), "");
    return rest.isEmpty() ? "" : rest.replaceFirst("[: ]*$", "") + ": ";
  }

  private static String fileMessage(IOException e) {
    if (e instanceof FileSystemException f && f.getFile() != null) {
      return f.getFile() + ": " + reason(f);
    }
    if (e instanceof ZipException) {
      return "a damaged or unreadable archive: " + e.getMessage();
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  private static String reason(FileSystemException e) {
    if (e.getReason() != null) {
      return e.getReason();
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file or folder";
    }
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    if (e instanceof NotDirectoryException) {
      return "is no folder";
    }
    if (e instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    }
    return e instanceof FileAlreadyExistsException
        ? "is there already and no folder"
        : "cannot be read or written";
  }
}
