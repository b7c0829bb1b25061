/** What the papers have measured: generated tasks, official data sets, downloads, comparisons. */
module io.carillon.papers {
  requires transitive io.carillon.report;
  requires java.net.http;
  requires org.apache.commons.compress;
  requires pickle;

  exports io.carillon.papers.compare to
      io.carillon.cli;
  exports io.carillon.papers.download to
      io.carillon.cli;
  exports io.carillon.papers.tasks to
      io.carillon.cli;

  provides io.carillon.data.DataFormat with
      io.carillon.papers.datasets.CifarFormat,
      io.carillon.papers.datasets.PairFormat,
      io.carillon.papers.datasets.PathfinderFormat,
      io.carillon.papers.datasets.SpeechFormat,
      io.carillon.papers.datasets.TokenFormat;
  provides io.carillon.data.generated.TaskSource with
      io.carillon.papers.tasks.PaperTasks;
}
