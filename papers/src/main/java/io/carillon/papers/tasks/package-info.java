/** The tasks of the papers whose data are generated. */
package io.carillon.papers.tasks;
