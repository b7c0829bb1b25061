/** Benchmarks; never published, and run from one jar. */
module io.carillon.bench {
  requires io.carillon.train;
  requires jdk.incubator.vector;
  requires jdk.management;
  requires jmh.core;
}
