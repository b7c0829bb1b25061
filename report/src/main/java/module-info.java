/** One HTML file of a run: charts, tables, and what a run leaves in its folder. */
module io.carillon.report {
  requires transitive io.carillon.data;
  requires com.fasterxml.jackson.databind;
  requires com.fasterxml.jackson.dataformat.yaml;
  requires java.desktop;

  exports io.carillon.report to
      io.carillon.papers;
  exports io.carillon.report.console to
      io.carillon.cli,
      io.carillon.papers;
  exports io.carillon.report.folder to
      io.carillon.cli,
      io.carillon.papers;
  exports io.carillon.report.run to
      io.carillon.cli;
  exports io.carillon.report.settings to
      io.carillon.cli,
      io.carillon.papers;
}
