/**
 * Rows to train on: {@link io.github.secateur.data.ShardWriter} turns rows into Arrow record
 * batches (IPC bytes, a few MiB each), {@link io.github.secateur.data.ArrowShard} gathers any of
 * them back into {@code float[]} without allocating.
 *
 * <p>Owns the layout of the cached training set. Imports the JDK and Arrow only. Arrow's memory
 * outside the heap is used while a block is written, and for no longer; reading works on the bytes
 * where they are.
 */
package io.github.secateur.data;
