/**
 * What is written to disk: saved models, checkpoints, and the models that a Connect server moves
 * out of memory.
 *
 * <p>Not public API. Of the rooms beside it, imports {@code rows}, {@code prediction} and {@code
 * report}.
 */
package io.github.secateur.spark.files;
