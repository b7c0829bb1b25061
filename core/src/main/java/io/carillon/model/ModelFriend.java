package io.carillon.model;

import io.carillon.engine.Engine;
import io.carillon.nn.Friend;
import io.carillon.nn.Network;

/** Opens models to the other modules of the project. */
final class ModelFriend implements Friend<SequenceModel> {
  @Override
  public Network network(SequenceModel model) {
    return model.network();
  }

  @Override
  public Engine engine(SequenceModel model) {
    return model.engine();
  }
}
