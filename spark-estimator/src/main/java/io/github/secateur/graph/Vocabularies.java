package io.github.secateur.graph;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which values of a row are indices of an embedding, and of how many: known before anything runs,
 * for embeddings that read the row, or a part of it, as it is.
 */
public final class Vocabularies implements Serializable {
  private static final long serialVersionUID = 1L;

  /** No value must be an index. */
  public static final Vocabularies NONE = new Vocabularies(new String[0], new int[0][]);

  private final String[] layers;
  private final int[][] ranges; // {first place, last, size of vocabulary}

  private Vocabularies(String[] layers, int[][] ranges) {
    this.layers = layers;
    this.ranges = ranges;
  }

  /** Finds the embeddings of a graph that read the row. */
  public static Vocabularies of(Graph graph) {
    List<String> layers = new ArrayList<>();
    List<int[]> ranges = new ArrayList<>();
    for (Operator operator : graph.operators()) {
      if (operator.attributes() instanceof Attributes.Embedding embedding) {
        int first = place(graph, operator.inputs().get(0));
        if (first >= 0) {
          layers.add(operator.name());
          int last = first + operator.inputShape().size() - 1;
          ranges.add(new int[] {first, last, embedding.vocabulary()});
        }
      }
    }
    return new Vocabularies(layers.toArray(String[]::new), ranges.toArray(int[][]::new));
  }

  /** Returns where in a row the values of an operator begin, or -1 if it has others. */
  private static int place(Graph graph, int id) {
    Operator operator = graph.operator(id);
    while (operator.id() > 0 && operator.definition().passesThrough(true)) {
      operator = graph.operator(operator.inputs().get(0));
    }
    if (operator.attributes() instanceof Attributes.InputPart part) {
      return part.offset();
    }
    return operator.id() == 0 ? 0 : -1;
  }

  /** Returns whether no embedding reads the row. */
  public boolean isEmpty() {
    return ranges.length == 0;
  }

  /**
   * Refuses a value that is no index where one must be.
   *
   * @param place its place in the row
   * @throws IllegalArgumentException if it is not whole, or not in the vocabulary
   */
  public void check(int place, float value) {
    for (int i = 0; i < ranges.length; i++) {
      int[] range = ranges[i];
      if (place >= range[0] && place <= range[1] && !isIndex(value, range[2])) {
        throw refusal(layers[i], range[2], value, place);
      }
    }
  }

  /** Returns whether a value is a whole number of a vocabulary. */
  public static boolean isIndex(float value, int vocabulary) {
    int index = (int) value;
    return index == value && index >= 0 && index < vocabulary;
  }

  /** Returns the exception that refuses a value. */
  public static IllegalArgumentException refusal(
      String layer, int vocabulary, float value, int place) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "layer \"%s\" (embedding) expects whole numbers in [0, %d), its vocabulary, found"
                + " %s at place %d of a row",
            layer,
            vocabulary,
            value,
            place));
  }
}
