/** Tables: one series to forecast, or many sequences. */
package io.carillon.data.csv;
