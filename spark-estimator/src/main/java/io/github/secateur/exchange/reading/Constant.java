package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;

/**
 * A value that no row has a part in. Shapes depend on the number of rows of a batch, and so may
 * what is computed from them: so there is one tensor for batches of two rows and one for three,
 * which tell by their difference where the batch is.
 *
 * @param two its numbers for a batch of two rows
 * @param three its numbers for a batch of three rows; the same object if the batch has no part in
 *     it
 */
record Constant(Tensor two, Tensor three) implements Value {

  /** Returns a constant in which the batch has no part. */
  static Constant of(Tensor tensor) {
    return new Constant(tensor, tensor);
  }

  /** Returns whether the batch has no part in it. */
  boolean isFixed() {
    return two == three || two.equals(three);
  }
}
