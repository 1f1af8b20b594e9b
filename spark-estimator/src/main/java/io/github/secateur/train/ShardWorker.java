package io.github.secateur.train;

import io.github.secateur.data.Scaling;
import io.github.secateur.data.Shard;
import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.engine.Engine;
import io.github.secateur.engine.SparseRows;
import io.github.secateur.graph.Graph;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * Computes gradients and losses over the rows of one shard at a time, in batches of the engine's
 * size. Belongs to one thread; allocates nothing after the first calls. Stops with a {@link
 * TrainingException} between two batches if it is told to.
 */
public final class ShardWorker {
  private static final int ROWS_AT_A_TIME = 4096;

  private final Engine engine;
  private final BooleanSupplier stop;
  private final int classes;
  private final int width;
  private final int[] rowIds;
  private final int[] labels;
  private final float[] weights;

  /** Scales rows while they are gathered. */
  private final Scaling scaling;

  /**
   * Makes a worker.
   *
   * @param engine an engine for training on the graph; it reads sparse rows only if all shards are
   *     sparse
   * @param stop asked before each batch whether to stop
   */
  public ShardWorker(Graph graph, Engine engine, BooleanSupplier stop) {
    this.stop = stop;
    this.engine = engine;
    this.classes = graph.output().shape().size();
    this.width = graph.input().shape().size();
    this.rowIds = new int[engine.maxRows()];
    this.labels = new int[engine.maxRows()];
    this.weights = new float[engine.maxRows()];
    this.scaling = scaling(engine);
    engine.takeScaledInput();
  }

  private static Scaling scaling(Engine engine) {
    return new Scaling() {
      @Override
      public void scale(int n, float[] values, int offset) {
        engine.scale(n, values, offset);
      }

      @Override
      public void scaleBytes(int n, byte[] bytes, int bytesOffset, float[] target, int offset) {
        engine.scaleBytes(n, bytes, bytesOffset, target, offset);
      }
    };
  }

  /**
   * Adds the gradients of the shard's rows that belong to a step: rows [n·s/S, n·(s+1)/S) of the
   * epoch's order, for step s of S.
   *
   * @param parameters the flat parameter array
   * @param target is added to
   */
  public void gradient(IndexedShard shard, float[] parameters, Step step, GradientSum target) {
    int[] order = shard.order(step.epoch());
    int first = step.firstRow(order.length);
    int end = step.endRow(order.length);
    long key = shard.stepKey(step);
    for (int from = first; from < end; from += engine.maxRows()) {
      int rows = Math.min(engine.maxRows(), end - from);
      addGradient(shard.shard(), order, from, rows, parameters, key, from - first, target);
    }
  }

  /** Adds the gradients of all rows of the shard, in stored order. */
  public void fullGradient(IndexedShard shard, float[] parameters, GradientSum target) {
    long key = shard.fullKey();
    for (int from = 0; from < shard.rows(); from += engine.maxRows()) {
      int rows = storedOrder(from, shard.rows());
      addGradient(shard.shard(), rowIds, 0, rows, parameters, key, from, target);
    }
  }

  private void addGradient(
      Shard shard,
      int[] ids,
      int from,
      int rows,
      float[] parameters,
      long key,
      long firstRow,
      GradientSum target) {
    double weight = load(shard, ids, from, rows);
    double loss =
        engine.lossAndGradient(
            parameters, rows, labels, weights, key, firstRow, !target.isEmpty(), target.values());
    target.count(loss, weight, rows);
  }

  /** Evaluates the network, in inference mode, on all rows of the shard. */
  public EvaluationSum evaluate(IndexedShard shard, float[] parameters) {
    double loss = 0;
    double weight = 0;
    double correct = 0;
    for (int from = 0; from < shard.rows(); from += engine.maxRows()) {
      int rows = storedOrder(from, shard.rows());
      weight += load(shard.shard(), rowIds, 0, rows);
      loss += engine.loss(parameters, rows, labels, weights);
      correct += correctWeight(rows);
    }
    return new EvaluationSum(loss, weight, correct, shard.rows());
  }

  /** Returns Σ weight of all rows of the shard, as the loss counts them. */
  double weightSum(IndexedShard shard) {
    return weightSum(shard.shard(), classes, engine.crossEntropy());
  }

  /**
   * Returns Σ weight of all rows of a shard as a loss counts them, class weights included, added in
   * the order of the rows.
   *
   * @throws TrainingException if a label is no class
   */
  public static double weightSum(Shard shard, int classes, CrossEntropy loss) {
    double sum = 0;
    int[] ids = new int[ROWS_AT_A_TIME];
    int[] labels = new int[ROWS_AT_A_TIME];
    float[] weights = new float[ROWS_AT_A_TIME];
    for (int from = 0; from < shard.rows(); from += ROWS_AT_A_TIME) {
      int count = Math.min(ROWS_AT_A_TIME, shard.rows() - from);
      for (int i = 0; i < count; i++) {
        ids[i] = from + i;
      }
      shard.gatherLabels(ids, 0, count, labels, weights);
      for (int i = 0; i < count; i++) {
        sum += loss.weight(checkLabel(labels[i], classes, ids[i]), weights[i]);
      }
    }
    return sum;
  }

  /** Numbers the rows of a batch as they are stored; returns how many they are. */
  private int storedOrder(int from, int end) {
    int rows = Math.min(engine.maxRows(), end - from);
    for (int i = 0; i < rows; i++) {
      rowIds[i] = from + i;
    }
    return rows;
  }

  /** Brings rows into the engine, and returns the sum of their weights. */
  private double load(Shard shard, int[] ids, int from, int rows) {
    if (stop.getAsBoolean()) {
      throw new TrainingException("the training was interrupted");
    }
    checkWidth(shard, width);
    if (engine.isSparse()) {
      SparseRows sparse = engine.sparseInput();
      sparse.ensureCapacity(shard.storedValues(ids, from, rows));
      shard.gatherSparse(ids, from, rows, sparse.rowStart(), sparse.columns(), sparse.values());
    } else {
      shard.gather(ids, from, rows, scaling, engine.input(), engine.inputOffset());
    }
    shard.gatherLabels(ids, from, rows, labels, weights);
    double sum = 0;
    for (int i = 0; i < rows; i++) {
      int label = checkLabel(labels[i], classes, ids[from + i]);
      weights[i] = engine.crossEntropy().weight(label, weights[i]);
      sum += weights[i];
    }
    return sum;
  }

  /** Returns a label, or refuses it if it is no class. */
  static int checkLabel(int label, int classes, int row) {
    if (label < 0 || label >= classes) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "labels must be integers in [0, %d), the number of outputs of the network; found %d"
                  + " in row %d; widen the last layer or index the labels",
              classes,
              label,
              row));
    }
    return label;
  }

  /** Refuses rows that a network with an input of the given width would misread. */
  static void checkWidth(Shard shard, int width) {
    if (shard.width() != width) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "the network reads rows of %d values, found %d; set the input of the network to the"
                  + " features",
              width,
              shard.width()));
    }
  }

  private double correctWeight(int rows) {
    float[] logits = engine.output();
    double correct = 0;
    for (int i = 0; i < rows; i++) {
      int offset = engine.outputOffset() + i * classes;
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits[offset + c] > logits[offset + best] ? c : best;
      }
      correct += best == labels[i] ? weights[i] : 0;
    }
    return correct;
  }
}
