/** The official data sets of the papers, as they are published. */
package io.carillon.papers.datasets;
