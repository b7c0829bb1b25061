/** One HTML file from numbers: charts, tables, pictures, and the page around them. */
package io.carillon.report;
