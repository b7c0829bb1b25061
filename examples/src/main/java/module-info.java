/** Small programs around a trained model. */
module io.carillon.examples {
  requires io.carillon.core;
  requires jdk.httpserver;
}
