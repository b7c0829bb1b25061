/** The report of a training run. */
package io.carillon.report.run;
