package io.carillon.train;

import io.carillon.model.SequenceModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Told about the progress of training, on the training thread: a slow listener slows training, and
 * an exception of a listener ends it. Listeners may call {@link Trainer#requestStop}.
 */
public interface TrainListener {
  /** Does nothing. */
  TrainListener NONE = new TrainListener() {};

  /**
   * Several listeners, told one after the other. The first one answers when a checkpoint fails.
   *
   * @throws IllegalArgumentException if there is none
   */
  static TrainListener all(List<? extends TrainListener> listeners) {
    return new Listeners(List.<TrainListener>copyOf(listeners));
  }

  /** Before the first step. */
  default void onStart(TrainPlan plan) {}

  /**
   * After {@link #onStart} when an earlier run is gone on with: what it has done. Whatever else it
   * has told is done again.
   *
   * @param epochs that are finished, in order
   * @param step steps done, those of an epoch that is not finished included
   */
  default void onResume(List<EpochRecord> epochs, long step) {}

  /** After every optimiser step. */
  default void onStep(StepRecord record) {}

  /** Before the validation data are evaluated, with the number of finished epochs. */
  default void onValidation(int epoch) {}

  /** At the end of every epoch, after its validation if there was one. */
  default void onEpoch(EpochRecord record) {}

  /**
   * After {@link #onEpoch} of an epoch that {@linkplain EpochRecord#isBest() is the best} so far.
   *
   * @param model makes a copy of the model that training would return if it ended here, without a
   *     certificate; to be called before this method returns
   */
  default void onBest(EpochRecord record, Supplier<SequenceModel> model) {}

  /**
   * A state to resume from was written.
   *
   * @param folder that it is in
   * @param step steps that are done in it
   */
  default void onCheckpoint(Path folder, long step) {}

  /**
   * Training has ended, and its result is about to be returned. Not called when training ends with
   * an exception.
   */
  default void onEnd(TrainResult result) {}

  /**
   * A state to resume from could not be written, which loses nothing as long as the process lives.
   * Without an answer of its own a listener ends the training.
   *
   * @param folder that cannot be written to
   * @param cause why
   * @param last whether training ends here, so that this state will not be tried again later
   * @return true to try again at once; false to go on, and try again after the next steps
   * @throws java.io.UncheckedIOException to end the training
   */
  default boolean onCheckpointFailure(Path folder, IOException cause, boolean last) {
    throw Checkpoints.failure(folder, cause);
  }
}
