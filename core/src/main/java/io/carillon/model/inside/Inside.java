package io.carillon.model.inside;

import io.carillon.config.Computing;
import io.carillon.engine.Engine;
import io.carillon.model.Meaning;
import io.carillon.model.SequenceModel;
import io.carillon.nn.Friend;
import io.carillon.nn.Network;
import java.util.Map;
import java.util.Objects;

/** The network in a model, for the modules of this project that train, draw or convert it. */
public final class Inside {
  private Inside() {}

  /** There since the first model was made, as one is in every call. */
  @SuppressWarnings("unchecked")
  private static Friend<SequenceModel> friend(SequenceModel model) {
    Objects.requireNonNull(model, "model");
    return (Friend<SequenceModel>) Friend.OF_MODELS.get();
  }

  /** The network itself; its weights must not be changed. */
  public static Network network(SequenceModel model) {
    return friend(model).network(model);
  }

  /** A copy of the network, to train on from here. */
  public static Network copy(SequenceModel model) {
    return network(model).copy();
  }

  /** How the model computes: its loops, algorithm and threads. */
  public static Engine engine(SequenceModel model) {
    return friend(model).engine(model);
  }

  /**
   * A model with a copy of the network's present weights.
   *
   * @param meaning what its numbers mean
   * @param info anything JSON can hold that should travel with the model
   */
  public static SequenceModel model(
      Network network, Meaning meaning, Map<String, Object> info, Computing computing) {
    Objects.requireNonNull(network, "network");
    SequenceModel model = SequenceModel.fresh(network.config(), 0, info, computing);
    network(model).copyFrom(network);
    return model.withMeaning(meaning);
  }

  /** A model that takes and gives numbers as they are, and computes in the standard way. */
  public static SequenceModel model(Network network, Map<String, Object> info) {
    Objects.requireNonNull(network, "network");
    return model(network, Meaning.plain(network.config()), info, Computing.standard());
  }
}
