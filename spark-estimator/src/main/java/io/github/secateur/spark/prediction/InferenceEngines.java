package io.github.secateur.spark.prediction;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.InferencePlan;
import io.github.secateur.spark.rows.FeatureReader;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;

/**
 * A trained network, for any number of threads: each call borrows an engine, for one row or for a
 * batch, and there are as many engines as threads have called at once. Serialized with its weights,
 * without its engines.
 */
public final class InferenceEngines implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Above this many parameters a closure is too large to be sent with each task. */
  private static final int MAX_PARAMETERS_IN_CLOSURE = 1 << 16;

  /**
   * More rows gain nothing: with the rows of a query they would leave the second-level cache. The
   * heights of the tiles that multiply copies, 5 and 12 rows, divide it.
   */
  private static final int MAX_BATCH = 60;

  /** The same where the weights are too many to be kept packed: packing is shared by the rows. */
  private static final int MAX_BATCH_OF_MANY_WEIGHTS = 128;

  private final String networkJson;
  private final float[] parameters;
  private final Broadcast<InferenceEngines> sent;

  private transient volatile Compiled compiled;

  /** What follows from the network, made when it is first needed in a JVM. */
  private static final class Compiled {
    final Network network;
    final Graph graph;
    final Graph merged;
    final float[] mergedParameters;
    final int batchRows;
    final Pool single;
    final Pool batches;

    Compiled(Network network, float[] parameters) {
      this.network = network;
      this.graph = network.lower();
      if (parameters.length != graph.parameterCount()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the network has %d parameters, found %d",
                graph.parameterCount(),
                parameters.length));
      }
      InferencePlan plan = InferencePlan.of(graph);
      this.merged = plan.graph();
      this.mergedParameters = plan.parameters(parameters);
      boolean kept = mergedParameters.length <= Kernels.MOST_KEPT;
      int maxBatch = kept ? MAX_BATCH : MAX_BATCH_OF_MANY_WEIGHTS;
      this.batchRows = Math.min(maxBatch, Engine.defaultMaxRows(graph));
      this.single = new Pool(() -> new Predictor(this, 1));
      this.batches = new Pool(() -> new Predictor(this, batchRows));
    }
  }

  /**
   * Makes engines for a network.
   *
   * @param parameters the flat parameter array; not to be changed
   */
  public InferenceEngines(Network network, float[] parameters) {
    this.networkJson = network.toJson();
    this.parameters = parameters;
    this.sent = null;
    this.compiled = new Compiled(network, parameters);
  }

  private InferenceEngines(Broadcast<InferenceEngines> sent) {
    this.networkJson = null;
    this.parameters = null;
    this.sent = sent;
  }

  /**
   * Returns these engines in a form that is small in a closure: the weights of a large network go
   * to the executors once, in a broadcast that Spark frees when nobody refers to it any more.
   */
  public InferenceEngines inClosures(SparkContext context) {
    return sent != null || parameters.length <= MAX_PARAMETERS_IN_CLOSURE
        ? this
        : new InferenceEngines(JavaSparkContext.fromSparkContext(context).broadcast(this));
  }

  /** Returns the network. */
  public Network network() {
    return compiled().network;
  }

  /** Returns the network as operators. */
  public Graph graph() {
    return compiled().graph;
  }

  /** Returns the flat parameter array itself; not to be changed. */
  public float[] parameters() {
    return sent == null ? parameters : sent.value().parameters;
  }

  /** Returns the number of features of a row. */
  public int width() {
    return graph().input().shape().size();
  }

  /** Returns the number of logits. */
  public int classes() {
    return graph().output().shape().size();
  }

  /** Returns the rows of the largest batch that {@link #borrowBatch} takes. */
  int batchRows() {
    return compiled().batchRows;
  }

  /** Lends a predictor for one row at a time. */
  Predictor borrow() {
    return compiled().single.borrow();
  }

  /** Takes back what {@link #borrow} lent. A predictor that failed need not be given back. */
  void giveBack(Predictor predictor) {
    compiled().single.giveBack(predictor);
  }

  /** Lends a predictor for up to {@link #batchRows} rows at a time. */
  Predictor borrowBatch() {
    return compiled().batches.borrow();
  }

  /** Takes back what {@link #borrowBatch} lent. */
  void giveBackBatch(Predictor predictor) {
    compiled().batches.giveBack(predictor);
  }

  /**
   * Returns the logits of a row, less their mean.
   *
   * @throws IllegalArgumentException if the features are null, of the wrong number, or not finite
   */
  public double[] rawPrediction(Vector features) {
    double[] values = logits(features);
    Logits.center(values);
    return values;
  }

  /**
   * Returns the probability of each class for a row.
   *
   * @throws IllegalArgumentException if the features are null, of the wrong number, or not finite
   */
  public double[] probability(Vector features) {
    double[] values = logits(features);
    Logits.softmax(values);
    return values;
  }

  private double[] logits(Vector features) {
    double[] logits = new double[classes()];
    Predictor predictor = evaluate(features);
    predictor.logits(0, logits);
    giveBack(predictor);
    return logits;
  }

  /**
   * Returns the most probable class of a row; see {@link Logits#predict}.
   *
   * @param thresholds one for each class, or null
   * @throws IllegalArgumentException if the features are null, of the wrong number, or not finite
   */
  public int predict(Vector features, double[] thresholds) {
    Predictor predictor = evaluate(features);
    double[] logits = predictor.scratch;
    predictor.logits(0, logits);
    int best = Logits.predict(logits, thresholds);
    giveBack(predictor);
    return best;
  }

  private Predictor evaluate(Vector features) {
    Predictor predictor = borrow();
    FeatureReader.readVector(features, width(), predictor.input(), predictor.inputOffset(0));
    predictor.forward(1);
    return predictor;
  }

  /** A compiled network with room for some rows. Belongs to one thread at a time. */
  static final class Predictor {
    private final Kernels kernels;
    private final Engine engine;
    private final float[] parameters;
    private final int width;
    private final int classes;
    private final double[] scratch;

    private Predictor(Compiled compiled, int rows) {
      this.parameters = compiled.mergedParameters;
      this.kernels = KernelProvider.create();
      kernels.constant(parameters);
      this.engine = Engine.forInference(compiled.merged, rows, kernels);
      this.width = compiled.merged.input().shape().size();
      this.classes = compiled.merged.output().shape().size();
      this.scratch = new double[classes];
    }

    /** Returns the array that features are written to; {@link #forward} overwrites it. */
    float[] input() {
      return engine.input();
    }

    /** Returns where the features of a row of the batch begin. */
    int inputOffset(int row) {
      return engine.inputOffset() + row * width;
    }

    /**
     * Writes the features of a row of the batch.
     *
     * @param features in this array from {@code offset} on
     * @return whether all are finite float32 numbers
     */
    boolean setRow(int row, double[] features, int offset) {
      return kernels.toFloats(width, features, offset, input(), inputOffset(row));
    }

    /** Evaluates the first rows of the batch. */
    void forward(int rows) {
      engine.forward(parameters, rows);
    }

    /** Copies the logits of a row of the batch. */
    void logits(int row, double[] target) {
      int from = engine.outputOffset() + row * classes;
      for (int c = 0; c < classes; c++) {
        target[c] = engine.output()[from + c];
      }
    }
  }

  /** Predictors that nobody uses now. Lending one allocates nothing if there is one. */
  private static final class Pool {
    private final Supplier<Predictor> maker;
    private final ArrayDeque<Predictor> idle = new ArrayDeque<>();

    Pool(Supplier<Predictor> maker) {
      this.maker = maker;
    }

    Predictor borrow() {
      synchronized (idle) {
        if (!idle.isEmpty()) {
          return idle.pop();
        }
      }
      return maker.get();
    }

    void giveBack(Predictor predictor) {
      synchronized (idle) {
        idle.push(predictor);
      }
    }
  }

  private Compiled compiled() {
    if (sent != null) {
      return sent.value().compiled();
    }
    Compiled result = compiled;
    if (result == null) {
      synchronized (this) {
        result = compiled;
        if (result == null) {
          result = new Compiled(Network.fromJson(networkJson), parameters);
          compiled = result;
        }
      }
    }
    return result;
  }
}
