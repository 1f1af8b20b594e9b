package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Conv2d;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.OperatorLayer;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.FoldingPlan;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The trained weights of some networks keep their bits from version to version: their hashes stand
 * here. Where a hash changes, the same rows, params and seed no longer give users the same model,
 * and the changelog must say so.
 */
class TrainedWeightsTest {
  private static final int ROWS = 150;
  private static final int SHARDS = 3;

  private enum Case {
    PERCEPTRON("d2b0ddff", Network.mlp(new int[] {37, 65, 19, 5}, "relu"), o -> o),
    SPARSE_ROWS(
        "ecac5a30",
        Network.mlp(new int[] {90, 40, 5}, "tanh"),
        o -> o.solver(Solver.ADAMW).regularization(0.01)),
    SGD(
        "aed4c98c",
        Network.input(20).dense(33).sigmoid().dense(5),
        o -> o.solver(Solver.SGD).sgd(new SgdOptions(0, false)).learningRate(0.5)),
    MOMENTUM(
        "91fdd41b",
        Network.input(20).layerNorm().dense(33).softplus().dense(5),
        o ->
            o.solver(Solver.SGD)
                .learningRate(0.05)
                .regularization(0.01)
                .schedule(ScheduleOptions.named("cosine"))),
    NESTEROV(
        "f7f41e78",
        Network.input(20).dense(33).elu(0.7f).dense(5),
        o ->
            o.solver(Solver.SGD)
                .sgd(new SgdOptions(0.8, true))
                .learningRate(0.05)
                .schedule(ScheduleOptions.named("step"))),
    LBFGS(
        "8ab96ed4",
        Network.input(20).dense(13).tanh().dense(5),
        o -> o.solver(Solver.LBFGS).regularization(0.001).epochs(8)),
    ACTIVATIONS(
        "96d9ac8f",
        Network.input(12)
            .normalize(0.5f, 2)
            .dense(17)
            .relu()
            .dense(17)
            .leakyRelu(0.2f)
            .dense(17)
            .elu()
            .dense(17)
            .gelu()
            .dense(17)
            .silu()
            .dense(17)
            .tanh()
            .dense(17)
            .sigmoid()
            .add(new OperatorLayer(OperatorType.DENSE, new Attributes.Dense(17, false)))
            .softplus()
            .dense(5),
        o -> o),
    CONVOLUTIONS(
        "01fe4769",
        Network.image(9, 8, 2)
            .scale(1f / 16)
            .conv2d(16, 3)
            .batchNorm()
            .relu()
            .maxPool2d(2)
            .conv2d(Conv2d.of(12, 3, 2).stride(2).noBias())
            .gelu()
            .conv2d(Conv2d.of(8, 2).groups(2).valid())
            .globalAvgPool2d()
            .dense(5),
        o -> o.schedule(ScheduleOptions.named("warmup-cosine"))),
    SHAPES(
        "9207d02d",
        Network.image(6, 7, 2)
            .permute(1, 0, 2)
            .pad(1)
            .depthwiseConv2d(3, 2)
            .avgPool2d(2, 1, Padding.SAME)
            .maxPool2d(3, 2, Padding.SAME)
            .identity()
            .reshape(2, 3, 2)
            .conv2d(5, 1)
            .avgPool2d(2, 1)
            .flatten()
            .dense(5),
        o -> o),
    BRANCHES(
        "3f72bf54",
        Network.image(6, 6, 3)
            .conv2d(4, 3)
            .residual(x -> x.conv2d(4, 3).relu().conv2d(4, 3))
            .concat(x -> x.conv2d(2, 1), x -> x.avgPool2d(3, 1, Padding.SAME), x -> x)
            .residual(x -> x.conv2d(6, 3).tanh(), x -> x.conv2d(6, 1))
            .layerNorm()
            .flatten()
            .dense(5),
        o -> o),
    DROPOUT(
        "0e036108",
        Network.input(30)
            .dense(40)
            .relu()
            .dropout(0.4f)
            .dense(20)
            .batchNorm(0.8f, 1e-3f)
            .silu()
            .dense(5),
        o -> o.seed(11)),
    FROZEN(
        "2aa27d3c",
        Network.input(30)
            .dense(24)
            .relu()
            .dense(16)
            .batchNorm()
            .frozen()
            .tanh()
            .dense(12)
            .frozen()
            .gelu()
            .dense(5),
        o -> o),
    FOLDED(
        "cdb3394d",
        Network.image(8, 8, 3)
            .conv2d(4, 3)
            .frozen()
            .relu()
            .maxPool2d(2)
            .concat(x -> x.avgPool2d(2).flatten(), x -> x.flatten().dense(9))
            .dense(5),
        o -> o),
    LOCAL_STEPS(
        "888f39d7",
        Network.input(20).dense(33).batchNorm().relu().dense(5),
        o -> o.localSteps(3).batchSize(30)),
    CLIPPED_AND_SMOOTHED(
        "5e71c0ce",
        Network.input(20).dense(33).relu().dense(5),
        o -> o.gradientClipNorm(0.2).labelSmoothing(0.1)),
    EQUAL_CLASS_WEIGHTS(
        "33417f96",
        Network.input(20).dense(33).relu().dense(5),
        o -> o.classWeights(ClassWeights.of(3, 3, 3, 3, 3))),
    UNEQUAL_CLASS_WEIGHTS_IN_ONE_BATCH(
        "cc4c0123",
        Network.input(20).dense(33).relu().dense(5),
        o -> o.classWeights(ClassWeights.BALANCED).batchSize(ROWS));

    private final String hash;
    private final Network network;
    private final TrainingOptions options;

    Case(String hash, Network network, UnaryOperator<TrainingOptions.Builder> options) {
      this.hash = hash;
      this.network = network;
      TrainingOptions.Builder usual =
          TrainingOptions.builder().epochs(4).batchSize(32).learningRate(0.01).seed(5);
      this.options = options.apply(usual).build();
    }

    /** Returns rows with labels that follow from them; a quarter of the values are not 0. */
    List<Shard> shards() {
      SplittableRandom random = new SplittableRandom(3);
      int width = network.inputSize();
      List<Shard> shards = new ArrayList<>();
      for (int s = 0; s < SHARDS; s++) {
        List<byte[]> blocks = new ArrayList<>();
        ShardWriter writer =
            this == SPARSE_ROWS
                ? ShardWriter.sparse(width, blocks::add)
                : ShardWriter.dense(width, blocks::add);
        int end = ROWS * (s + 1) / SHARDS;
        for (int row = ROWS * s / SHARDS; row < end; row++) {
          float[] features = new float[width];
          for (int i = 0; i < width; i++) {
            features[i] = random.nextInt(4) == 0 ? random.nextInt(-99, 100) / 32f : 0;
          }
          int label = random.nextInt(5);
          features[label] += 2;
          writer.add(features, label, 1);
        }
        writer.finish();
        shards.add(ArrowShard.of(width, blocks));
      }
      return shards;
    }
  }

  @ParameterizedTest
  @EnumSource
  void trainedWeightsKeepTheirBits(Case one) {
    Graph graph = one.network.lower();
    float[] initial = one.network.initialParameters(7);
    TrainingResult result =
        LocalTraining.train(
            graph, initial, one.options, one.shards(), List.of(), 2, TrainingListener.NONE);
    assertEquals(one.hash, hash(result.parameters()), one.toString());
    assertNotEquals(one.hash, hash(initial), one + " has not been trained");
    for (float parameter : result.parameters()) {
      assertTrue(Float.isFinite(parameter), one.toString());
    }
  }

  @ParameterizedTest
  @EnumSource
  void scalarKernelsOnAllOfTheGraphGiveThem(Case one) {
    Graph graph = one.network.lower();
    float[] initial = one.network.initialParameters(7);
    List<Shard> shards = one.shards();
    TrainingOptions options =
        one.options.toBuilder()
            .classWeights(one.options.classWeights().resolve(shards, 5))
            .backwardPruning(false)
            .build();
    try (LocalRounds rounds =
        new LocalRounds(
            graph,
            initial,
            options.seed(),
            shards,
            List.of(),
            1,
            () ->
                Engine.forTraining(
                    graph,
                    options.backwardPruning(),
                    options.crossEntropy(),
                    Engine.defaultMaxRows(graph),
                    false,
                    KernelProvider.create(KernelChoice.SCALAR)))) {
      TrainingResult result = Trainer.train(graph, initial, options, rounds, TrainingListener.NONE);
      assertEquals(one.hash, hash(result.parameters()), one.toString());
    }
  }

  @Test
  void theFoldedNetworkFolds() {
    Graph graph = Case.FOLDED.network.lower();
    assertFalse(FoldingPlan.of(graph, FoldingPlan.Options.defaults(graph)).isEmpty());
  }

  /** Returns the CRC-32C of the bits, big-endian. */
  private static String hash(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return String.format(Locale.ROOT, "%08x", crc.getValue());
  }
}
