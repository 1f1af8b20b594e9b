package io.github.secateur.spark.rows;

import io.github.secateur.nn.Input;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Where in a row the inputs of a network end. One of several columns holds an input or a part of
 * one, and never the end of one and the start of the next.
 */
final class InputEnds implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String[] names;
  private final int[] ends; // the index behind an input's last feature

  InputEnds(List<Input> inputs) {
    names = inputs.stream().map(Input::name).toArray(String[]::new);
    ends = new int[names.length];
    int end = 0;
    for (int i = 0; i < ends.length; i++) {
      end += inputs.get(i).shape().size();
      ends[i] = end;
    }
  }

  /**
   * Checks columns, up to the first whose width is not known.
   *
   * @param columns their names
   * @param widths how many numbers each holds; below 0 if that is not known
   * @throws IllegalArgumentException if one holds features of two inputs
   */
  void check(String[] columns, int[] widths) {
    int input = 0;
    int start = 0;
    for (int i = 0; i < widths.length && widths[i] >= 0 && input < ends.length; i++) {
      int end = start + widths[i];
      if (end > ends[input]) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "column \"%s\" holds %d features, but input \"%s\" takes %d more; featuresCols"
                    + " names one column or more for each input, in order, and featuresCol one for"
                    + " all inputs",
                columns[i],
                widths[i],
                names[input],
                ends[input] - start));
      }
      input += end == ends[input] ? 1 : 0;
      start = end;
    }
  }
}
