/** What the user sees: the console, progress of training, tables, and words for errors. */
package io.carillon.cli.show;
