/**
 * A whole training: steps, epochs, stopping, history. {@link io.github.secateur.train.Trainer} owns
 * the loop and the update; {@link io.github.secateur.train.Rounds} is where gradients come from:
 * threads of this JVM, or Spark jobs.
 *
 * <p>Sums over shards have one order, that of {@link io.github.secateur.train.TreeSum}, whoever
 * adds them. Imports {@code engine}, {@code optim}, {@code data}, {@code plan}, {@code graph} and
 * {@code kernel}; knows nothing of Spark.
 */
package io.github.secateur.train;
