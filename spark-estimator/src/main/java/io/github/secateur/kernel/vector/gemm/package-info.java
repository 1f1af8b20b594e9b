/**
 * Matrix products with the Vector API: packing, tiles, and the loops over them, which convolutions
 * use as well. Imports {@code kernel}, {@code kernel.scalar}, {@code kernel.vector.lanes} and
 * {@code jdk.incubator.vector}.
 */
package io.github.secateur.kernel.vector.gemm;
