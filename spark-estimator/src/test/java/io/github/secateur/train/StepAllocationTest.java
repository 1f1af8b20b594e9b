package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A training step allocates nothing: neither the rows gathered into the engine, nor the passes
 * forward and backward, nor the optimizer. What it returns, one {@link StepRecord}, is all. With
 * the kernels of this JVM only, as in a training: code that has seen both kinds is compiled
 * otherwise.
 */
class StepAllocationTest {
  private static final int ROWS = 96;
  private static final int STEPS = 3;
  private static final int CALLS = 20;
  private static final int QUIET_BATCHES = 10;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private enum Case {
    MLP(Network.input(40).dense(33).relu().dense(17).tanh().dense(5), false),
    SPARSE_INPUT(Network.input(40).dense(33).relu().dense(5), true),
    DROPOUT(Network.input(40).dense(33).relu().dropout(0.4f).dense(5), false),
    BATCH_NORM(Network.input(40).dense(33).batchNorm().gelu().dense(5), false),
    LAYER_NORM(Network.input(40).dense(33).layerNorm().silu().dense(5), false),
    CNN(
        Network.image(5, 8, 1)
            .scale(1f / 255)
            .conv2d(9, 3)
            .batchNorm()
            .relu()
            .maxPool2d(2)
            .conv2d(12, 3)
            .relu()
            .flatten()
            .dense(16)
            .relu()
            .dropout(0.3f)
            .dense(5),
        false),
    RESIDUAL(
        Network.image(5, 8, 1)
            .conv2d(6, 3)
            .residual(inner -> inner.conv2d(6, 3).relu())
            .globalAvgPool2d()
            .dense(5),
        false),
    ATTENTION(
        Network.input(40).reshape(5, 8).transformerBlock(2, 9).softmax(0).flatten().dense(5),
        false),
    MASKS(masked(), false),
    RECURRENT(Network.input(40).reshape(5, 8).lstm(9, true, false).gru(7).dense(5), false),
    FROZEN_FIRST_LAYER(Network.input(40).dense(33).frozen().relu().dense(5), false);

    private final Network network;
    private final boolean sparse;

    /** Numbers from a vector, their vectors, a mask of them, and products. */
    private static Network masked() {
      Network ids = Network.input(40).relu().paddingMask(0).named("ids");
      Network tokens = ids.embedding(2, 6, 0).named("tokens").multiHeadAttention(2, "ids");
      return tokens
          .matmul("tokens", true, false)
          .dense(6)
          .flatten()
          .named("product")
          .from("tokens")
          .maskedMean("ids")
          .concat("product")
          .dense(5);
    }

    Case(Network network, boolean sparse) {
      this.network = network;
      this.sparse = sparse;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStepAllocatesNothing(Case one) {
    Solver solver = one == Case.DROPOUT ? Solver.SGD : Solver.ADAM;
    Graph graph = one.network.lower();
    TrainableLayout layout = TrainableLayout.of(graph);
    float[] parameters = one.network.initialParameters(1);
    Engine engine =
        Engine.forTraining(
            graph, true, CrossEntropy.PLAIN, 24, one.sparse, KernelProvider.create());
    assertEquals(one.sparse, engine.isSparse());
    ShardWorker worker = new ShardWorker(graph, engine, () -> false);
    IndexedShard shard = new IndexedShard(shard(one.sparse), 0, 7);
    TrainingOptions options =
        TrainingOptions.builder().solver(solver).regularization(1e-3).seed(3).build();
    float[] values = new float[layout.stateLength()];
    layout.gather(parameters, values);
    TrainingState state = new TrainingState(graph, layout, values, options, STEPS, 1);
    GradientSum sum = new GradientSum(layout.stateLength());
    Step[] steps = {new Step(1, 0, STEPS), new Step(1, 1, STEPS), new Step(1, 2, STEPS)};

    // the StepRecord: a header, five numbers and a reference
    long result = 64;
    String what = one + ", " + solver;
    long thread = Thread.currentThread().getId();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long gradients;
    long updates;
    int quiet = 0;
    do {
      gradients = 0;
      updates = 0;
      for (int i = 0; i < CALLS; i++) {
        Step step = steps[i % STEPS];
        long start = threads.getThreadAllocatedBytes(thread);
        layout.scatter(state.values(), parameters);
        sum.clear();
        worker.gradient(shard, parameters, step, sum);
        long middle = threads.getThreadAllocatedBytes(thread);
        state.apply(step, sum);
        gradients += middle - start;
        updates += threads.getThreadAllocatedBytes(thread) - middle;
      }
      // until the JIT compiler has compiled the kernels, every vector is an object
      quiet = gradients > 0 || updates > CALLS * result ? 0 : quiet + 1;
    } while (quiet < QUIET_BATCHES && (quiet > 0 || System.nanoTime() < deadline));
    assertEquals(0, gradients, what + ": bytes allocated by " + CALLS + " gradients");
    assertTrue(
        updates <= CALLS * result,
        what + ": " + updates + " bytes allocated by " + CALLS + " optimizer steps");
  }

  private static Shard shard(boolean sparse) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer =
        sparse ? ShardWriter.sparse(40, blocks::add) : ShardWriter.dense(40, blocks::add);
    float[] row = new float[40];
    for (int i = 0; i < ROWS; i++) {
      for (int f = 0; f < row.length; f++) {
        row[f] = (i * 7 + f) % 4 == 0 ? (i * 13 + f * 5) % 11 - 5 : 0;
      }
      writer.add(row, i % 5, 1);
    }
    writer.finish();
    return ArrowShard.of(40, blocks);
  }
}
