package io.carillon.papers.download;

import io.carillon.config.Nearest;
import io.carillon.data.DataException;
import java.util.List;

/**
 * A published data set.
 *
 * @param name on the command line
 * @param task the papers' tasks that it serves
 * @param files what is fetched
 * @param folder name of the unpacked folder that holds the data; empty for the target itself
 * @param keep parts of path names of an archive that are unpacked; empty for all
 * @param preset presets for it, without -paper and -small
 * @param shape length of the sequences and number of classes
 * @param licence licence, as its publishers state it
 * @param home page of its publishers
 */
public record PublishedData(
    String name,
    String task,
    List<PublishedFile> files,
    String folder,
    List<String> keep,
    String preset,
    String shape,
    String licence,
    String home) {

  private static final String CIFAR = "https://www.cs.toronto.edu/~kriz/";
  private static final String CIFAR_LICENCE = "none stated; cite the technical report of 2009";
  private static final String ZENODO = "https://zenodo.org/records/";
  private static final String LRA = "https://github.com/google-research/long-range-arena";
  private static final String LRA_LICENCE = "Apache-2.0 (Long Range Arena)";

  /** All that are known, in the order in which they are listed. */
  public static List<PublishedData> all() {
    return List.of(
        lra("lra-listops", "ListOps", "listops-1000", "lra-listops", "500 to 2000, 10"),
        lra("lra-retrieval", "Retrieval", "tsv_data", "lra-retrieval", "2 x up to 4000, 2"),
        lra("lra-pathfinder", "Pathfinder", "pathfinder32", "lra-pathfinder", "1024, 2"),
        lra("lra-pathx", "Path-X", "pathfinder128", "lra-pathx", "16384, 2"),
        imdb(),
        cifar(
            "cifar10", "cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", "batches-bin"),
        cifar(
            "cifar10-python",
            "cifar-10-python.tar.gz",
            "c58f30108f718f92721af3b95e74349a",
            "batches-py"),
        speech(),
        bidmc("bidmc-hr", "heart rate", "4001456", "BIDMC32HR"),
        bidmc("bidmc-rr", "breathing rate", "4001463", "BIDMC32RR"),
        bidmc("bidmc-spo2", "oxygen", "4001464", "BIDMC32SpO2"),
        mnist(),
        fashion());
  }

  /**
   * The one of a name.
   *
   * @throws DataException if there is none, suggesting the nearest
   */
  public static PublishedData get(String name) {
    List<PublishedData> all = all();
    List<String> names = all.stream().map(PublishedData::name).toList();
    return all.stream()
        .filter(data -> data.name.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    "there is no published data set '" + name + "'" + Nearest.hint(name, names)));
  }

  private static PublishedData lra(
      String name, String task, String part, String preset, String shape) {
    String url = "https://storage.googleapis.com/long-range-arena/lra_release.gz";
    boolean pictures = part.startsWith("pathfinder");
    return new PublishedData(
        name,
        task,
        List.of(PublishedFile.of(url, null)),
        part,
        List.of(pictures ? part + "/curv_contour_length_14/" : part + "/"),
        preset,
        shape,
        part.equals("tsv_data")
            ? LRA_LICENCE + "; the AAN texts belong to their authors"
            : LRA_LICENCE,
        LRA);
  }

  private static PublishedData imdb() {
    String home = "https://ai.stanford.edu/~amaas/data/sentiment/";
    return new PublishedData(
        "imdb",
        "Text",
        List.of(
            PublishedFile.of(
                home + "aclImdb_v1.tar.gz", Checksum.md5("7c2ac02c03563afcf9b574c7e56c153a"))),
        "aclImdb",
        List.of(),
        "lra-text",
        "up to 4096, 2",
        "none stated; cite Maas et al. 2011",
        home);
  }

  private static PublishedData cifar(String name, String file, String md5, String folder) {
    return new PublishedData(
        name,
        "Image, sCIFAR",
        List.of(PublishedFile.of(CIFAR + file, Checksum.md5(md5))),
        "cifar-10-" + folder,
        List.of(),
        "lra-image, scifar",
        "1024, 10",
        CIFAR_LICENCE,
        CIFAR + "cifar.html");
  }

  private static PublishedData speech() {
    String sha256 = "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58";
    String url =
        "https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz";
    return new PublishedData(
        "speech-commands",
        "SC35, SC10",
        List.of(PublishedFile.of(url, Checksum.sha256(sha256))),
        "",
        List.of(),
        "sc35, sc10",
        "16000, 35 or 10",
        "CC BY 4.0",
        "https://arxiv.org/abs/1804.03209");
  }

  private static PublishedData bidmc(String name, String what, String record, String problem) {
    String home = ZENODO + record;
    return new PublishedData(
        name,
        "BIDMC, " + what,
        List.of(
            PublishedFile.of(home + "/files/" + problem + "_TRAIN.ts", null),
            PublishedFile.of(home + "/files/" + problem + "_TEST.ts", null)),
        "",
        List.of(),
        "bidmc",
        "4000, 1 value",
        "CC BY 4.0",
        home);
  }

  private static PublishedData mnist() {
    return idx(
        "mnist",
        "sequential and permuted MNIST",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        List.of(
            "f68b3c2dcbeaaa9fbdd348bbdeb94873",
            "d53e105ee54ea40749a09fcbcd1e9432",
            "9fb629c4189551a2d022fa330f9573f3",
            "ec29112dd5afa0611ce80d1b7f02629c"),
        "none stated; commonly given as CC BY-SA 3.0",
        "http://yann.lecun.com/exdb/mnist/");
  }

  private static PublishedData fashion() {
    return idx(
        "fashion-mnist",
        "sequential images",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        List.of(
            "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
            "25c81989df183df01b3e8a0aad5dffbe",
            "bef4ecab320f06d8554ea6380940ec79",
            "bb300cfdad3c16e7a12a480ee83cd310"),
        "MIT",
        "https://github.com/zalandoresearch/fashion-mnist");
  }

  private static PublishedData idx(
      String name, String task, String base, List<String> md5, String licence, String home) {
    List<String> files =
        List.of(
            "train-images-idx3-ubyte.gz",
            "train-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz");
    return new PublishedData(
        name,
        task,
        java.util.stream.IntStream.range(0, files.size())
            .mapToObj(i -> PublishedFile.of(base + files.get(i), Checksum.md5(md5.get(i))))
            .toList(),
        "",
        List.of(),
        "smnist",
        "784, 10",
        licence,
        home);
  }
}
