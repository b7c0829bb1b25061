/** Data sets, losses, optimiser, schedules and the training loop. */
package io.carillon.train;
