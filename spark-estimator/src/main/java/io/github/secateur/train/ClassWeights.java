package io.github.secateur.train;

import io.github.secateur.data.Shard;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the weights of rows are multiplied by, for each class: given numbers, or numbers that make
 * all classes count the same.
 *
 * @param isBalanced whether they follow from the training rows; see {@link #resolve}
 * @param values one for each class, each finite and at least 0, one at least above 0; none if they
 *     follow from the rows, or if there are none
 */
public record ClassWeights(boolean isBalanced, List<Double> values) implements Serializable {
  private static final int ROWS_AT_A_TIME = 4096;

  /** All classes weigh 1. */
  public static final ClassWeights NONE = new ClassWeights(false, List.of());

  /** All classes count the same, however many rows they have. */
  public static final ClassWeights BALANCED = new ClassWeights(true, List.of());

  public ClassWeights {
    values = List.copyOf(values);
    for (double value : values) {
      if (!(value >= 0 && value <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "class weights must be finite and at least 0, found " + values);
      }
    }
    if (!values.isEmpty() && values.stream().allMatch(value -> value == 0)) {
      throw new IllegalArgumentException(
          "at least one class weight must be above 0, found " + values);
    }
  }

  /** Returns the given weights, one for each class. */
  public static ClassWeights of(double... values) {
    return new ClassWeights(false, Arrays.stream(values).boxed().toList());
  }

  /** Returns the weights as an array, empty if there are none. */
  public double[] toArray() {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Refuses weights that are not as many as the classes.
   *
   * @param classes the number of classes of the network
   */
  public void check(int classes) {
    if (!values.isEmpty() && values.size() != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected a class weight for each of the %d classes of the network, found %d",
              classes,
              values.size()));
    }
  }

  /**
   * Returns balanced weights in numbers: Σ weight of all rows / (number of classes that have rows ·
   * Σ weight of the class's rows), as in scikit-learn. A class without rows weighs 1.
   *
   * @param sums Σ weight of the training rows of each class
   */
  public static ClassWeights resolve(double[] sums) {
    double total = Arrays.stream(sums).sum();
    long present = Arrays.stream(sums).filter(sum -> sum > 0).count();
    double[] values = new double[sums.length];
    Arrays.setAll(values, c -> sums[c] > 0 ? total / (present * sums[c]) : 1);
    return of(values);
  }

  /** Returns these weights in numbers, given the shards of all training rows. */
  public ClassWeights resolve(List<Shard> shards, int classes) {
    check(classes);
    if (!isBalanced) {
      return this;
    }
    double[] total = new double[classes];
    for (Shard shard : shards) {
      add(sums(shard, classes), total);
    }
    return resolve(total);
  }

  /** Adds sums to a total; to be called in the order of the shards. */
  public static void add(double[] sums, double[] total) {
    for (int c = 0; c < total.length; c++) {
      total[c] += sums[c];
    }
  }

  /**
   * Returns Σ weight of the rows of each class in a shard.
   *
   * @throws TrainingException if a label is no class
   */
  public static double[] sums(Shard shard, int classes) {
    double[] sums = new double[classes];
    int[] ids = new int[ROWS_AT_A_TIME];
    int[] labels = new int[ROWS_AT_A_TIME];
    float[] weights = new float[ROWS_AT_A_TIME];
    for (int from = 0; from < shard.rows(); from += ROWS_AT_A_TIME) {
      int count = Math.min(ROWS_AT_A_TIME, shard.rows() - from);
      for (int i = 0; i < count; i++) {
        ids[i] = from + i;
      }
      shard.gatherLabels(ids, 0, count, labels, weights);
      for (int i = 0; i < count; i++) {
        sums[ShardWorker.checkLabel(labels[i], classes, ids[i])] += weights[i];
      }
    }
    return sums;
  }
}
