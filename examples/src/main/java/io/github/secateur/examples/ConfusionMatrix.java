package io.github.secateur.examples;

import java.util.Locale;

/** Counts of (label, prediction) pairs; prints itself with labels down and predictions across. */
final class ConfusionMatrix {
  private final int[][] counts;

  ConfusionMatrix(int classes) {
    counts = new int[classes][classes];
  }

  void add(int label, int prediction) {
    counts[label][prediction]++;
  }

  /** Returns how many predictions are right. */
  int right() {
    int right = 0;
    for (int i = 0; i < counts.length; i++) {
      right += counts[i][i];
    }
    return right;
  }

  int rows() {
    int rows = 0;
    for (int[] row : counts) {
      for (int count : row) {
        rows += count;
      }
    }
    return rows;
  }

  double accuracy() {
    return rows() == 0 ? Double.NaN : (double) right() / rows();
  }

  /** One line for each label; zeros are dots, so that the mistakes stand out. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("label \\ predicted");
    for (int i = 0; i < counts.length; i++) {
      text.append(String.format(Locale.ROOT, "%6d", i));
    }
    for (int label = 0; label < counts.length; label++) {
      text.append(String.format(Locale.ROOT, "%n%17d", label));
      for (int count : counts[label]) {
        text.append(count == 0 ? "     ." : String.format(Locale.ROOT, "%6d", count));
      }
    }
    return text.toString();
  }
}
