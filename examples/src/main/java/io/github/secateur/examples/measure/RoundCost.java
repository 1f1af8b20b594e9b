package io.github.secateur.examples.measure;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * What a round costs beside its arithmetic, in seconds: {@code base + perTask·tasks + perWeight·W +
 * perWeightOfTask·W·tasks}. The first two are Spark's: a job, and the tasks that the driver starts
 * one by one; the third is the broadcast and the optimizer; the last is what tasks send and the
 * driver adds. None can be negative.
 *
 * @param base of a job
 * @param perTask of each task
 * @param perWeight of each trainable weight
 * @param perWeightOfTask of each weight for each task whose sum the driver adds
 */
record RoundCost(double base, double perTask, double perWeight, double perWeightOfTask) {
  /** More bytes than these are not added by the driver alone. */
  private static final double DIRECT_BYTES = 64 << 20;

  private static final double SLICE_BYTES = 20 << 20;
  private static final int TERMS = 4;

  /**
   * A measured round.
   *
   * @param tasks how many tasks there were
   * @param cores how many of them ran side by side
   * @param weights the number of trainable weights
   * @param seconds its time without arithmetic
   */
  record Measured(int tasks, int cores, long weights, double seconds) {}

  /**
   * Fits the four numbers to measurements, so that the sum of squared relative errors is least.
   * Numbers that would become negative are 0: of all choices of terms, the best one is taken.
   */
  static RoundCost fit(List<Measured> measured) {
    RoundCost best = null;
    double bestError = Double.POSITIVE_INFINITY;
    for (int chosen = 1; chosen < 1 << TERMS; chosen++) {
      double[] solution = solve(measured, chosen);
      if (solution == null) {
        continue;
      }
      RoundCost cost = new RoundCost(solution[0], solution[1], solution[2], solution[3]);
      double error = 0;
      for (Measured round : measured) {
        double relative = cost.error(round);
        error += relative * relative;
      }
      if (error < bestError) {
        bestError = error;
        best = cost;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException("no cost fits the measurements: " + measured);
    }
    return best;
  }

  /** Returns by how much of a measured round this is more than it took; less if negative. */
  double error(Measured round) {
    return seconds(round.tasks, round.cores, round.weights) / round.seconds - 1;
  }

  /** Returns in words how far from measurements this is. */
  String deviation(List<Measured> measured) {
    List<Double> deviations = measured.stream().map(round -> Math.abs(error(round))).toList();
    return String.format(
        Locale.ROOT,
        "measured and fitted differ by %.0f %% (median), %.0f %% at most",
        100 * Timings.median(deviations),
        100 * Collections.max(deviations));
  }

  /**
   * Returns how often each of the four costs is paid in a round whose sums are added as Secateur
   * would. A stage in between costs a job without its broadcast; those who add in it work side by
   * side, as far as there are cores.
   */
  private static double[] terms(double tasks, double cores, double weights) {
    switch (way(tasks, weights)) {
      case "driver":
        return new double[] {1, tasks, weights, weights * tasks};
      case "slices":
        double slices = Math.ceil(Float.BYTES * weights / SLICE_BYTES);
        // each slice comes from all tasks; the driver gets one sum
        double added = weights * tasks / Math.min(slices, cores) + weights;
        return new double[] {2, tasks + slices, weights, added};
      default:
        double nodes = Math.ceil(Math.sqrt(tasks));
        double inNodes = weights * tasks / Math.min(nodes, cores);
        return new double[] {2, tasks + nodes, weights, inNodes + weights * nodes};
    }
  }

  /** Solves the normal equations of the chosen terms; null if a number is negative. */
  private static double[] solve(List<Measured> measured, int chosen) {
    List<Integer> columns = new ArrayList<>();
    for (int i = 0; i < TERMS; i++) {
      if ((chosen & 1 << i) != 0) {
        columns.add(i);
      }
    }
    int n = columns.size();
    double[] scale = new double[n];
    double[][] equations = new double[n][n + 1];
    for (Measured round : measured) {
      double[] terms = terms(round.tasks, round.cores, round.weights);
      for (int i = 0; i < n; i++) {
        scale[i] = Math.max(scale[i], terms[columns.get(i)] / round.seconds);
      }
    }
    for (Measured round : measured) {
      double[] terms = terms(round.tasks, round.cores, round.weights);
      for (int i = 0; i < n; i++) {
        double left = terms[columns.get(i)] / round.seconds / scale[i];
        for (int j = 0; j < n; j++) {
          equations[i][j] += left * terms[columns.get(j)] / round.seconds / scale[j];
        }
        equations[i][n] += left;
      }
    }
    if (!eliminate(equations)) {
      return null;
    }
    double[] solution = new double[TERMS];
    for (int i = 0; i < n; i++) {
      double value = equations[i][n] / equations[i][i] / scale[i];
      if (!(value >= 0)) {
        return null;
      }
      solution[columns.get(i)] = value;
    }
    return solution;
  }

  /** Gauss and Jordan's elimination with pivots; returns whether there is one solution. */
  private static boolean eliminate(double[][] equations) {
    int n = equations.length;
    for (int i = 0; i < n; i++) {
      int pivot = i;
      for (int row = i + 1; row < n; row++) {
        pivot = Math.abs(equations[row][i]) > Math.abs(equations[pivot][i]) ? row : pivot;
      }
      double[] swapped = equations[i];
      equations[i] = equations[pivot];
      equations[pivot] = swapped;
      if (Math.abs(equations[i][i]) < 1e-12) {
        return false;
      }
      for (int row = 0; row < n; row++) {
        if (row != i) {
          double factor = equations[row][i] / equations[i][i];
          for (int column = i; column <= n; column++) {
            equations[row][column] -= factor * equations[i][column];
          }
        }
      }
    }
    return true;
  }

  /** Returns how sums of so many tasks are added: "driver", "tree" or "slices". */
  static String way(double tasks, double weights) {
    if (Float.BYTES * weights * tasks <= DIRECT_BYTES) {
      return "driver";
    }
    return Float.BYTES * weights > SLICE_BYTES ? "slices" : "tree";
  }

  /** Returns the seconds of a round with one sum from each task, without arithmetic. */
  double seconds(double tasks, double cores, double weights) {
    double[] terms = terms(tasks, cores, weights);
    return base * terms[0] + perTask * terms[1] + perWeight * terms[2] + perWeightOfTask * terms[3];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "a round costs %.2f ms + %.3f ms for each task + %.3f ms for each million weights"
            + " + %.3f ms for each million weights of each task",
        1e3 * base,
        1e3 * perTask,
        1e9 * perWeight,
        1e9 * perWeightOfTask);
  }
}
