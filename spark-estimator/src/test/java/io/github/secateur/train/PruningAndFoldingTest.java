package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Parameter;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.Graphs;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whole trainings with everything that the plan does, and with none of it, give the same bits. */
class PruningAndFoldingTest {
  private static final int NETWORKS = 200;

  private static Fixtures.Rows rows(Graph graph, long seed) {
    Random random = new Random(seed);
    int count = 23;
    boolean bytes = random.nextBoolean();
    float[][] features = new float[count][graph.input().shape().size()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < features[i].length; j++) {
        features[i][j] = bytes ? random.nextInt(4) : (float) random.nextGaussian();
      }
      labels[i] = random.nextInt(graph.output().shape().size());
    }
    return Fixtures.rows(features, labels);
  }

  private static TrainingResult train(
      Graph graph, Fixtures.Rows rows, boolean planned, int threads) {
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.ADAM)
            .regularization(1e-3)
            .epochs(2)
            .batchSize(7)
            .backwardPruning(planned)
            .folding(planned)
            .build();
    List<Shard> shards = rows.shards(3);
    return Fixtures.train(graph, options, shards, shards, threads, TrainingListener.NONE);
  }

  @Test
  void trainingsOfRandomNetworksGiveTheSameBits() {
    int folded = 0;
    for (long seed = 0; seed < NETWORKS; seed++) {
      Graph graph = Graphs.random(seed, seed % 4 != 0);
      Fixtures.Rows rows = rows(graph, seed);
      TrainingResult whole = train(graph, rows, false, 1);
      TrainingResult planned = train(graph, rows, true, 2);
      String message = "seed " + seed;
      assertArrayEquals(whole.parameters(), planned.parameters(), message);
      assertArrayEquals(
          whole.history().objectiveHistory(), planned.history().objectiveHistory(), message);
      folded += FoldingPlan.of(graph, FoldingPlan.Options.defaults(graph)).isEmpty() ? 0 : 1;
    }
    assertTrue(folded > NETWORKS / 4, folded + " networks had something to fold");
  }

  @Test
  void trainingDoesNotTouchFrozenParametersOrStatistics() {
    for (long seed = 0; seed < 100; seed++) {
      Graph graph = Graphs.random(seed, true);
      float[] before = Fixtures.initialParameters(graph, 1);
      float[] after = train(graph, rows(graph, seed), true, 1).parameters();
      int changed = 0;
      for (Parameter parameter : graph.parameters()) {
        for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
          changed += before[i] == after[i] ? 0 : 1;
          if (parameter.frozen()) {
            assertEquals(before[i], after[i], "seed " + seed + " " + parameter.name());
          }
        }
      }
      assertTrue(changed > 0, "seed " + seed);
    }
  }
}
