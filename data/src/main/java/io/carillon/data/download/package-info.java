/**
 * Published data sets: where they are, under which licence, and fetching them with their checksums.
 */
package io.carillon.data.download;
