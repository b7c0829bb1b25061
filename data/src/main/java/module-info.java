/** Files that people have, to plain arrays; one package a kind of file. */
module io.carillon.data {
  requires transitive io.carillon.train;
  requires java.desktop;
  requires java.net.http;

  exports io.carillon.data;
  exports io.carillon.data.download;

  uses io.carillon.data.DataFormat;
  uses io.carillon.data.TaskSource;

  provides io.carillon.data.DataFormat with
      io.carillon.data.CifarLoader,
      io.carillon.data.CsvLoader,
      io.carillon.data.IdxLoader,
      io.carillon.data.PairLoader,
      io.carillon.data.PathfinderLoader,
      io.carillon.data.SpeechLoader,
      io.carillon.data.TextLoader,
      io.carillon.data.TokenLoader,
      io.carillon.data.TsLoader,
      io.carillon.data.WavLoader;
  provides io.carillon.data.TaskSource with
      io.carillon.data.PaperTasks;
}
