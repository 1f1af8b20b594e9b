package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A layer that becomes one operator. */
public sealed interface OperatorLayer extends Layer permits Conv2d, OperatorLayer.Constants {

  /** Returns the type of its operator. */
  OperatorType operator();

  /** Returns the attributes of its operator where rows of the given shape reach it. */
  Attributes attributes(Shape input);

  @Override
  default String type() {
    return operator().label();
  }

  /** The layers with few constants. */
  sealed interface Constants extends OperatorLayer {
    @Override
    default Map<String, Object> constants() {
      return Map.of();
    }

    @Override
    default Attributes attributes(Shape input) {
      return new Attributes.None();
    }
  }

  /** y = factor · x. */
  record Scale(float factor) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.SCALE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Scale(factor);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("factor", factor);
    }
  }

  /**
   * y = (x - mean) / deviation, with one constant for all or one for each channel (the last axis).
   */
  record Normalize(List<Float> mean, List<Float> deviation) implements Constants {
    public Normalize {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }

    @Override
    public OperatorType operator() {
      return OperatorType.NORMALIZE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Normalize(mean, deviation);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("mean", mean, "deviation", deviation);
    }
  }

  /** Y = X·W + b with W of shape [in × units]. */
  record Dense(int units, boolean bias) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.DENSE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Dense(units, bias);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("units", units, "bias", bias);
    }
  }

  /** The largest value of each window of each channel. */
  record MaxPool2d(int height, int width, int stride, Padding padding) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.MAX_POOL2D;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Pool2d(height, width, stride, padding);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("size", List.of(height, width), "stride", stride, "padding", label(padding));
    }
  }

  /** The mean of each window of each channel, over the positions inside the image. */
  record AvgPool2d(int height, int width, int stride, Padding padding) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.AVG_POOL2D;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Pool2d(height, width, stride, padding);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("size", List.of(height, width), "stride", stride, "padding", label(padding));
    }
  }

  /** The mean of each channel over the whole image: a vector. */
  record GlobalAvgPool2d() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.GLOBAL_AVG_POOL2D;
    }
  }

  /** The row as a vector. */
  record Flatten() implements Constants {
    @Override
    public String type() {
      return "flatten";
    }

    @Override
    public OperatorType operator() {
      return OperatorType.RESHAPE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Reshape(Shape.of(input.size()));
    }
  }

  /** The row's values, in the same order, in another shape. */
  record Reshape(Shape shape) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.RESHAPE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Reshape(shape);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("shape", shape.dimensions());
    }
  }

  /** Axes in another order: output axis i is input axis order[i]. */
  record Permute(List<Integer> order) implements Constants {
    public Permute {
      order = List.copyOf(order);
    }

    @Override
    public OperatorType operator() {
      return OperatorType.PERMUTE;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Permute(order);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("order", order);
    }
  }

  /** Zeros before and after each axis. */
  record Pad(List<Integer> before, List<Integer> after) implements Constants {
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }

    @Override
    public OperatorType operator() {
      return OperatorType.PAD;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Pad(before, after);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("before", before, "after", after);
    }
  }

  /** y = x. */
  record Identity() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.IDENTITY;
    }
  }

  /**
   * Normalization of each channel over the batch (Ioffe and Szegedy 2015); in inference over all
   * batches seen, by running statistics: new = momentum · old + (1 - momentum) · batch.
   */
  record BatchNorm(float momentum, float epsilon) implements Constants {
    /** Momentum 0.9, epsilon 1e-5. */
    public static final BatchNorm DEFAULTS = new BatchNorm(0.9f, 1e-5f);

    @Override
    public OperatorType operator() {
      return OperatorType.BATCH_NORM;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.BatchNorm(momentum, epsilon);
    }

    @Override
    public Map<String, Object> constants() {
      return ordered("momentum", momentum, "epsilon", epsilon);
    }
  }

  /** Normalization of each row over the last axis (Ba et al. 2016). */
  record LayerNorm(float epsilon) implements Constants {
    /** Epsilon 1e-5. */
    public static final LayerNorm DEFAULTS = new LayerNorm(1e-5f);

    @Override
    public OperatorType operator() {
      return OperatorType.LAYER_NORM;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.LayerNorm(epsilon);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("epsilon", epsilon);
    }
  }

  /**
   * In training each value is set to 0 with probability {@code rate}, or divided by 1 - rate
   * (Srivastava et al. 2014).
   */
  record Dropout(float rate) implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.DROPOUT;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Dropout(rate);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("rate", rate);
    }
  }

  /** max(x, 0). */
  record Relu() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.RELU;
    }
  }

  /** x for x &gt; 0, slope · x otherwise. */
  record LeakyRelu(float slope) implements Constants {
    /** Slope 0.01. */
    public static final LeakyRelu DEFAULTS = new LeakyRelu(0.01f);

    @Override
    public OperatorType operator() {
      return OperatorType.LEAKY_RELU;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Slope(slope);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("slope", slope);
    }
  }

  /** x for x &gt; 0, alpha · (exp(x) - 1) otherwise (Clevert et al. 2016). */
  record Elu(float alpha) implements Constants {
    /** Alpha 1. */
    public static final Elu DEFAULTS = new Elu(1);

    @Override
    public OperatorType operator() {
      return OperatorType.ELU;
    }

    @Override
    public Attributes attributes(Shape input) {
      return new Attributes.Slope(alpha);
    }

    @Override
    public Map<String, Object> constants() {
      return Map.of("alpha", alpha);
    }
  }

  /** x · Φ(x) with the standard normal distribution Φ (Hendrycks and Gimpel 2016). */
  record Gelu() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.GELU;
    }
  }

  /** x · sigmoid(x). */
  record Silu() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.SILU;
    }
  }

  /** The hyperbolic tangent. */
  record Tanh() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.TANH;
    }
  }

  /** 1 / (1 + exp(-x)). */
  record Sigmoid() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.SIGMOID;
    }
  }

  /** log(1 + exp(x)). */
  record Softplus() implements Constants {
    @Override
    public OperatorType operator() {
      return OperatorType.SOFTPLUS;
    }
  }

  /** Returns a padding's name in JSON. */
  static String label(Padding padding) {
    return padding.name().toLowerCase(Locale.ROOT);
  }

  /** Returns a map of alternating names and values that keeps their order. */
  static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }
}
