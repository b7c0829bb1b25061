package io.carillon.papers.download;

import io.carillon.data.DataException;
import io.carillon.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Fetches the files of a published data set into a folder, over HTTP or from another folder, and
 * verifies them.
 *
 * <p>A file that is being fetched is called {@code NAME.part}; what an interruption leaves of it is
 * gone on with where the server can (HTTP range requests). A file gets its name only when its
 * checksum is right. Where no checksum is published, the SHA-256 of the first fetch is written to
 * {@value #RECORD} in the folder, in the format of {@code sha256sum}, and later fetches must agree
 * with it.
 */
public final class Downloader {
  /** File with the checksums that were recorded here. */
  public static final String RECORD = "SHA256SUMS";

  private static final int DEEPEST = 4;
  private static final long PROGRESS_BYTES = 64L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Path folder;
  private final Consumer<String> news;
  private final HttpClient http =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NORMAL)
          .connectTimeout(PATIENCE)
          .build();

  /**
   * A downloader.
   *
   * @param folder where the files go; created when needed
   * @param news is told what happens, a line at a time
   */
  public Downloader(Path folder, Consumer<String> news) {
    this.folder = folder;
    this.news = news;
  }

  /**
   * Fetches what is not there yet, and unpacks archives.
   *
   * @param from folder with the files, so that nothing is fetched; or null
   * @param mirror address in place of the published one, to which file names are appended; or null
   * @return the folder that a loader reads
   * @throws DataException if a file cannot be had or has another checksum
   */
  public Path fetch(PublishedData data, Path from, String mirror) {
    try {
      AtomicFile.createFolders(folder);
      for (PublishedFile file : data.files()) {
        fetch(file, from, mirror);
      }
      for (PublishedFile file : data.files()) {
        if (file.isArchive()) {
          unpack(data, folder.resolve(file.name()));
        }
      }
      return unpacked(data.folder());
    } catch (IOException e) {
      throw new DataException(
          folder
              + ": "
              + (e.getMessage() == null ? e.toString() : e.getMessage())
              + "; check that there is room and that the folder may be written to",
          e);
    }
  }

  /** Archives differ in how deep they put a folder. */
  private Path unpacked(String name) throws IOException {
    try (Stream<Path> folders = Files.walk(folder, DEEPEST)) {
      return folders
          .filter(f -> f.endsWith(name) && Files.isDirectory(f) && !name.isEmpty())
          .min(Comparator.comparing(Path::getNameCount).thenComparing(Comparator.naturalOrder()))
          .orElse(folder);
    }
  }

  private void unpack(PublishedData data, Path archive) throws IOException {
    news.accept("unpacking " + archive.getFileName());
    int files = TarArchive.unpack(archive, folder, data.keep());
    if (files == 0) {
      throw new DataException(
          archive + ": has no file with " + String.join(" or ", data.keep()) + " in its name");
    }
    news.accept(files + " files unpacked");
  }

  private void fetch(PublishedFile file, Path from, String mirror) throws IOException {
    Path target = folder.resolve(file.name());
    Checksum expected =
        file.checksum() != null ? file.checksum() : recorded(file.name()).orElse(null);
    if (Files.exists(target)) {
      verify(target, target, expected);
      news.accept(file.name() + ": is there already" + verdict(expected));
    } else {
      Path part = folder.resolve(file.name() + ".part");
      if (from != null) {
        copy(from, file.name(), part);
      } else {
        String url = mirror == null ? file.url() : mirror.replaceFirst("/*$", "/") + file.name();
        download(url, part);
      }
      verify(part, target, expected);
      AtomicFile.complete(part, target);
      news.accept(file.name() + ": " + Files.size(target) + " bytes" + verdict(expected));
    }
    if (expected == null) {
      record(target);
    }
  }

  private static String verdict(Checksum expected) {
    return expected == null
        ? ", no checksum is published; its SHA-256 is recorded in " + RECORD
        : ", " + expected.algorithm() + " verified";
  }

  private static void copy(Path from, String name, Path part) throws IOException {
    Path source = from.resolve(name);
    if (!Files.isRegularFile(source)) {
      throw new DataException(
          source + ": there is no such file; put it there, or leave --from out");
    }
    Files.copy(source, part, StandardCopyOption.REPLACE_EXISTING);
  }

  /** A wrong file that was just fetched is removed, so that the next try begins anew. */
  private static void verify(Path file, Path name, Checksum expected) throws IOException {
    if (expected == null) {
      return;
    }
    Checksum actual = Checksum.of(file, expected.algorithm());
    if (!actual.equals(expected)) {
      boolean fetched = !file.equals(name);
      if (fetched) {
        Files.delete(file);
      }
      throw new DataException(
          name
              + ": has "
              + actual
              + ", must have "
              + expected
              + (fetched
                  ? "; it was not kept. Try again, or another mirror"
                  : "; it is damaged or another version. Remove it and try again"));
    }
  }

  private Optional<Checksum> recorded(String name) throws IOException {
    Path record = folder.resolve(RECORD);
    if (!Files.exists(record)) {
      return Optional.empty();
    }
    return Files.readAllLines(record).stream()
        .map(line -> line.split(" [ *]", 2))
        .filter(words -> words.length == 2 && words[1].equals(name))
        .map(words -> Checksum.sha256(words[0]))
        .findFirst();
  }

  private void record(Path file) throws IOException {
    Checksum sum = Checksum.of(file, Checksum.SHA_256);
    Path record = folder.resolve(RECORD);
    String before = Files.exists(record) ? Files.readString(record) : "";
    AtomicFile.writeText(record, before + sum.digits() + "  " + file.getFileName() + "\n");
  }

  /** Fetches the rest of a part, or all of it when the server does not give parts. */
  private void download(String url, Path part) throws IOException {
    long have = Files.exists(part) ? Files.size(part) : 0;
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
      news.accept("going on with " + url + " after " + have + " bytes");
    } else {
      news.accept("fetching " + url);
    }
    HttpResponse<InputStream> response = send(request.build(), url);
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == 416 && have > 0) {
        // Nothing after what there is: complete already, as its checksum will tell.
        return;
      }
      boolean continued = status == 206 && begins(response, have);
      if (status != 200 && !continued) {
        throw new DataException(
            url
                + ": the server answers with status "
                + status
                + "; fetch the file another way and give its folder with --from");
      }
      write(body, part, continued ? have : 0, url);
    }
  }

  private static boolean begins(HttpResponse<?> response, long at) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    return range.startsWith("bytes " + at + "-");
  }

  private HttpResponse<InputStream> send(HttpRequest request, String url) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new DataException(
          url
              + ": cannot be reached ("
              + e
              + "). Check the network, or give a folder with the file with --from",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DataException(url + ": fetching was interrupted; go on with the same command", e);
    }
  }

  private void write(InputStream body, Path part, long have, String url) throws IOException {
    try (OutputStream out =
        have > 0
            ? Files.newOutputStream(part, StandardOpenOption.APPEND)
            : Files.newOutputStream(part)) {
      byte[] buffer = new byte[1 << 16];
      long total = have;
      for (int n = read(body, buffer, url); n >= 0; n = read(body, buffer, url)) {
        out.write(buffer, 0, n);
        total += n;
        if (total / PROGRESS_BYTES > (total - n) / PROGRESS_BYTES) {
          news.accept((total >> 20) + " MiB");
        }
      }
    }
  }

  private static int read(InputStream body, byte[] buffer, String url) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      throw new DataException(
          url + ": the connection broke (" + e.getMessage() + "); go on with the same command", e);
    }
  }
}
