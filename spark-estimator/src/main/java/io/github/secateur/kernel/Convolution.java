package io.github.secateur.kernel;

/**
 * A 2-D convolution as kernels are asked for it and for its gradients: Y = f(b + X * W). X is [rows
 * × inputHeight × inputWidth × inputChannels], W is [windowHeight × windowWidth ×
 * inputChannels/groups × outputChannels], b is [outputChannels], Y is [rows × outputHeight ×
 * outputWidth × outputChannels]. In a gradient, what is computed and what it is computed from take
 * the places of these: {@link #y} is dY, {@link #w} is dW for the weight gradient, and {@link #x}
 * is dX for the input gradient.
 *
 * <p>Mutable: whoever convolves makes one and sets it again for each call, so that no call
 * allocates. Kernels read it and change nothing in it.
 */
public final class Convolution {

  /** The sizes of one row. */
  public WindowGeometry geometry;

  /** Rows of the batch. */
  public int rows;

  /** X, or dX. */
  public float[] x;

  public int xOffset;

  /** W, or the rows [from, to) of dW. */
  public float[] w;

  public int wOffset;

  /** Y, or dY. */
  public float[] y;

  public int yOffset;

  /** What each position starts from, [outputChannels]; null for 0. Not part of a gradient. */
  public float[] bias;

  public int biasOffset;

  /** f; null for none. Not part of a gradient. */
  public Activation activation;

  /** The constant of f, if it has one. */
  public float slope;

  /**
   * The first of the rows of W, as a matrix [{@link WindowGeometry#patchSize} × outputChannels],
   * whose gradient is computed. For the weight gradient only.
   */
  public int from;

  /** The row of W behind the last whose gradient is computed. */
  public int to;

  /** Sets the sizes of a row; a weight gradient is then that of all weights. */
  public Convolution geometry(WindowGeometry g) {
    geometry = g;
    return weights(0, g.patchSize());
  }

  /** Sets the number of rows. */
  public Convolution rows(int count) {
    rows = count;
    return this;
  }

  /** Sets where X is stored, or dX. */
  public Convolution x(float[] array, int offset) {
    x = array;
    xOffset = offset;
    return this;
  }

  /** Sets where W is stored, or the part of dW. */
  public Convolution w(float[] array, int offset) {
    w = array;
    wOffset = offset;
    return this;
  }

  /** Sets where Y is stored, or dY. */
  public Convolution y(float[] array, int offset) {
    y = array;
    yOffset = offset;
    return this;
  }

  /** Sets what each position starts from, [outputChannels]; null for 0. */
  public Convolution bias(float[] array, int offset) {
    bias = array;
    biasOffset = offset;
    return this;
  }

  /** Sets what is applied to the sums; null for nothing. */
  public Convolution activation(Activation f, float slopeOfF) {
    activation = f;
    slope = slopeOfF;
    return this;
  }

  /** Sets which rows of W a weight gradient is about: [first, end). */
  public Convolution weights(int first, int end) {
    from = first;
    to = end;
    return this;
  }

  /** Makes this the part of a convolution, or of an input gradient, that computes these rows. */
  public Convolution partOfRows(Convolution whole, int row, int count) {
    WindowGeometry g = whole.geometry;
    return copy(whole)
        .rows(count)
        .x(whole.x, whole.xOffset + row * g.inputSize())
        .y(whole.y, whole.yOffset + row * g.outputSize());
  }

  /** Makes this the part of a weight gradient that computes rows [first, end) of W. */
  public Convolution partOfWeights(Convolution whole, int first, int end) {
    int filters = whole.geometry.outputChannels();
    return copy(whole)
        .weights(first, end)
        .w(whole.w, whole.wOffset + (first - whole.from) * filters);
  }

  private Convolution copy(Convolution other) {
    geometry = other.geometry;
    return rows(other.rows)
        .x(other.x, other.xOffset)
        .w(other.w, other.wOffset)
        .y(other.y, other.yOffset)
        .bias(other.bias, other.biasOffset)
        .activation(other.activation, other.slope)
        .weights(other.from, other.to);
  }

  /** Lets go of the arrays, which belong to the caller. */
  public void release() {
    x = null;
    w = null;
    y = null;
    bias = null;
  }
}
