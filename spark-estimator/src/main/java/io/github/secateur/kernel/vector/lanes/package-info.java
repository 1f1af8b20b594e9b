/**
 * The vectors that all vector kernels use, and the transposition of blocks of them. Imports {@code
 * jdk.incubator.vector} only.
 */
package io.github.secateur.kernel.vector.lanes;
