package io.github.secateur.engine;

import java.util.Arrays;
import java.util.Locale;

/**
 * The loss of a training: softmax cross-entropy, for labels that may be smoothed (Szegedy et al.
 * 2016) and rows that may weigh more or less by their class.
 *
 * <p>With a smoothing of ε over K classes, the target of a row of class y is 1 - ε + ε/K for y and
 * ε/K for each other class. With logits z and weight w, loss and gradient are
 *
 * <pre>
 *   w · (logsumexp(z) - (1 - ε) · z(y) - ε/K · Σ z(j)) = w · (CE(z, y) + ε · (z(y) - mean z))
 *   w · (softmax(z) - target)
 * </pre>
 *
 * <p>What smoothing adds, a few operations for each class, is in no plan and is not counted.
 *
 * <p>Immutable, for any number of threads.
 */
public final class CrossEntropy {
  /** No smoothing, and all classes weigh the same. */
  public static final CrossEntropy PLAIN = new CrossEntropy(0, new double[0]);

  private final double smoothing;
  private final double[] classWeights;

  /**
   * Makes a loss.
   *
   * @param labelSmoothing ε, in [0, 1)
   * @param classWeights for each class what the weights of its rows are multiplied by; none if all
   *     are 1
   */
  public CrossEntropy(double labelSmoothing, double[] classWeights) {
    this.smoothing = labelSmoothing;
    this.classWeights = classWeights.clone();
  }

  /** Returns what a row of a class weighs, given its own weight. */
  public float weight(int label, float weight) {
    return classWeights.length == 0 ? weight : (float) (weight * classWeights[label]);
  }

  /**
   * Returns Σ weight(i) · loss(i) of the rows in the workspace, and replaces it by its gradient.
   *
   * @param logits index of the first row's logits
   * @param gradient index of the first row's gradient; may be the same
   */
  double lossAndGradient(
      Frame frame, int classes, int logits, int[] labels, float[] weights, int gradient) {
    int rows = frame.rows;
    float[] values = frame.workspace;
    // first, because the gradient may take the place of the logits
    double more = smoothing == 0 ? 0 : smoothedPart(rows, classes, values, logits, labels, weights);
    double loss =
        frame.kernels.softmaxCrossEntropy(
            rows, classes, values, logits, labels, 0, weights, 0, values, gradient);
    if (smoothing == 0) {
      return loss;
    }
    for (int i = 0; i < rows; i++) {
      int from = gradient + i * classes;
      float each = (float) (weights[i] * smoothing / classes);
      for (int c = from; c < from + classes; c++) {
        values[c] -= each;
      }
      values[from + labels[i]] += (float) (weights[i] * smoothing);
    }
    return loss + more;
  }

  /** Returns ε · Σ weight(i) · (z(i, label(i)) - mean z(i)). */
  private double smoothedPart(
      int rows, int classes, float[] values, int logits, int[] labels, float[] weights) {
    double part = 0;
    for (int i = 0; i < rows; i++) {
      int from = logits + i * classes;
      double sum = 0;
      for (int c = from; c < from + classes; c++) {
        sum += values[c];
      }
      part += weights[i] * (values[from + labels[i]] - sum / classes);
    }
    return smoothing * part;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "CrossEntropy[labelSmoothing=%s, classWeights=%s]",
        smoothing,
        Arrays.toString(classWeights));
  }
}
