/** Fetches published data sets and verifies them. */
package io.carillon.papers.download;
