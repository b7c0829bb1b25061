/**
 * Live streams of a trained model as keyed state of Apache Flink: {@link
 * io.carillon.flink.ScoreFunction} for DataStream, {@link io.carillon.flink.Score} for SQL.
 */
package io.carillon.flink;
