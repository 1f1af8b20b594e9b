package io.github.secateur.graph;

import java.util.List;

/**
 * The constants of an operator, by type. Axes and shapes are those of one row, without the batch
 * dimension.
 */
public sealed interface Attributes {

  /** No attributes. */
  record None() implements Attributes {}

  /** y = factor · x. */
  record Scale(float factor) implements Attributes {}

  /**
   * y = (x - mean[c]) / deviation[c] for the last dimension c; both lists hold one value or one for
   * each channel.
   */
  record Normalize(List<Float> mean, List<Float> deviation) implements Attributes {
    public Normalize {
      mean = List.copyOf(mean);
      deviation = List.copyOf(deviation);
    }
  }

  /** Y = X·W + b with W of shape [in × units]. */
  record Dense(int units, boolean bias) implements Attributes {}

  /**
   * 2-D convolution (cross-correlation) with W of shape [kernelHeight × kernelWidth ×
   * inputChannels/groups × filters]; filters of group g read input channels of group g.
   */
  record Conv2d(int filters, Window window, int groups, boolean bias) implements Attributes {

    /** Makes a convolution with one stride for both axes, and without dilation. */
    public Conv2d(
        int filters,
        int kernelHeight,
        int kernelWidth,
        int stride,
        Padding padding,
        int groups,
        boolean bias) {
      this(filters, new Window(kernelHeight, kernelWidth, stride, padding), groups, bias);
    }
  }

  /**
   * 2-D pooling window. Positions in the padding do not count: never for a maximum, and for a mean
   * unless countIncludePad is set.
   */
  record Pool2d(Window window, boolean countIncludePad) implements Attributes {

    /** Makes a window with one stride for both axes, whose padding does not count. */
    public Pool2d(int height, int width, int stride, Padding padding) {
      this(new Window(height, width, stride, padding), false);
    }
  }

  /** The new shape of a row. */
  record Reshape(Shape target) implements Attributes {}

  /** Output axis i is input axis order[i]. */
  record Permute(List<Integer> order) implements Attributes {
    public Permute {
      order = List.copyOf(order);
    }
  }

  /** Zeros added before and after each axis of a row. */
  record Pad(List<Integer> before, List<Integer> after) implements Attributes {
    public Pad {
      before = List.copyOf(before);
      after = List.copyOf(after);
    }
  }

  /**
   * A part of an axis: every {@code step}-th index from {@code start} on, before {@code end}.
   * Negative indices count from the end of the axis, and those beyond it are cut off; with a
   * negative step indices descend.
   */
  record Slice(int axis, int start, int end, int step) implements Attributes {

    /** Returns the first index of an axis of this length that is taken. */
    public int first(int length) {
      return within(start, length, step > 0 ? length : length - 1);
    }

    /** Returns how many indices of an axis of this length are taken. */
    public int count(int length) {
      long last = within(end, length, step > 0 ? length : length - 1);
      long distance = step > 0 ? last - first(length) : first(length) - last;
      long stride = Math.abs((long) step);
      return (int) Math.max(0, (distance + stride - 1) / stride);
    }

    private int within(int index, int length, int most) {
      long counted = index < 0 ? (long) index + length : index;
      return (int) Math.max(step > 0 ? 0 : -1, Math.min(counted, most));
    }
  }

  /** The shape of a learned constant, and the normal distribution that it is drawn from. */
  record Learned(Shape shape, float mean, float deviation) implements Attributes {}

  /** The axes over which values become one, and whether they stay, with length 1. */
  record Reduce(List<Integer> axes, boolean keepDims) implements Attributes {
    public Reduce {
      axes = List.copyOf(axes);
    }
  }

  /** Normalization over the positions and the channels of each group. */
  record GroupNorm(int groups, float epsilon) implements Attributes {}

  /** x / (k + alpha / size · Σ x²)^beta, the sum over {@code size} channels around each. */
  record LocalResponse(int size, float alpha, float beta, float k) implements Attributes {}

  /** The axis along which the inputs are joined. */
  record Concat(int axis) implements Attributes {}

  /** Values [offset, offset + target.size()) of a row, in the shape of target. */
  record InputPart(int offset, Shape target) implements Attributes {}

  /** Running statistics: new = momentum · old + (1 - momentum) · batch. */
  record BatchNorm(float momentum, float epsilon) implements Attributes {}

  /** Normalization over the last dimension. */
  record LayerNorm(float epsilon) implements Attributes {}

  /** The probability of setting a value to zero in training. */
  record Dropout(float rate) implements Attributes {}

  /** The axis along which values are divided by their sum; {@link #LAST} is the last one. */
  record Softmax(int axis) implements Attributes {
    /** Stands for the last axis. */
    public static final int LAST = -1;
  }

  /** Which of the two operands' matrices are transposed. */
  record Matmul(boolean transposeFirst, boolean transposeSecond) implements Attributes {}

  /** Scaled dot-product attention of so many heads. */
  record Attention(int heads) implements Attributes {}

  /**
   * A table of vectors, one for each whole number in [0, vocabulary).
   *
   * @param paddingIndex the number whose vector is 0 and gets no gradient, or {@link #NO_PADDING}
   */
  record Embedding(int vocabulary, int width, int paddingIndex) implements Attributes {
    /** All vectors are trained. */
    public static final int NO_PADDING = -1;
  }

  /** The number that stands for no token. */
  record PaddingMask(int paddingIndex) implements Attributes {}

  /**
   * A recurrent layer.
   *
   * @param allOutputs whether it gives the outputs of all steps, and not the last one alone
   * @param reverse whether it goes from the last step to the first
   */
  record Recurrent(int units, boolean allOutputs, boolean reverse) implements Attributes {}

  /** The one constant of leakyRelu (slope below zero), elu (alpha) or pow (exponent). */
  record Slope(float slope) implements Attributes {}

  /** The smallest and the largest value that pass. */
  record Clip(float min, float max) implements Attributes {}

  /** Whether there is one slope below zero for each channel, or one for all. */
  record Prelu(boolean perChannel) implements Attributes {}
}
