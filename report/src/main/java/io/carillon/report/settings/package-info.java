/** Settings as trees: read, written, and changed one by one. */
package io.carillon.report.settings;
