package io.github.secateur.kernel;

/**
 * The arithmetic that training needs, on {@code float[]}. All matrices are row-major; images are
 * channels last. Kernels assume what their callers checked: offsets and sizes in range, and no
 * overlap of inputs and outputs unless a method allows it. An index beyond an array is an {@link
 * IndexOutOfBoundsException}, maybe after part of the output is written.
 *
 * <p>An instance owns scratch memory for packing and so belongs to one thread at a time. The
 * scratch grows to the largest call seen; after that nothing is allocated. The order of every sum
 * is fixed (see the package), so all implementations give the same bits.
 */
public interface Kernels {

  /** Returns a short name for logs, for example {@code "vector (256 bit)"} or {@code "scalar"}. */
  String name();

  /** Values of a constant array that kernels keep in a form of their own, at most. */
  int MOST_KEPT = 4 << 20;

  /**
   * Says that the values of an array will not change as long as these kernels are used: they may
   * keep what they make of its matrices, up to {@link #MOST_KEPT} values. The results are the same.
   */
  default void constant(float[] array) {}

  // ---- matrix products
  // -------------------------------------------------------------------------------------------

  /**
   * Computes C = f(S + op(A)·op(B)); see {@link Product}. Each C(i,j) starts from the bias, its old
   * value or 0, and adds A(i,p)·B(p,j) for p ascending by fused multiply-add. f gives the bits of
   * {@link #activation} after it.
   */
  void product(Product p);

  /**
   * Computes C += X·B for sparse X [rows × k] in compressed rows: row i holds the values {@code
   * values[p]} in columns {@code columns[p]}, ascending, for p in [rowStart[i], rowStart[i + 1]). B
   * is [k × n], C is [rows × n]. Same bits as {@link #product} on the dense X.
   */
  void sparseGemm(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset);

  /**
   * Computes C += Xᵀ·Y for sparse X [rows × k] as above. Y is [rows × n], C is [k × n]. Same bits
   * as {@link #product}.
   */
  void sparseGemmTransposed(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] y,
      int yOffset,
      float[] c,
      int cOffset);

  // ---- rows and columns
  // ------------------------------------------------------------------------------------------

  /** Sets each of the rows of Y [rows × n] to x [n]. */
  void fillRows(int rows, int n, float[] x, int xOffset, float[] y, int yOffset);

  /** Adds the rows of X [rows × n] to sum [n], row by row: sum(j) += X(i,j) for i ascending. */
  void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset);

  /**
   * Copies {@code rows} runs of {@code length} values, from every {@code xStride}-th to every
   * {@code yStride}-th value.
   */
  void copyRows(
      int rows,
      int length,
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride);

  /**
   * Copies a tensor with its axes in another order, for each row of a batch. Output axis i is input
   * axis {@code order[i]}.
   *
   * @param dimensions the input's dimensions, without the batch
   */
  void permute(
      int rows, int[] dimensions, int[] order, float[] x, int xOffset, float[] y, int yOffset);

  // ---- value by value
  // --------------------------------------------------------------------------------------------

  /**
   * Rounds n values to float32; -0 becomes 0.
   *
   * @return whether all results are finite; if not, y may hold anything
   */
  boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset);

  /** Computes y = factor · x for n values; y may be x. */
  void scale(int n, float factor, float[] x, int xOffset, float[] y, int yOffset);

  /** Computes y = factor · x for n unsigned bytes. */
  void scaleBytes(int n, float factor, byte[] x, int xOffset, float[] y, int yOffset);

  /** Computes z = x + y for n values; z may be x or y. */
  void add(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset);

  /** Computes z = x · y for n values; z may be x or y. */
  void multiply(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset);

  /**
   * Computes z(i) = f(x(i), y(i)) for n values; z may be x or y where that has n values.
   *
   * @param xStep 1 if x has n values, 0 if it has one for all; yStep likewise
   */
  void combine(
      Combination f,
      int n,
      float[] x,
      int xOffset,
      int xStep,
      float[] y,
      int yOffset,
      int yStep,
      float[] z,
      int zOffset);

  /**
   * Computes the gradient of {@link #combine} with respect to one operand: dx(i) = dz(i) · ∂f/∂own,
   * or their sum, from first to last, if that operand has one value for all.
   *
   * @param second whether the operand is y
   * @param own the operand; read for maximum and minimum, and for the divisor
   * @param other the other operand; not read for sum and difference
   * @param adds whether dx is added to, or written over
   */
  void combineGradient(
      Combination f,
      boolean second,
      int n,
      float[] own,
      int ownOffset,
      int ownStep,
      float[] other,
      int otherOffset,
      int otherStep,
      float[] dz,
      int dzOffset,
      boolean adds,
      float[] dx,
      int dxOffset);

  /** Computes Y(i,c) = fma(X(i,c), scale(c), shift(c)) for X, Y [rows × channels]; Y may be X. */
  void scaleAndShift(
      int rows,
      int channels,
      float[] scale,
      int scaleOffset,
      float[] shift,
      int shiftOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset);

  /** Computes y = f(x) for n values; y may be x. */
  void activation(Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset);

  /**
   * Computes dx = f′(x) · dy for n values; dx may be dy.
   *
   * @param saved y = f(x) if {@link Activation#derivativeReadsOutput()}, otherwise x
   */
  void activationGradient(
      Activation f,
      float slope,
      int n,
      float[] saved,
      int savedOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /** Computes y = min(max(x, low), high) for n values; y may be x. */
  void clip(int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset);

  /** Computes the gradient of {@link #clip}: dy where low &lt; y &lt; high, otherwise 0. */
  void clipGradient(
      int n,
      float low,
      float high,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /**
   * Computes Y(i,c) = X(i,c) where that is positive, slope(c) · X(i,c) elsewhere, for X, Y [rows ×
   * channels]; Y may be X.
   */
  void prelu(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset);

  /** Sets dX to the gradient of {@link #prelu} with respect to X; dX may be dY. */
  void preluGradient(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /**
   * Adds to dSlope [channels] the gradient of {@link #prelu} with respect to the slopes, row by
   * row.
   */
  void preluSlopeGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dSlope,
      int dSlopeOffset);

  // ---- windows over images
  // ---------------------------------------------------------------------------------------

  /**
   * 2-D convolution: sets Y; see {@link Convolution}. Each output starts from the bias or 0 and
   * adds over the window in the order of W's axes; positions in the padding add nothing. f gives
   * the bits of {@link #activation} after it.
   */
  void conv2d(Convolution c);

  /**
   * Adds to dW the gradient with respect to W, summed over rows and positions in ascending order:
   * to rows [from, to) of W as a matrix, which lie one behind the other.
   */
  void conv2dWeightGradient(Convolution c);

  /** Sets dX to the gradient with respect to X. */
  void conv2dInputGradient(Convolution c);

  /**
   * Largest value of each window and channel; padding does not count; of equal values the first
   * counts.
   *
   * @param index where the winner's place in the window (row-major, from 0) is stored as a float
   *     for each output, or null
   */
  void maxPool2d(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] index,
      int indexOffset);

  /** Sets dX to the gradient of {@link #maxPool2d}. */
  void maxPool2dGradient(
      WindowGeometry g,
      int rows,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /** Mean of each window and channel over the positions that lie in the image. */
  void avgPool2d(WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset);

  /** Sets dX to the gradient of {@link #avgPool2d}. */
  void avgPool2dGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset);

  /** Mean over all positions: X is [rows × positions × channels], Y is [rows × channels]. */
  void globalAvgPool2d(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset);

  /** Sets dX to the gradient of {@link #globalAvgPool2d}. */
  void globalAvgPool2dGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset);

  // ---- reductions
  // ------------------------------------------------------------------------------------------------

  /**
   * Reduces the values of each row to fewer, as the geometry says, in the order in which they
   * stand.
   */
  void reduce(
      Reduction f, ReductionGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset);

  /**
   * Sets dX to the gradient of {@link #reduce}.
   *
   * @param x read, as y is, where {@link Reduction#gradientReadsValues} says so
   */
  void reduceGradient(
      Reduction f,
      ReductionGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  // ---- normalization
  // ---------------------------------------------------------------------------------------------

  /**
   * Mean and biased variance of each column of X [rows × channels], in two passes, summed in double
   * over rows ascending.
   */
  void columnStatistics(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] variance,
      int varianceOffset);

  /**
   * Gradient of batch normalization in training mode, y = gain · (x - mean) · deviation⁻¹ + bias
   * with the batch's own mean and deviation⁻¹ = 1 / sqrt(variance + epsilon) (Ioffe and Szegedy
   * 2015). All matrices are [rows × channels]. Sums run over rows ascending, in double.
   *
   * @param dGain is added to, or null if not wanted; likewise dBias
   * @param dx is set, or null if not wanted; may be dy
   */
  void batchNormGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] gain,
      int gainOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset);

  /**
   * Layer normalization over each row of X [rows × n]: y = gain · (x - mean) · inverseDeviation +
   * bias (Ba et al. 2016). Sums run along the row, in double.
   *
   * @param statistics [rows × 2]: where the mean and 1 / sqrt(variance + epsilon) of each row are
   *     stored; or null
   */
  void layerNorm(
      int rows,
      int n,
      float epsilon,
      float[] gain,
      int gainOffset,
      float[] bias,
      int biasOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] statistics,
      int statisticsOffset);

  /**
   * Gradient of {@link #layerNorm}.
   *
   * @param dGain [n] is added to, or null if not wanted; likewise dBias
   * @param dx is set, or null if not wanted; may be dy
   */
  void layerNormGradient(
      int rows,
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xOffset,
      float[] statistics,
      int statisticsOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset);

  // ---- tokens and steps
  // ------------------------------------------------------------------------------------------

  /** Copies, for each of n whole numbers, the row of a table [· × width] of that index to Y. */
  void gatherRows(
      int n,
      int width,
      float[] table,
      int tableOffset,
      float[] indices,
      int indicesOffset,
      float[] y,
      int yOffset);

  /**
   * Adds, for each of n whole numbers in their order, a row of dY [n × width] to the row of a table
   * of that index.
   *
   * @param skipped the index whose row stays as it is, or -1
   */
  void addToRows(
      int n,
      int width,
      int skipped,
      float[] indices,
      int indicesOffset,
      float[] dy,
      int dyOffset,
      float[] table,
      int tableOffset);

  /**
   * Computes the mean over those tokens of X [rows × tokens × width] whose mask [rows × tokens] is
   * not 0, added one after the other; 0 if there are none. Y is [rows × width].
   */
  void maskedMean(
      int rows,
      int tokens,
      int width,
      float[] x,
      int xOffset,
      float[] mask,
      int maskOffset,
      float[] y,
      int yOffset);

  /** Sets dX to the gradient of {@link #maskedMean}. */
  void maskedMeanGradient(
      int rows,
      int tokens,
      int width,
      float[] mask,
      int maskOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /**
   * Computes a step of a recurrent layer for some rows, all in one array. Each argument is the
   * place of the first row's values, and the distance to the next row's.
   *
   * @param gates [rows × gates·units]: what the gates start from; they are left there
   * @param state [rows × states·units]: see {@link Recurrence}
   * @param before what the step reads of the one before, or -1: c of the LSTM, which is 0 if there
   *     is none, h of the GRU
   * @param h [rows × units]: the output
   */
  void recurrentStep(
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int h,
      int hStride);

  /**
   * Computes the gradient of {@link #recurrentStep}: what the gates start from gets its own in
   * their place, and the state of a GRU too.
   *
   * @param dh [rows × units], without gaps: the gradient of h. A GRU leaves there what the output
   *     before gets directly, the others what may be written over
   * @param dc [rows × units], without gaps, for the LSTM: the gradient of c from later steps; that
   *     of the c before is left there
   */
  void recurrentStepGradient(
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int dh,
      int dc);

  /**
   * Computes Y(i,c) = fma(Z(i,c), b(c), fma(X(i,c), a(c), s(c))) for X, Y, Z [rows × channels].
   *
   * @param constants [3 × channels]: a, b and s
   */
  void combineChannels(
      int rows,
      int channels,
      float[] constants,
      float[] x,
      int xOffset,
      float[] z,
      int zOffset,
      float[] y,
      int yOffset);

  /**
   * Computes Y(i,c) = summand + factor · Σ X(i,j)² over the {@code size} channels j around c, fewer
   * at the ends, for X, Y [rows × channels]. The size is odd.
   */
  void windowSquares(
      int rows,
      int channels,
      int size,
      float factor,
      float summand,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset);

  /**
   * Computes the gradient of X · S^(-β) with S of {@link #windowSquares}: dX(i,c) = dY(i,c) ·
   * P(i,c) - factor · X(i,c) · Σ (dY · P · X / S)(i,j) over the channels j around c.
   *
   * @param factor 2 · β times the factor of the squares
   * @param squares S
   * @param dx holds P = S^(-β) before
   */
  void localResponseGradient(
      int rows,
      int channels,
      int size,
      float factor,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  // ---- random, loss
  // ----------------------------------------------------------------------------------------------

  /**
   * Fills mask with 0 (probability {@code rate}) or 1 / (1 - rate). Value i depends on {@code key}
   * and {@code firstCounter + i} alone, so any split of a range into calls gives the same mask.
   */
  void dropoutMask(long key, long firstCounter, float rate, int n, float[] mask, int maskOffset);

  /**
   * Computes the softmax of each row of X [rows × classes], with the row's maximum subtracted
   * first; Y may be X.
   */
  void softmax(int rows, int classes, float[] x, int xOffset, float[] y, int yOffset);

  /**
   * Computes the softmax along the middle axis of X [rows × length × inner]; Y may be X.
   *
   * @param inner 1 gives {@link #softmax(int, int, float[], int, float[], int)}
   */
  void softmax(int rows, int length, int inner, float[] x, int xOffset, float[] y, int yOffset);

  /**
   * Computes the gradient of {@link #softmax(int, int, int, float[], int, float[], int)}: dX = Y ·
   * (dY - Σ dY · Y), with the sum along the middle axis, in double. dX may be dY.
   */
  void softmaxGradient(
      int rows,
      int length,
      int inner,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset);

  /**
   * Weighted softmax cross-entropy through log-sum-exp: returns Σ weight(i) · (logsumexp(X(i,·)) -
   * X(i, label(i))), summed in double over rows ascending.
   *
   * @param logits X [rows × classes]
   * @param labels one class in [0, classes) for each row
   * @param weights one weight for each row
   * @param dLogits set to weight(i) · (softmax(X(i,·)) - onehot(label(i))), or null if not wanted;
   *     may be logits
   */
  double softmaxCrossEntropy(
      int rows,
      int classes,
      float[] logits,
      int logitsOffset,
      int[] labels,
      int labelsOffset,
      float[] weights,
      int weightsOffset,
      float[] dLogits,
      int dLogitsOffset);
}
