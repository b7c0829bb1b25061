package io.carillon.papers.datasets;

import io.carillon.data.DataException;
import io.carillon.data.Loaders;
import io.carillon.data.audio.WavFile;
import io.carillon.data.images.GreyPicture;
import io.carillon.data.images.IdxFile;
import io.carillon.fuzz.Fuzzed;
import io.carillon.model.Meaning;
import io.carillon.testing.NpyBytes;
import io.carillon.testing.WavBytes;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged data files of every kind. */
class LoadersFuzzTest {
  private static final Set<Class<? extends Exception>> REFUSAL = Set.of(DataException.class);
  private static final long MOST_BYTES = 64L << 20;

  /** A picture may have 2^24 pixels, of four bytes as they are stored and four as numbers. */
  private static final long LARGEST_PICTURE = 160L << 20;

  private static final String TS =
      """
      #a comment
      @problemName toy
      @timestamps false
      @univariate false
      @dimensions 2
      @equalLength false
      @classLabel true up down
      @data
      1,2,3.5:4,5,6:up
      -1e1,?,0.25:1,1,1:down
      1,2:3,4:up
      3,2,1:4,4,4:down
      """;

  private static final String SERIES =
      "time,\"a,b\",target\n"
          + "0,1.5,2\n"
          + "1,-2e0,3\n"
          + "2,0.25,4\n"
          + "3,7,5\n"
          + "4,8,6\n"
          + "5,9,7\n"
          + "6,1,8\n"
          + "7,2,9\n"
          + "8,1,1\n"
          + "9,3,2\n";

  private static final String ROWS = "a;b;c;class\n1;2;3;up\n4;5;6;down\n7;8;9;up\n1;1;1;down\n";

  private static final String LIST_OPS =
      "Source\tTarget\n( ( ( [MAX 2 ) 9 ) ] )\t9\n[MIN 4 [SM 7 8 ] ]\t4\n[MED 1 2 3 ]\t2\n";

  private static final byte[] IDX = {
    0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
  };

  private static final String TOKENS = "Source\tTarget\nb c a\t1\nq r b c\t0\na\t1\nc c c b\t0\n";

  private static final String SEQUENCES =
      "sequence,x,y,label\n0,1,2,up\n0,3,4,up\n1,5,6,down\n1,7,8,down\n2,1,1,up\n3,0,2,down\n";

  @TempDir private static Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void read(String name, List<byte[]> sound, Fuzzed.Reader reader) throws Exception {
    Fuzzed.run(name, sound, MOST_BYTES, REFUSAL, reader);
  }

  private static void open(String name, String file, String sound, Map<String, String> options)
      throws Exception {
    Path path = folder.resolve(file);
    read(
        name,
        List.of(bytes(sound)),
        bytes -> {
          Files.write(path, bytes);
          Loaders.open(path, options, 1);
        });
  }

  @Test
  void ts() throws Exception {
    open(".ts", "f.ts", TS, Map.of("split", "1/0/0", "missing", "fill"));
  }

  @Test
  void csvSeries() throws Exception {
    Map<String, String> options = Map.of("history", "3", "horizon", "1", "targets", "target");
    open("CSV series", "f.csv", SERIES, options);
  }

  @Test
  void csvRows() throws Exception {
    Map<String, String> options = Map.of("layout", "rows", "targets", "class", "split", "1/0/0");
    open("CSV rows", "f.csv", ROWS, options);
  }

  @Test
  void csvSequences() throws Exception {
    Map<String, String> options =
        Map.of("layout", "sequences", "targets", "label", "split", "1/0/0");
    open("CSV sequences", "f.csv", SEQUENCES, options);
  }

  @Test
  void listOps() throws Exception {
    open("ListOps", "f.tsv", LIST_OPS, Map.of("split", "1/0/0"));
  }

  @Test
  void listOpsSubTrees() throws Exception {
    Map<String, String> options = Map.of("split", "1/0/0", "labels", "subtrees");
    open("ListOps sub-trees", "f.tsv", LIST_OPS, options);
  }

  @Test
  void tokens() throws Exception {
    open("tokens", "f.tsv", TOKENS, Map.of("split", "1/0/0", "tokens", "text"));
  }

  @Test
  void wav() throws Exception {
    WavBytes sound = WavBytes.of(0, 0.5, -0.5, 0.25, 0.125, 0.1).channels(2);
    List<byte[]> kinds =
        List.of(
            sound.oddChunk().bytes(), sound.floats().bytes(), sound.pcm(24).extensible().bytes());
    read("WAV", kinds, bytes -> WavFile.parse(bytes, "f.wav"));
  }

  /** Recordings of a zip archive, which the reader of archives may refuse in its own words. */
  @Test
  void zip() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(packed)) {
      for (String name : List.of("up/a.wav", "up/b.wav", "down/c.wav", "down/d.wav")) {
        out.putNextEntry(new ZipEntry(name));
        out.write(WavBytes.of(0, 0.5, -0.5, 0.25, 0.125, 0.1).bytes());
        out.closeEntry();
      }
    }
    Path path = folder.resolve("f.zip");
    read(
        "zip of recordings",
        List.of(packed.toByteArray()),
        bytes -> {
          Files.write(path, bytes);
          Loaders.open(path, Map.of("split", "1/0/0"), 1);
        });
  }

  @Test
  void numpy() throws Exception {
    byte[] x = NpyBytes.floats("2, 3", 1, 2, 3, 4, 5, 6);
    byte[] y = NpyBytes.longs("2,", 1, 0);
    Path archive = folder.resolve("f.npz");
    read(
        ".npz",
        List.of(NpyBytes.archive(Map.of("x", x, "y", y))),
        bytes -> {
          Files.write(archive, bytes);
          Loaders.open(archive, Map.of("split", "1/0/0"), 1);
        });
    Path single = folder.resolve("f.npy");
    Meaning meaning = Meaning.of("numpy", Map.of()).values(1).classes(List.of("0", "1")).build();
    read(
        ".npy",
        List.of(x, NpyBytes.array("<U2", true, "1, 2", new byte[16])),
        bytes -> {
          Files.write(single, bytes);
          Loaders.inputs(single, meaning);
        });
  }

  @Test
  void idx() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(IDX);
    }
    Path path = folder.resolve("f.idx");
    read(
        "IDX",
        List.of(IDX, packed.toByteArray()),
        bytes -> {
          Files.write(path, bytes);
          IdxFile.read(path, 3, Integer.MAX_VALUE, "");
        });
  }

  @Test
  void cifarPickle() throws Exception {
    read(
        "CIFAR pickle",
        PlainPickleTest.protocols().stream().map(PlainPickleTest::bytes).toList(),
        bytes -> PlainPickle.read(bytes, "data_batch_1"));
  }

  @Test
  void png() throws Exception {
    ByteArrayOutputStream grey = new ByteArrayOutputStream();
    ByteArrayOutputStream colour = new ByteArrayOutputStream();
    ImageIO.setUseCache(false);
    ImageIO.write(new BufferedImage(5, 4, BufferedImage.TYPE_BYTE_GRAY), "png", grey);
    ImageIO.write(new BufferedImage(3, 7, BufferedImage.TYPE_INT_RGB), "png", colour);
    Path path = folder.resolve("f.png");
    Fuzzed.run(
        "PNG",
        List.of(grey.toByteArray(), colour.toByteArray()),
        LARGEST_PICTURE,
        REFUSAL,
        bytes -> {
          Files.write(path, bytes);
          GreyPicture.read(path);
        });
  }
}
