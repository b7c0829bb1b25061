package io.carillon.papers.download;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.carillon.data.DataException;
import io.carillon.faults.FaultSweep;
import io.carillon.fuzz.Fuzzed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetching from a server on this machine. */
class DownloaderTest {
  @TempDir private Path temp;

  private final Map<String, byte[]> served = new HashMap<>();
  private final List<String> ranges = new ArrayList<>();
  private final List<String> news = new ArrayList<>();
  private boolean givesParts = true;
  private int breakAfter = Integer.MAX_VALUE;
  private HttpServer server;
  private Path folder;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    folder = temp.resolve("data");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] all = served.get(exchange.getRequestURI().getPath().substring(1));
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(String.valueOf(range));
    try (exchange) {
      if (all == null) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      int from = 0;
      if (range != null && givesParts) {
        from = Integer.parseInt(range.replaceAll("\\D", ""));
        if (from >= all.length) {
          exchange.sendResponseHeaders(416, -1);
          return;
        }
        String span = "bytes " + from + "-" + (all.length - 1) + "/" + all.length;
        exchange.getResponseHeaders().set("Content-Range", span);
      }
      exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
      OutputStream body = exchange.getResponseBody();
      body.write(all, from, Math.min(all.length - from, breakAfter));
      body.flush();
    }
  }

  private String mirror() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + i / 257);
    }
    return bytes;
  }

  private static PublishedData data(String name, Checksum checksum, String... keep) {
    PublishedFile file = new PublishedFile("http://unused.invalid/" + name, name, checksum);
    return new PublishedData("d", "t", List.of(file), "set", List.of(keep), "p", "s", "l", "h");
  }

  private Checksum checksum(byte[] bytes, String algorithm) throws IOException {
    return Checksum.of(Files.write(temp.resolve("sum"), bytes), algorithm);
  }

  private Path fetch(PublishedData data) {
    return new Downloader(folder, news::add).fetch(data, null, mirror());
  }

  @Test
  void aBrokenFetchIsGoneOnWith() throws IOException {
    byte[] all = content(300_000);
    served.put("a.bin", all);
    PublishedData data = data("a.bin", checksum(all, "MD5"));
    breakAfter = 100_000;
    assertThatThrownBy(() -> fetch(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("go on with the same command");
    Path part = folder.resolve("a.bin.part");
    assertThat(folder.resolve("a.bin")).doesNotExist();
    long have = Files.size(part);
    breakAfter = Integer.MAX_VALUE;
    fetch(data);
    assertThat(ranges).containsExactly("null", have > 0 ? "bytes=" + have + "-" : "null");
    assertThat(folder.resolve("a.bin")).hasBinaryContent(all);
    assertThat(part).doesNotExist();
    fetch(data);
    assertThat(ranges).as("nothing is fetched twice").hasSize(2);
    assertThat(news).last().asString().contains("is there already, MD5 verified");
  }

  @Test
  void aPartIsGoneOnWithOrBegunAnewAsTheServerHasIt() throws IOException {
    byte[] all = content(5000);
    served.put("a.bin", all);
    PublishedData data = data("a.bin", checksum(all, "SHA-256"));
    Files.createDirectories(folder);
    Files.write(folder.resolve("a.bin.part"), Arrays.copyOf(all, 1234));
    fetch(data);
    assertThat(ranges).containsExactly("bytes=1234-");
    assertThat(folder.resolve("a.bin")).hasBinaryContent(all);

    Files.delete(folder.resolve("a.bin"));
    Files.write(folder.resolve("a.bin.part"), Arrays.copyOf(all, 1234));
    givesParts = false;
    fetch(data);
    assertThat(folder.resolve("a.bin")).hasBinaryContent(all);

    Files.delete(folder.resolve("a.bin"));
    Files.write(folder.resolve("a.bin.part"), all);
    givesParts = true;
    fetch(data);
    assertThat(ranges).last().isEqualTo("bytes=5000-");
    assertThat(folder.resolve("a.bin")).hasBinaryContent(all);
  }

  @Test
  void aWrongFileIsNotKept() throws IOException {
    served.put("a.bin", content(50));
    PublishedData data = data("a.bin", checksum(content(51), "MD5"));
    assertThatThrownBy(() -> fetch(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.bin: has MD5 ")
        .hasMessageContaining("must have MD5 ")
        .hasMessageContaining("it was not kept");
    assertThat(folder).isEmptyDirectory();
    Files.write(folder.resolve("a.bin"), content(50));
    assertThatThrownBy(() -> fetch(data)).hasMessageContaining("Remove it and try again");
    assertThat(folder.resolve("a.bin")).as("of the user").exists();
  }

  @Test
  void withoutAPublishedChecksumTheFirstFetchCounts() throws IOException {
    served.put("a.ts", content(50));
    PublishedData data = data("a.ts", null);
    fetch(data);
    String digits = checksum(content(50), "SHA-256").digits();
    assertThat(folder.resolve("SHA256SUMS")).hasContent(digits + "  a.ts\n");
    Files.delete(folder.resolve("a.ts"));
    served.put("a.ts", content(49));
    assertThatThrownBy(() -> fetch(data)).hasMessageContaining("must have SHA-256 " + digits);
    served.put("a.ts", content(50));
    fetch(data);
    assertThat(Files.readAllLines(folder.resolve("SHA256SUMS"))).hasSize(1);
  }

  @Test
  void aFolderServesWithoutANetwork() throws IOException {
    Path from = Files.createDirectories(temp.resolve("here"));
    Files.write(from.resolve("a.bin"), content(50));
    PublishedData data = data("a.bin", checksum(content(50), "MD5"));
    new Downloader(folder, news::add).fetch(data, from, null);
    assertThat(folder.resolve("a.bin")).hasBinaryContent(content(50));
    assertThat(ranges).isEmpty();
    PublishedData other = data("b.bin", null);
    assertThatThrownBy(() -> new Downloader(folder, news::add).fetch(other, from, null))
        .hasMessageContaining("b.bin: there is no such file");
  }

  /** A file has its name when it is whole, also after every fault; what is recorded stays so. */
  @Test
  void aFileThatHasItsNameIsWhole() throws Exception {
    byte[] all = content(5000);
    Path from = Files.createDirectories(temp.resolve("here"));
    Files.write(from.resolve("a.bin"), all);
    String others = "0".repeat(64) + "  other.bin\n";
    String both = others + checksum(all, "SHA-256").digits() + "  a.bin\n";
    PublishedData data = data("a.bin", null);
    FaultSweep sweep =
        new FaultSweep(
            Files.createDirectory(temp.resolve("sweep")),
            there -> Files.writeString(there.resolve("SHA256SUMS"), others),
            there -> new Downloader(there, news::add).fetch(data, from, null));
    sweep.run(
        (fault, there, failure) -> {
          if (Files.exists(there.resolve("a.bin"))) {
            assertThat(there.resolve("a.bin")).hasBinaryContent(all);
          }
          assertThat(Files.readString(there.resolve("SHA256SUMS"))).isIn(others, both);
          new Downloader(there, news::add).fetch(data, from, null);
          assertThat(there.resolve("a.bin")).hasBinaryContent(all);
          assertThat(there.resolve("SHA256SUMS")).hasContent(both);
          assertThat(FaultSweep.list(there)).containsExactly("SHA256SUMS", "a.bin");
        });
  }

  @Test
  void whatTheServerDoesNotHaveIsSaid() {
    PublishedData data = data("none.bin", null);
    assertThatThrownBy(() -> fetch(data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("none.bin: the server answers with status 404")
        .hasMessageContaining("--from");
    server.stop(0);
    assertThatThrownBy(() -> fetch(data)).hasMessageContaining("cannot be reached");
  }

  /** A ustar entry. */
  private static byte[] entry(String name, char type, byte[] content) throws IOException {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000644");
    put(header, 124, String.format("%011o", content.length));
    put(header, 148, "        ");
    header[156] = (byte) type;
    put(header, 257, "ustar");
    put(header, 263, "00");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xFF;
    }
    put(header, 148, String.format("%06o\0 ", sum));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(header);
    out.write(content);
    out.write(new byte[(512 - content.length % 512) % 512]);
    return out.toByteArray();
  }

  private static void put(byte[] header, int at, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    System.arraycopy(bytes, 0, header, at, bytes.length);
  }

  private static byte[] archive(byte[]... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      for (byte[] entry : entries) {
        zip.write(entry);
      }
      zip.write(new byte[1024]);
    }
    return out.toByteArray();
  }

  @Test
  void archivesAreUnpacked() throws IOException {
    String longName = "set/" + "n".repeat(150) + ".txt";
    byte[] pax =
        ("11 mtime=1\n" + (longName.length() + 10) + " path=" + longName + "\n").getBytes(UTF_8);
    served.put(
        "a.tar.gz",
        archive(
            entry("set/", '5', new byte[0]),
            entry("release/set/one.txt", '0', content(700)),
            entry("set/skip.bin", '0', content(10)),
            entry("PaxHeader", 'x', pax),
            entry("set/short.txt", '0', content(512)),
            entry("./@LongLink", 'L', "set/deep/gnu.txt\0".getBytes(UTF_8)),
            entry("set/cut", '0', content(1)),
            entry("set/link.txt", '2', new byte[0])));
    assertThat(fetch(data("a.tar.gz", null, ".txt"))).isEqualTo(folder.resolve("set"));
    assertThat(folder.resolve("release/set/one.txt")).hasBinaryContent(content(700));
    assertThat(folder.resolve(longName)).hasBinaryContent(content(512));
    assertThat(folder.resolve("set/deep/gnu.txt")).hasBinaryContent(content(1));
    assertThat(folder.resolve("set/skip.bin")).doesNotExist();
    assertThat(folder.resolve("set/link.txt")).doesNotExist();
    assertThat(news).contains("3 files unpacked");
  }

  @Test
  void theFolderOfTheDataIsFoundHoweverDeepItIs() throws IOException {
    served.put("a.tar.gz", archive(entry("release/release/set/one.txt", '0', content(7))));
    assertThat(fetch(data("a.tar.gz", null))).isEqualTo(folder.resolve("release/release/set"));
  }

  @Test
  void harmfulAndDamagedArchivesAreRefused() throws IOException {
    served.put("a.tar.gz", archive(entry("set/../../out.txt", '0', content(5))));
    assertThatThrownBy(() -> fetch(data("a.tar.gz", null)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("which leads out of");
    assertThat(temp.resolve("out.txt")).doesNotExist();
    byte[] whole = archive(entry("set/one.txt", '0', content(70_000)));
    served.put("b.tar.gz", Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> fetch(data("b.tar.gz", null)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("truncated or damaged");
    assertThat(folder.resolve("set")).isEmptyDirectory();
    served.put("c.tar.gz", archive(content(512)));
    assertThatThrownBy(() -> fetch(data("c.tar.gz", null)))
        .hasMessageContaining("is no tar archive");
    served.put("d.tar.gz", content(512));
    assertThatThrownBy(() -> fetch(data("d.tar.gz", null)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("d.tar.gz: is truncated or damaged");
  }

  @Test
  void whatDescribesAnEntryIsBounded() throws IOException {
    String name = "n".repeat(1 << 20);
    served.put("long.tar.gz", archive(entry("./@LongLink", 'L', name.getBytes(UTF_8))));
    byte[][] nested = new byte[100_000][];
    Arrays.fill(nested, entry("PaxHeader", 'x', "9 path=a\n".getBytes(UTF_8)));
    served.put("nested.tar.gz", archive(nested));
    for (String archive : List.of("long.tar.gz", "nested.tar.gz")) {
      assertThatThrownBy(() -> fetch(data(archive, null)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(archive + ": has an entry whose name and description are longer");
    }
  }

  /** Whatever a file may be, what is unpacked is inside the folder, and all else is refused. */
  @Test
  void damagedArchives() throws Exception {
    byte[] plain =
        unpacked(
            archive(
                entry("set/", '5', new byte[0]),
                entry("set/one.txt", '0', content(70)),
                entry("PaxHeader", 'x', "20 path=set/two.txt\n".getBytes(UTF_8)),
                entry("set/short", '0', content(10)),
                entry("./@LongLink", 'L', "set/three.txt\0".getBytes(UTF_8)),
                entry("set/cut", '0', content(600))));
    Path target = Files.createDirectories(temp.resolve("deep/target"));
    Path file = temp.resolve("f.tar.gz");
    Fuzzed.run(
        "tar archive",
        List.of(plain),
        64L << 20,
        Set.of(DataException.class, IOException.class),
        bytes -> {
          Files.write(file, packed(bytes));
          TarArchive.unpack(file, target, List.of());
        });
    assertThat(temp)
        .isDirectoryNotContaining(
            path -> !Set.of("deep", "f.tar.gz").contains(path.getFileName().toString()));
    assertThat(temp.resolve("deep")).isDirectoryNotContaining(path -> !path.equals(target));
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] unpacked(byte[] bytes) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    }
  }

  @Test
  void everyPublishedDataSetIsComplete() {
    for (PublishedData data : PublishedData.all()) {
      assertThat(PublishedData.get(data.name())).isEqualTo(data);
      assertThat(data.licence()).isNotBlank();
      for (PublishedFile file : data.files()) {
        assertThat(file.url()).startsWith("http").endsWith(file.name());
        int digits = file.checksum() == null ? 0 : file.checksum().digits().length();
        assertThat(digits).isIn(0, 32, 64);
      }
    }
    assertThatThrownBy(() -> PublishedData.get("cifar"))
        .hasMessageContaining("did you mean 'cifar10'");
  }
}
