package io.github.secateur.nn;

import io.github.secateur.data.Shard;
import io.github.secateur.data.TrainingSet;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.History;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.ShardWorker;
import io.github.secateur.train.StopReason;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A network with its weights. Predicts in batches, on the calling thread; safe for use by many
 * threads, each of which gets an engine of its own.
 */
public final class TrainedNetwork {
  private static final int MAX_BATCH = 128;

  private final Network network;
  private final Graph graph;
  private final float[] parameters;
  private final History history;
  private final Queue<Predictor> idle = new ConcurrentLinkedQueue<>();

  TrainedNetwork(Network network, float[] parameters, History history) {
    this.network = network;
    this.graph = network.lower();
    this.history = history;
    if (parameters.length != graph.parameterCount()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network has %d parameters, found %d",
              graph.parameterCount(),
              parameters.length));
    }
    this.parameters = parameters.clone();
  }

  /**
   * Returns a network with given weights.
   *
   * @param parameters all parameters in the order of {@link Graph#parameters()}; copied
   * @throws IllegalArgumentException if there are not as many as the network has
   */
  public static TrainedNetwork of(Network network, float[] parameters) {
    return new TrainedNetwork(network, parameters, new History(List.of(), 0, StopReason.EPOCHS));
  }

  /**
   * Returns a changed network with these weights: each layer has those of the layer of its name and
   * shape, and layers that this network does not have are drawn anew, such as a head for other
   * classes. {@code trained.withNetwork(trained.network().freezeUpTo("conv").replaceHead(5), 1)} is
   * where fine-tuning starts.
   *
   * @param seed of what is drawn; see {@link Network#initialParameters}
   */
  public TrainedNetwork withNetwork(Network changed, long seed) {
    float[] values = changed.initialParameters(seed);
    Map<String, Parameter> own = new HashMap<>();
    graph.parameters().forEach(parameter -> own.put(parameter.name(), parameter));
    for (Parameter parameter : changed.lower().parameters()) {
      Parameter known = own.get(parameter.name());
      if (known != null && known.shape().equals(parameter.shape())) {
        System.arraycopy(parameters, known.offset(), values, parameter.offset(), parameter.size());
      }
    }
    return of(changed, values);
  }

  /** Returns the layers. */
  public Network network() {
    return network;
  }

  /**
   * Returns a copy of all parameters, in the order of {@link Graph#parameters()}: kernel, then
   * bias, layer by layer.
   */
  public float[] parameters() {
    return parameters.clone();
  }

  /** Returns the course of the training; without epochs if there was none. */
  public History history() {
    return history;
  }

  /**
   * Trains on from these weights; see {@link Network#train(TrainingSet, TrainingSet,
   * TrainingOptions, TrainingListener)}.
   */
  public TrainedNetwork train(
      TrainingSet training,
      TrainingSet validation,
      TrainingOptions options,
      TrainingListener listener) {
    return LocalFit.train(network, parameters, training, validation, options, listener);
  }

  /**
   * Returns the loss and the accuracy on labelled rows, in inference mode.
   *
   * @throws IllegalArgumentException if the rows have another width or more classes
   */
  public EvaluationSum evaluate(TrainingSet rows) {
    LocalFit.check("evaluation", network, rows);
    Predictor predictor = borrow();
    ShardWorker worker = new ShardWorker(graph, predictor.engine, () -> false);
    EvaluationSum sum = EvaluationSum.EMPTY;
    for (Shard shard : rows.shards()) {
      sum = sum.plus(worker.evaluate(new IndexedShard(shard, 0, 0), parameters));
    }
    idle.add(predictor);
    return sum;
  }

  /** Returns the most probable class of a row, the lowest of equals. */
  public int predict(float[] features) {
    return predict(new float[][] {features})[0];
  }

  /**
   * Returns the most probable class of each row, the lowest of equals.
   *
   * @param features [rows × inputSize], finite
   * @throws IllegalArgumentException if a row has another width or a value that is not finite; the
   *     message names the row
   */
  public int[] predict(float[][] features) {
    float[][] logits = logits(features);
    int[] classes = new int[logits.length];
    for (int row = 0; row < logits.length; row++) {
      for (int c = 1; c < logits[row].length; c++) {
        classes[row] = logits[row][c] > logits[row][classes[row]] ? c : classes[row];
      }
    }
    return classes;
  }

  /** Returns the probability of each class for a row. */
  public float[] probabilities(float[] features) {
    return probabilities(new float[][] {features})[0];
  }

  /**
   * Returns the probabilities [rows × classes]: the softmax of {@link #logits}; errors are those of
   * {@link #predict}.
   */
  public float[][] probabilities(float[][] features) {
    return evaluate(features, true);
  }

  /**
   * Returns the logits [rows × classes] as the last layer gives them, where the column {@code
   * rawPrediction} of a model in Spark has them less their mean; errors are those of {@link
   * #predict}.
   */
  public float[][] logits(float[][] features) {
    return evaluate(features, false);
  }

  private float[][] evaluate(float[][] features, boolean softmax) {
    Predictor predictor = borrow();
    float[][] result = new float[features.length][];
    for (int from = 0; from < features.length; from += predictor.engine.maxRows()) {
      int rows = Math.min(predictor.engine.maxRows(), features.length - from);
      predictor.evaluate(features, from, rows, softmax, result);
    }
    idle.add(predictor);
    return result;
  }

  private Predictor borrow() {
    Predictor predictor = idle.poll();
    return predictor == null ? new Predictor() : predictor;
  }

  /** An engine and kernels for one thread at a time. */
  private final class Predictor {
    private final Kernels kernels = KernelProvider.create();
    private final Engine engine =
        Engine.forInference(graph, Math.min(MAX_BATCH, Engine.defaultMaxRows(graph)), kernels);

    void evaluate(float[][] features, int from, int rows, boolean softmax, float[][] result) {
      int width = network.inputSize();
      for (int i = 0; i < rows; i++) {
        check(features[from + i], from + i, width);
        System.arraycopy(
            features[from + i], 0, engine.input(), engine.inputOffset() + i * width, width);
      }
      engine.forward(parameters, rows);
      int classes = graph.output().shape().size();
      for (int i = 0; i < rows; i++) {
        result[from + i] = new float[classes];
        System.arraycopy(
            engine.output(), engine.outputOffset() + i * classes, result[from + i], 0, classes);
        if (softmax) {
          kernels.softmax(1, classes, result[from + i], 0, result[from + i], 0);
        }
      }
    }

    private void check(float[] row, int number, int width) {
      if (row.length != width) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "row %d: expected %d features, found %d", number, width, row.length));
      }
      for (int i = 0; i < width; i++) {
        if (!Float.isFinite(row[i])) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "row %d: features must be finite float32 numbers, found %s at index %d",
                  number,
                  row[i],
                  i));
        }
      }
    }
  }
}
