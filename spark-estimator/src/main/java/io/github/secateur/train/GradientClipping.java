package io.github.secateur.train;

/** Makes a gradient shorter if it is too long, in its own direction (Pascanu et al. 2013). */
final class GradientClipping {
  private GradientClipping() {}

  /**
   * Multiplies a gradient by limit / norm if its Euclidean norm exceeds the limit.
   *
   * @param count the number of values, from the first
   * @param limit the largest norm; 0 for none
   */
  static void clip(float[] gradient, int count, double limit) {
    if (limit == 0) {
      return;
    }
    double norm = norm(gradient, count);
    if (norm > limit) {
      float factor = (float) (limit / norm);
      for (int i = 0; i < count; i++) {
        gradient[i] *= factor;
      }
    }
  }

  /** Returns √Σ g², summed in double. */
  static double norm(float[] gradient, int count) {
    double sum0 = 0; // four sums: one would wait for its own latency
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      sum0 += (double) gradient[i] * gradient[i];
      sum1 += (double) gradient[i + 1] * gradient[i + 1];
      sum2 += (double) gradient[i + 2] * gradient[i + 2];
      sum3 += (double) gradient[i + 3] * gradient[i + 3];
    }
    for (; i < count; i++) {
      sum0 += (double) gradient[i] * gradient[i];
    }
    return Math.sqrt(sum0 + sum1 + (sum2 + sum3));
  }
}
