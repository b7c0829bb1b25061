/**
 * Training of Carillon networks. Start at {@link io.carillon.train.Trainer}:
 *
 * <pre>{@code
 * Dataset data = Dataset.ofValues(1, signals).labels(2, labels).build();
 * NetworkConfig network = NetworkConfig.sequence(1, 2).withWidth(32).withDepth(2);
 * TrainResult result = Trainer.fit(network, data, TrainConfig.DEFAULT.withEpochs(10));
 * result.model().save(Path.of("model"));
 * }</pre>
 *
 * <ul>
 *   <li>{@link io.carillon.train.Trainer}: trains, resumes, can be stopped
 *   <li>{@link io.carillon.train.Dataset}: sequences and targets
 *   <li>{@link io.carillon.train.TrainConfig}: every setting of a training
 *   <li>{@link io.carillon.train.TrainListener}: told about steps, epochs and the best model
 *   <li>{@link io.carillon.train.Objective}, {@link io.carillon.train.Loss}, {@link
 *       io.carillon.train.Metric}, {@link io.carillon.train.RateSchedule}: of one's own
 *   <li>{@link io.carillon.train.GradientSource}, {@link io.carillon.train.GradientWorker}, {@link
 *       io.carillon.train.Shard}, {@link io.carillon.train.ShardGradient}: gradients computed
 *       elsewhere
 *   <li>{@link io.carillon.train.TrainResult}: the model, its history and how the training ended
 *   <li>{@link io.carillon.train.Evaluator}, {@link io.carillon.train.Evaluation}: how well a model
 *       does
 *   <li>{@link io.carillon.train.Certificate}: whether its ways to compute agree, on data
 *   <li>{@link io.carillon.train.MemoryEstimate}: what a training needs
 *   <li>{@link io.carillon.train.InsufficientMemoryException}, {@link
 *       io.carillon.train.TrainingDivergedException}, {@link
 *       io.carillon.train.DisagreementException}: what can go wrong, and what to do about it
 * </ul>
 */
module io.carillon.train {
  requires transitive io.carillon.core;

  exports io.carillon.train;
  // For what is never published.
  exports io.carillon.train.optimizer to
      io.carillon.bench;
}
