/** Files that people have, to plain arrays; one package a kind of file. */
module io.carillon.data {
  requires transitive io.carillon.train;
  requires java.desktop;
  requires org.apache.commons.csv;

  exports io.carillon.data;
  exports io.carillon.data.audio to
      io.carillon.papers;
  exports io.carillon.data.baseline to
      io.carillon.papers,
      io.carillon.report,
      io.carillon.cli;
  exports io.carillon.data.csv to
      io.carillon.cli,
      io.carillon.papers;
  exports io.carillon.data.generated to
      io.carillon.papers,
      io.carillon.report,
      io.carillon.cli;
  exports io.carillon.data.images to
      io.carillon.papers;
  exports io.carillon.data.read to
      io.carillon.papers;
  exports io.carillon.data.tensors to
      io.carillon.cli;
  exports io.carillon.data.text to
      io.carillon.papers;
  exports io.carillon.data.ts to
      io.carillon.papers;

  uses io.carillon.data.DataFormat;
  uses io.carillon.data.generated.TaskSource;

  provides io.carillon.data.DataFormat with
      io.carillon.data.audio.WavFormat,
      io.carillon.data.csv.CsvFormat,
      io.carillon.data.images.IdxFormat,
      io.carillon.data.numpy.NumpyFormat,
      io.carillon.data.text.TextFormat,
      io.carillon.data.ts.TsFormat;
}
