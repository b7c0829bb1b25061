/** JMH benchmarks; {@code bench/README.md} says how to run and read them. */
package io.carillon.bench;
