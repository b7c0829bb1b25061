/**
 * The comparisons of the papers, run end to end: a grid of trainings that is data ({@link
 * io.carillon.cli.reproduce.Comparison}), the runner that goes on where it was interrupted, and the
 * report.
 */
package io.carillon.cli.reproduce;
