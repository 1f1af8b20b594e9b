/**
 * What {@code transform} does: the columns that it appends, the rules by which Spark evaluates
 * networks in batches, and the engines that do.
 *
 * <p>Not public API. Of the rooms beside it, imports {@code rows} only: it knows nothing of
 * training.
 */
package io.github.secateur.spark.prediction;
