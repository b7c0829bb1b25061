/** Files that people have, to plain arrays; one package a kind of file. */
module io.carillon.data {
  requires transitive io.carillon.train;
  requires java.desktop;

  exports io.carillon.data;

  uses io.carillon.data.DataFormat;
  uses io.carillon.data.TaskSource;

  provides io.carillon.data.DataFormat with
      io.carillon.data.CsvLoader,
      io.carillon.data.IdxLoader,
      io.carillon.data.TextLoader,
      io.carillon.data.TsLoader,
      io.carillon.data.WavLoader;
}
