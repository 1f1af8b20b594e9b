package io.github.secateur.spark.internal;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.InferencePlan;
import java.io.Serializable;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vector;

/**
 * A trained network, for any number of threads: each call borrows an engine, and there are as many
 * engines as threads have called at once. Serialized with its weights, without its engines.
 */
public final class InferenceEngines implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Above this many parameters a closure is too large to be sent with each task. */
  private static final int MAX_PARAMETERS_IN_CLOSURE = 1 << 16;

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
    final Queue<Engine> idle = new ConcurrentLinkedQueue<>();

    Compiled(Network network, float[] parameters) {
      this.network = network;
      this.graph = network.lower();
      if (parameters.length != graph.parameterCount()) {
        throw new IllegalArgumentException(
            "the network has %d parameters, found %d"
                .formatted(graph.parameterCount(), parameters.length));
      }
      InferencePlan plan = InferencePlan.of(graph);
      this.merged = plan.graph();
      this.mergedParameters = plan.parameters(parameters);
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

  /**
   * Returns the logits of a row.
   *
   * @throws IllegalArgumentException if they are null, of the wrong number, or not finite
   */
  public double[] logits(Vector features) {
    Queue<Engine> idle = compiled().idle;
    Engine engine = idle.poll();
    if (engine == null) {
      engine = Engine.forInference(compiled().merged, 1, KernelProvider.create());
    }
    FeatureReader.readVector(features, width(), engine.input(), engine.inputOffset());
    engine.forward(compiled().mergedParameters, 1);
    double[] logits = new double[classes()];
    for (int c = 0; c < logits.length; c++) {
      logits[c] = engine.output()[engine.outputOffset() + c];
    }
    idle.add(engine);
    return logits;
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
