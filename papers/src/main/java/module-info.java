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
      io.carillon.papers.datasets.CifarLoader,
      io.carillon.papers.datasets.PairLoader,
      io.carillon.papers.datasets.PathfinderLoader,
      io.carillon.papers.datasets.SpeechLoader,
      io.carillon.papers.datasets.TokenLoader;
  provides io.carillon.data.generated.TaskSource with
      io.carillon.papers.tasks.PaperTasks;
}
