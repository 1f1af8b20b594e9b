/**
 * Gradients by Spark jobs: rounds of one job each, many steps in one job where one JVM holds all
 * rows, and the tree over executors along which sums are added.
 *
 * <p>Not public API. Of the rooms beside it, imports {@code rows} and {@code report}.
 */
package io.github.secateur.spark.rounds;
