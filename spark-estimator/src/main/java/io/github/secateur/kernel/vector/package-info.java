/**
 * The kernels with the Vector API: {@link io.github.secateur.kernel.vector.VectorKernels}, and all
 * that is not a matrix product, convolution included. Imports {@code kernel}, {@code
 * kernel.scalar}, the two rooms below and {@code jdk.incubator.vector}, which nothing outside this
 * package and its rooms imports.
 */
package io.github.secateur.kernel.vector;
