/**
 * Rows to train on: a {@link io.github.secateur.data.Shard} gathers any of its rows into {@code float[]} without
 * allocating.
 *
 * <p>Owns the layout of the cached training set. Imports the JDK and Arrow only.
 */
package io.github.secateur.data;
