/** The command line: parse, call, show. */
module io.carillon.cli {
  requires io.carillon.interop;
  requires io.carillon.papers;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires java.desktop;
  requires me.tongfei.progressbar;

  // Commands are made and their options set by reflection.
  opens io.carillon.cli to
      info.picocli;
}
