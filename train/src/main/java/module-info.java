/** Training of Carillon networks: data sets, losses, optimiser, schedules and the training loop. */
module io.carillon.train {
  requires transitive io.carillon.core;

  exports io.carillon.train;
}
