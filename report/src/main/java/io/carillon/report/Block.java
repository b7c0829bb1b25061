package io.carillon.report;

/** A piece of a report: text, table, chart, picture, or a group of such. */
@FunctionalInterface
public interface Block {
  /** Appends its HTML; all text from outside is escaped. */
  void write(StringBuilder html);
}
