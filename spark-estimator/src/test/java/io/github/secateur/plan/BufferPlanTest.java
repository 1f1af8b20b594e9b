package io.github.secateur.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.RandomNetworks;
import java.util.List;
import org.junit.jupiter.api.Test;

class BufferPlanTest {
  private static final int NETWORKS = 500;

  /** Looks at the plans of random networks, of training and of inference. */
  private interface Look {
    void at(String name, BufferPlan plan);
  }

  private static void everyPlan(Look look) {
    for (long seed = 0; seed < NETWORKS; seed++) {
      everyPlan("Graphs.random, seed " + seed, Graphs.random(seed, true), look);
      Network network = RandomNetworks.graph(seed);
      everyPlan("RandomNetworks.graph, seed " + seed, network.lower(), look);
    }
  }

  private static void everyPlan(String name, Graph graph, Look look) {
    look.at(name + ", inference", BufferPlan.forInference(graph, false));
    for (boolean pruning : new boolean[] {true, false}) {
      BackwardPlan backward = BackwardPlan.of(graph, pruning);
      look.at(name + ", pruning " + pruning, BufferPlan.forTraining(backward, false));
      if (BufferPlan.canReadSparseInput(graph)) {
        look.at(name + ", sparse", BufferPlan.forTraining(backward, true));
      }
    }
  }

  @Test
  void buffersInUseAtTheSameTimeDoNotOverlap() {
    everyPlan(
        (name, plan) -> {
          List<BufferPlan.Placed> placed = plan.placed();
          assertFalse(placed.isEmpty(), name);
          for (int i = 0; i < placed.size(); i++) {
            BufferPlan.Placed a = placed.get(i);
            assertTrue(a.offset() >= 0 && a.from() <= a.to(), name + ": " + a);
            assertTrue(a.offset() + a.size() <= plan.floatsPerRow(), name + ": " + a);
            for (BufferPlan.Placed b : placed.subList(i + 1, placed.size())) {
              boolean sameTime = a.from() <= b.to() && b.from() <= a.to();
              boolean samePlace =
                  a.offset() < b.offset() + b.size() && b.offset() < a.offset() + a.size();
              assertFalse(sameTime && samePlace, name + ": " + a + " and " + b);
            }
          }
        });
  }

  @Test
  void theWorkspaceIsWithinATenthOfWhatIsInUseAtOnce() {
    everyPlan(
        (name, plan) -> {
          long bound = mostInUse(plan);
          assertTrue(plan.floatsPerRow() >= bound, name);
          assertTrue(
              plan.floatsPerRow() - bound <= Math.max(bound / 10, 8), // or so little
              name + ": " + plan.floatsPerRow() + " floats for a row, in use " + bound);
        });
  }

  /** Returns the largest sum of the sizes of buffers in use at one time: no packing needs less. */
  private static long mostInUse(BufferPlan plan) {
    long most = 0;
    for (BufferPlan.Placed start : plan.placed()) {
      long sum =
          plan.placed().stream()
              .filter(other -> other.from() <= start.from() && start.from() <= other.to())
              .mapToLong(BufferPlan.Placed::size)
              .sum();
      most = Math.max(most, sum);
    }
    return most;
  }

  @Test
  void theInputStandsFirstInEveryPlan() {
    everyPlan((name, plan) -> assertEquals(name.endsWith("sparse") ? -1 : 0, plan.value(0), name));
  }
}
