/** Generated tasks and loaders of real files, to plain arrays. */
module io.carillon.data {
  requires transitive io.carillon.train;
  requires java.desktop;
  requires java.net.http;

  exports io.carillon.data;
  exports io.carillon.data.download;
}
