/**
 * The {@code carillon} command: what it can do, how it shows it, and how it says what went wrong.
 */
package io.carillon.cli;
