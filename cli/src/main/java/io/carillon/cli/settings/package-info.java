/** Presets, overrides and their merging into complete settings of a run. */
package io.carillon.cli.settings;
