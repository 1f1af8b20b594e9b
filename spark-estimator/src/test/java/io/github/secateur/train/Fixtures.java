package io.github.secateur.train;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.data.TrainingSet;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Shape;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Small networks and data sets. */
final class Fixtures {

  /** Rows with labels and weights. */
  record Rows(float[][] features, int[] labels, float[] weights) {
    List<Shard> shards(int count) {
      return TrainingSet.of(features, labels, weights, count).shards();
    }

    Rows weighted(float factor) {
      float[] scaled = new float[weights.length];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = factor * weights[i];
      }
      return new Rows(features, labels, scaled);
    }

    Rows withWeights(float... newWeights) {
      return new Rows(features, labels, newWeights);
    }

    Rows slice(int from, int to) {
      return new Rows(
          Arrays.copyOfRange(features, from, to),
          Arrays.copyOfRange(labels, from, to),
          Arrays.copyOfRange(weights, from, to));
    }

    int size() {
      return labels.length;
    }
  }

  private Fixtures() {}

  static Rows rows(float[][] features, int... labels) {
    float[] weights = new float[labels.length];
    Arrays.fill(weights, 1);
    return new Rows(features, labels, weights);
  }

  static Rows xor() {
    return rows(new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, 0, 1, 1, 0);
  }

  /** Gaussian clouds around corners; classes take turns. */
  static Rows blobs(int count, int classes, float deviation, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][2];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % classes;
      double angle = 2 * Math.PI * labels[i] / classes;
      features[i][0] = (float) (Math.cos(angle) + deviation * random.nextGaussian());
      features[i][1] = (float) (Math.sin(angle) + deviation * random.nextGaussian());
    }
    return rows(features, labels);
  }

  /** Two intertwined spirals of one turn and a half. */
  static Rows spirals(int count, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][2];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 2;
      double radius = random.nextDouble();
      double angle = 3 * Math.PI * radius + labels[i] * Math.PI;
      features[i][0] = (float) (5 * radius * Math.cos(angle));
      features[i][1] = (float) (5 * radius * Math.sin(angle));
    }
    return rows(features, labels);
  }

  /** An empty shard. */
  static Shard emptyShard(int width) {
    return ArrowShard.of(width, List.of());
  }

  /** The same rows, stored sparse. */
  static List<Shard> sparse(Rows rows, int count) {
    List<Shard> shards = new ArrayList<>();
    int width = rows.features[0].length;
    for (int s = 0; s < count; s++) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.sparse(width, blocks::add);
      int end = rows.size() * (s + 1) / count;
      for (int row = rows.size() * s / count; row < end; row++) {
        writer.add(rows.features[row], rows.labels[row], rows.weights[row]);
      }
      writer.finish();
      shards.add(ArrowShard.of(width, blocks));
    }
    return shards;
  }

  /** Starts a network on vectors; layers are added by {@link #add}. */
  static Graph.Builder vectors(int width) {
    return Graph.builder("input", Shape.of(width));
  }

  static Graph.Builder add(
      Graph.Builder builder, OperatorType type, Attributes attributes, boolean frozen) {
    String name = type.label() + "_" + builder.last();
    builder.add(
        name, type, attributes, List.of(builder.last()), frozen, Initializer.GLOROT_UNIFORM);
    return builder;
  }

  static Graph.Builder dense(Graph.Builder builder, int units) {
    return add(builder, OperatorType.DENSE, new Attributes.Dense(units, true), false);
  }

  static Graph.Builder tanh(Graph.Builder builder) {
    return add(builder, OperatorType.TANH, new Attributes.None(), false);
  }

  /** Dense layers with tanh between them. */
  static Graph mlp(int... sizes) {
    Graph.Builder builder = vectors(sizes[0]);
    for (int i = 1; i < sizes.length; i++) {
      dense(builder, sizes[i]);
      if (i < sizes.length - 1) {
        tanh(builder);
      }
    }
    return builder.build();
  }

  static float[] initialParameters(Graph graph, long seed) {
    Random random = new Random(seed);
    float[] parameters = new float[graph.parameterCount()];
    for (Parameter parameter : graph.parameters()) {
      float limit = (float) Math.sqrt(6.0 / (parameter.fanIn() + parameter.fanOut()));
      for (int i = 0; i < parameter.size(); i++) {
        parameters[parameter.offset() + i] =
            switch (parameter.initializer()) {
              case NORMAL -> parameter.mean();
              case ZEROS -> 0;
              case ONES -> 1;
              case HE_UNIFORM, GLOROT_UNIFORM -> limit * (2 * random.nextFloat() - 1);
            };
      }
    }
    return parameters;
  }

  static Supplier<Engine> engines(Graph graph, int maxRows) {
    return () ->
        Engine.forTraining(graph, true, maxRows, KernelProvider.create(KernelChoice.SCALAR));
  }

  /** Trains on the shards, from parameters of seed 1. */
  static TrainingResult train(
      Graph graph, TrainingOptions options, List<Shard> training, List<Shard> validation) {
    return train(graph, options, training, validation, 1, TrainingListener.NONE);
  }

  static TrainingResult train(
      Graph graph,
      TrainingOptions options,
      List<Shard> training,
      List<Shard> validation,
      int threads,
      TrainingListener listener) {
    float[] initial = initialParameters(graph, 1);
    return LocalTraining.train(graph, initial, options, training, validation, threads, listener);
  }

  /** Evaluates parameters on rows. */
  static EvaluationSum evaluate(Graph graph, float[] parameters, Rows rows) {
    ShardWorker worker = new ShardWorker(graph, engines(graph, 64).get(), () -> false);
    return worker.evaluate(new IndexedShard(rows.shards(1).get(0), 0, 0), parameters);
  }
}
