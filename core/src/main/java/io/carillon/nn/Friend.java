package io.carillon.nn;

import io.carillon.engine.Engine;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What the modules of this project do with a model, and its users do not: reach the network in it.
 * The type of models is exported to everyone, so that none of this can be among its public methods.
 * It is above this package, and leaves an object of this type here when it is initialised.
 *
 * @param <M> type of models
 */
public interface Friend<M> {
  /** Where the type of models leaves its friend. */
  AtomicReference<Friend<?>> OF_MODELS = new AtomicReference<>();

  /** The network itself. */
  Network network(M model);

  /** How the model computes. */
  Engine engine(M model);
}
