/** What is said on a console: lines, tables, words for errors, and being stopped there. */
package io.carillon.report.console;
