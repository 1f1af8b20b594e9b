package io.github.secateur.engine;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.BufferPlan;
import io.github.secateur.plan.TrainableLayout;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * A network compiled for one calling thread: plans, a preallocated workspace, kernels. The caller
 * writes up to {@link #maxRows()} rows into {@link #input()} or {@link #sparseInput()} and calls
 * one of the computations; nothing is allocated then.
 *
 * <p>Not safe for use by two threads at once. Parameters and gradients belong to the caller, so
 * that one network can be trained by many engines.
 */
public final class Engine {
  private static final int TARGET_FLOATS = 8 << 20;
  private static final int MIN_ROWS = 16;
  private static final int MAX_ROWS = 512;

  private final Graph graph;
  private final int maxRows;
  private final boolean sparse;
  private final Program training;
  private final Program inference;
  private final CrossEntropy crossEntropy;
  private final Counters counters = new Counters();
  private final Frame frame;
  private final int classes;
  private final int stateLength;
  private final int inputOffset;
  private final float inputFactor;

  private Engine(
      Graph graph,
      BackwardPlan backward,
      CrossEntropy crossEntropy,
      int maxRows,
      boolean sparse,
      Kernels... kernels) {
    if (maxRows < 1) {
      throw new IllegalArgumentException(
          "an engine needs room for at least 1 row, found " + maxRows);
    }
    if (sparse && !BufferPlan.canReadSparseInput(graph)) {
      throw new IllegalArgumentException(
          "only networks whose first layers are all dense read sparse rows");
    }
    if (kernels.length == 0) {
      throw new IllegalArgumentException("an engine needs kernels for at least 1 thread, found 0");
    }
    this.graph = graph;
    this.crossEntropy = crossEntropy;
    this.maxRows = maxRows;
    this.sparse = sparse;
    BufferPlan trainingBuffers = backward == null ? null : BufferPlan.forTraining(backward, sparse);
    BufferPlan inferenceBuffers = BufferPlan.forInference(graph, sparse);
    training = backward == null ? null : Program.forTraining(backward, trainingBuffers, maxRows);
    inference = Program.forInference(graph, inferenceBuffers, maxRows);
    long floats = (long) maxRows * inference.floatsPerRow();
    floats = training == null ? floats : Math.max(floats, (long) maxRows * training.floatsPerRow());
    if (floats > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a batch of %d rows needs a workspace of %d values, more than an array holds; use"
                  + " fewer rows or a smaller network",
              maxRows,
              floats));
    }
    int inputPlace = inference.input(maxRows);
    if (training != null && training.input(maxRows) != inputPlace) {
      throw new IllegalStateException("training and inference place the input differently");
    }
    inputOffset = inputPlace;
    float factor = inference.inputFactor();
    inputFactor = training == null || training.inputFactor() == factor ? factor : 1;
    boolean discards =
        backward != null
            && !backward.pruning()
            && graph.parameters().stream().anyMatch(Parameter::frozen);
    frame =
        new Frame(
            new CountingKernels(kernels, counters),
            counters,
            new float[(int) floats],
            sparse ? new SparseRows(maxRows) : null,
            discards ? new float[graph.parameterCount()] : null);
    classes = graph.output().shape().size();
    stateLength = backward == null ? 0 : TrainableLayout.of(graph).stateLength();
  }

  /** Compiles a network for training and evaluation on dense rows. */
  public static Engine forTraining(
      Graph graph, boolean backwardPruning, int maxRows, Kernels kernels) {
    return forTraining(graph, backwardPruning, CrossEntropy.PLAIN, maxRows, false, kernels);
  }

  /**
   * Compiles a network for training and evaluation.
   *
   * @param backwardPruning whether to leave out what no weight needs; the results are the same
   * @param crossEntropy the loss
   * @param maxRows rows of the largest batch
   * @param sparse whether rows arrive in {@link #sparseInput()}; allowed if {@link
   *     #canReadSparseInput}
   * @param kernels one for each thread that computes, each of its own; the calling thread is one of
   *     them. The results do not depend on their number
   */
  public static Engine forTraining(
      Graph graph,
      boolean backwardPruning,
      CrossEntropy crossEntropy,
      int maxRows,
      boolean sparse,
      Kernels... kernels) {
    return new Engine(
        graph, BackwardPlan.of(graph, backwardPruning), crossEntropy, maxRows, sparse, kernels);
  }

  /** Compiles a network for inference only, on dense rows. */
  public static Engine forInference(Graph graph, int maxRows, Kernels kernels) {
    return forInference(graph, maxRows, false, kernels);
  }

  /**
   * Compiles a network for inference only.
   *
   * @param sparse whether rows arrive in {@link #sparseInput()}; allowed if {@link
   *     #canReadSparseInput}
   */
  public static Engine forInference(Graph graph, int maxRows, boolean sparse, Kernels kernels) {
    return new Engine(graph, null, CrossEntropy.PLAIN, maxRows, sparse, kernels);
  }

  /**
   * Returns whether a network can read sparse rows as they are: every layer that reads the input is
   * dense.
   */
  public static boolean canReadSparseInput(Graph graph) {
    return BufferPlan.canReadSparseInput(graph);
  }

  /**
   * Returns a number of rows for a batch: a power of two whose values take about 32 MiB. It depends
   * on the graph alone, since batch normalization makes results depend on it.
   */
  public static int defaultMaxRows(Graph graph) {
    long floatsPerRow =
        graph.operators().stream()
            .map(Operator::shape)
            .flatMapToLong(s -> LongStream.of(s.size()))
            .sum();
    int rows = MAX_ROWS;
    while (rows > MIN_ROWS && rows * floatsPerRow > TARGET_FLOATS) {
      rows /= 2;
    }
    return rows;
  }

  /** Returns the rows of the largest batch. */
  public int maxRows() {
    return maxRows;
  }

  /** Returns whether rows are read from {@link #sparseInput()}. */
  public boolean isSparse() {
    return sparse;
  }

  /**
   * Returns the array into which dense rows are written, each of the input's size, from {@link
   * #inputOffset()} on.
   */
  public float[] input() {
    return frame.workspace;
  }

  /** Returns the index of the first value of the first row in {@link #input()}. */
  public int inputOffset() {
    return inputOffset;
  }

  /**
   * Returns the factor by which rows may be multiplied while they are written, see {@link
   * #takeScaledInput}: that of a scale operator which comes first; otherwise 1.
   */
  public float inputFactor() {
    return inputFactor;
  }

  /**
   * Says that rows come multiplied by {@link #inputFactor} from now on, by {@link #scale} or {@link
   * #scaleBytes}. The operator that would do it is left out; the results are the same.
   */
  public void takeScaledInput() {
    frame.scaledInput = inputFactor != 1;
  }

  /** Multiplies n values of the input by {@link #inputFactor}, in place. */
  public void scale(int n, float[] values, int offset) {
    if (inputFactor != 1) {
      frame.kernels.scale(n, inputFactor, values, offset, values, offset);
    }
  }

  /** Writes the products of n unsigned bytes and {@link #inputFactor}. */
  public void scaleBytes(int n, byte[] bytes, int bytesOffset, float[] target, int targetOffset) {
    frame.kernels.scaleBytes(n, inputFactor, bytes, bytesOffset, target, targetOffset);
  }

  /** Returns where sparse rows are written, or null if this engine reads dense ones. */
  public SparseRows sparseInput() {
    return frame.sparse;
  }

  /** Returns the array that holds the logits after {@link #forward} and {@link #loss}. */
  public float[] output() {
    return frame.workspace;
  }

  /**
   * Returns the index in {@link #output()} of the first row's logits; rows follow each other, one
   * value for each class.
   */
  public int outputOffset() {
    return inference.output();
  }

  /** Returns the loss of the training. */
  public CrossEntropy crossEntropy() {
    return crossEntropy;
  }

  /** Returns what the kernels have done so far. */
  public Counters counters() {
    return counters;
  }

  /**
   * Notes the time of each operator from now on.
   *
   * @param profile where to; null to stop
   */
  public void setProfile(Profile profile) {
    frame.profile = profile;
  }

  /** Returns the bytes of the workspace. */
  public long workspaceBytes() {
    return (long) Float.BYTES * frame.workspace.length;
  }

  /**
   * Evaluates the network on the rows of the input in training mode, and adds the gradient of the
   * weighted loss Σ weight(i) · loss(i). The input is overwritten.
   *
   * @param parameters the flat parameter array
   * @param rows the number of rows
   * @param labels the class of each row
   * @param weights the weight of each row, that of its class included
   * @param dropoutKey the key of this step's random numbers
   * @param firstRow the place of the first row among the rows that share the key
   * @param gradient the gradient vector, added to (see {@link TrainableLayout})
   * @return Σ weight(i) · loss(i)
   */
  public double lossAndGradient(
      float[] parameters,
      int rows,
      int[] labels,
      float[] weights,
      long dropoutKey,
      long firstRow,
      float[] gradient) {
    return lossAndGradient(parameters, rows, labels, weights, dropoutKey, firstRow, true, gradient);
  }

  /**
   * As above, and adds to the gradient vector or writes over it.
   *
   * @param adds whether the gradient is added to what the vector holds
   */
  public double lossAndGradient(
      float[] parameters,
      int rows,
      int[] labels,
      float[] weights,
      long dropoutKey,
      long firstRow,
      boolean adds,
      float[] gradient) {
    check(parameters, rows, labels, weights);
    if (training == null || gradient.length != stateLength) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected an engine for training and a gradient of %d values, found %d",
              stateLength,
              gradient.length));
    }
    frame.parameters = parameters;
    frame.gradient = gradient;
    frame.adds = adds;
    frame.rows = rows;
    frame.dropoutKey = dropoutKey;
    frame.firstRow = firstRow;
    if (!adds) {
      training.clearGradient(frame);
    }
    training.runForward(frame);
    double loss =
        crossEntropy.lossAndGradient(
            frame, classes, training.output(), labels, weights, training.outputGradient());
    training.runBackward(frame);
    return loss;
  }

  /**
   * Evaluates the network in inference mode; logits are then in {@link #output()}. The input is
   * overwritten.
   */
  public void forward(float[] parameters, int rows) {
    if (parameters.length != graph.parameterCount() || rows < 0 || rows > maxRows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected %d parameters and at most %d rows, found %d and %d",
              graph.parameterCount(),
              maxRows,
              parameters.length,
              rows));
    }
    frame.parameters = parameters;
    frame.gradient = null;
    frame.rows = rows;
    inference.runForward(frame);
  }

  /**
   * Evaluates the network in inference mode as {@link #forward} and returns Σ weight(i) · loss(i),
   * for labels that are not smoothed.
   */
  public double loss(float[] parameters, int rows, int[] labels, float[] weights) {
    check(parameters, rows, labels, weights);
    forward(parameters, rows);
    return frame.kernels.softmaxCrossEntropy(
        rows, classes, frame.workspace, inference.output(), labels, 0, weights, 0, null, 0);
  }

  private void check(float[] parameters, int rows, int[] labels, float[] weights) {
    if (parameters.length != graph.parameterCount()
        || rows < 0
        || rows > maxRows
        || labels.length < rows
        || weights.length < rows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected %d parameters, at most %d rows and a label and a weight for each, found %d,"
                  + " %d, %d and %d",
              graph.parameterCount(),
              maxRows,
              parameters.length,
              rows,
              labels.length,
              weights.length));
    }
  }
}
