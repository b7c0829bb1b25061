/** Archives of time-series classification and regression. */
package io.carillon.data.ts;
