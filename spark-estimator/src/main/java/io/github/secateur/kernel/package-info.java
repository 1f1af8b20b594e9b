/**
 * What the rest of the library knows of arithmetic on {@code float[]}: one interface, {@link
 * io.github.secateur.kernel.Kernels}, and the values that its methods take. It computes matrix
 * products, convolution, pooling, activations, normalization and loss, and knows nothing of layers
 * or graphs.
 *
 * <p>The rooms below implement it. {@code scalar} is plain Java; {@code vector}, with {@code
 * vector.gemm} and {@code vector.lanes}, uses the Vector API and inherits from {@code scalar} what
 * vectors do not make faster; {@code choice} chooses between them. This package imports none of
 * them, only the JDK.
 *
 * <p><b>Order of additions.</b> Every sum has one order, fixed by the shapes alone: a matrix
 * product adds over k ascending, by fused multiply-add, into one accumulator for each output; sums
 * over rows add row by row. Vector lanes run across outputs, never along a sum. So results do not
 * depend on the vector length, on tile sizes or on the implementation: scalar and vector kernels
 * give the same bits.
 *
 * <p><b>Shape letters.</b> m×n is the result of a matrix product and k its inner length; n alone is
 * a count of values; rows is the rows of a batch; h, w, c are the height, width and channels of an
 * image. An array argument is followed by the index of its first value. Matrix products and
 * convolutions take an object instead, which the caller sets again for each call: {@link
 * io.github.secateur.kernel.Product}, {@link io.github.secateur.kernel.Convolution}.
 */
package io.github.secateur.kernel;
