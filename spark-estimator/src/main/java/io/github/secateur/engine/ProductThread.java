package io.github.secateur.engine;

import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;

/**
 * One thread of a {@link ParallelProducts} beside the calling one: it computes what it is given,
 * one call at a time.
 */
final class ProductThread {
  private enum Call {
    PRODUCT,
    CONVOLUTION,
    WEIGHT_GRADIENT,
    INPUT_GRADIENT
  }

  private final Kernels kernels;
  private final HelperThread thread = new HelperThread("secateur-kernels", this::work);
  private float[] result = new float[0];

  private final Product product = new Product();
  private final Convolution convolution = new Convolution();
  private Call call;

  ProductThread(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Returns the product that the next call computes, to be set. */
  Product product() {
    call = Call.PRODUCT;
    return product;
  }

  /** Returns the convolution that the next call computes, to be set. */
  Convolution convolution() {
    call = Call.CONVOLUTION;
    return convolution;
  }

  /** Returns the convolution whose weight gradient the next call computes, to be set. */
  Convolution weightGradient() {
    call = Call.WEIGHT_GRADIENT;
    return convolution;
  }

  /** Returns the convolution whose input gradient the next call computes, to be set. */
  Convolution inputGradient() {
    call = Call.INPUT_GRADIENT;
    return convolution;
  }

  /** Starts the call that was set; {@link #join} must follow. */
  void start() {
    thread.start();
  }

  /** Waits for the end of the call, and returns why it failed, or null. Errors are thrown. */
  RuntimeException join() {
    boolean interrupted = false;
    while (!thread.await()) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.failure() instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thread.failure();
  }

  private void work() {
    try {
      compute();
    } finally {
      release();
    }
  }

  /**
   * Returns this helper's own array, at least as long: for the result of a call, if it must not lie
   * beside another thread's. It holds what it did unless it was too short.
   */
  float[] result(int length) {
    if (result.length < length) {
      result = new float[length];
    }
    return result;
  }

  private void compute() {
    switch (call) {
      case PRODUCT -> kernels.product(product);
      case CONVOLUTION -> kernels.conv2d(convolution);
      case WEIGHT_GRADIENT -> kernels.conv2dWeightGradient(convolution);
      case INPUT_GRADIENT -> kernels.conv2dInputGradient(convolution);
    }
  }

  /** Lets go of the arrays, which belong to the caller. */
  private void release() {
    product.release();
    convolution.release();
  }
}
