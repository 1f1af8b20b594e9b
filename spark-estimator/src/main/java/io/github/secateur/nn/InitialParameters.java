package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import java.util.Arrays;

/**
 * Draws the parameters that training starts from. Value i of parameter p is a hash of (seed, p, i),
 * so that it depends on nothing else, whatever the JDK.
 */
final class InitialParameters {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private InitialParameters() {}

  static float[] draw(Graph graph, long seed) {
    float[] values = new float[graph.parameterCount()];
    for (int index = 0; index < graph.parameters().size(); index++) {
      Parameter parameter = graph.parameters().get(index);
      int from = parameter.offset();
      int to = from + parameter.size();
      double fanIn = parameter.fanIn();
      double fanOut = parameter.fanOut();
      switch (parameter.initializer()) {
        case ZEROS -> {}
        case ONES -> Arrays.fill(values, from, to, 1);
        case NORMAL -> normal(values, parameter, key(seed, index));
        case HE_UNIFORM -> fill(values, from, to, Math.sqrt(6 / fanIn), key(seed, index));
        case GLOROT_UNIFORM ->
            fill(values, from, to, Math.sqrt(6 / (fanIn + fanOut)), key(seed, index));
      }
    }
    for (Operator operator : graph.operators()) {
      if (operator.attributes() instanceof Attributes.Embedding embedding
          && embedding.paddingIndex() != Attributes.Embedding.NO_PADDING) {
        int width = embedding.width();
        int from = operator.parameter("kernel").offset() + embedding.paddingIndex() * width;
        Arrays.fill(values, from, from + width, 0);
      }
    }
    return values;
  }

  /** From two uniform numbers for each value (Box and Muller 1958). */
  private static void normal(float[] values, Parameter parameter, long key) {
    for (int i = 0; i < parameter.size(); i++) {
      long counter = 2L * i + 1;
      double first = ((mix(key + counter * GOLDEN_GAMMA) >>> 11) + 1) * 0x1p-53; // not 0
      double second = (mix(key + (counter + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
      double radius = StrictMath.sqrt(-2 * StrictMath.log(first));
      double standard = radius * StrictMath.cos(2 * Math.PI * second);
      values[parameter.offset() + i] =
          (float) (parameter.mean() + parameter.deviation() * standard);
    }
  }

  private static void fill(float[] values, int from, int to, double limit, long key) {
    for (int i = from; i < to; i++) {
      long bits = mix(key + (i - from + 1) * GOLDEN_GAMMA) >>> 11;
      values[i] = (float) ((bits * 0x1p-52 - 1) * limit); // bits < 2^53
    }
  }

  private static long key(long seed, int index) {
    return mix(mix(seed + GOLDEN_GAMMA) + (index + 1) * GOLDEN_GAMMA);
  }

  /** The finalizer of splitmix64 (Steele, Lea and Flood 2014). */
  private static long mix(long value) {
    long mixed = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
