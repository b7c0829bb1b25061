/**
 * Reports as one HTML file that needs nothing else: a page of sections ({@link
 * io.carillon.cli.report.HtmlReport}) with text, tables, charts drawn by Chart.js, and pictures.
 */
package io.carillon.cli.report;
