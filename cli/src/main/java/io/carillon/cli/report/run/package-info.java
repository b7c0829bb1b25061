/** The report of one training run, see {@link io.carillon.cli.report.run.RunReport}. */
package io.carillon.cli.report.run;
