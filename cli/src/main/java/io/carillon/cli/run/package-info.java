/** A training run: its data, its folder, its record, and how it is stopped. */
package io.carillon.cli.run;
