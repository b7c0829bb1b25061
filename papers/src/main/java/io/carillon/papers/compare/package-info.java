/**
 * Comparisons of papers made again: grids of runs, the claims to hold against them, and one report.
 */
package io.carillon.papers.compare;
