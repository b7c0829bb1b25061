/** Generated tasks and loaders of real files, to plain arrays. */
module io.carillon.data {
  requires transitive io.carillon.train;

  exports io.carillon.data;
}
