package io.carillon.papers.download;

/**
 * A file of a published data set.
 *
 * @param url where it is
 * @param name its name on disk
 * @param checksum its published checksum; null where none is known
 */
public record PublishedFile(String url, String name, Checksum checksum) {

  /** The file with the name that ends its address. */
  static PublishedFile of(String url, Checksum checksum) {
    return new PublishedFile(url, url.substring(url.lastIndexOf('/') + 1), checksum);
  }

  /** Whether it is an archive, to be unpacked. */
  public boolean isArchive() {
    return name.endsWith(".tar.gz") || name.endsWith(".tgz") || name.equals("lra_release.gz");
  }
}
