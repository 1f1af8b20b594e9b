package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.emptyShard;
import static io.github.secateur.train.Fixtures.evaluate;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.spirals;
import static io.github.secateur.train.Fixtures.train;
import static io.github.secateur.train.Fixtures.xor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.graph.Graph;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainerTest {

  @Test
  void everySolverLearnsXor() {
    Graph graph = mlp(2, 8, 2);
    for (Solver solver : Solver.values()) {
      TrainingOptions options =
          TrainingOptions.builder()
              .solver(solver)
              .epochs(300)
              .batchSize(4)
              .learningRate(solver == Solver.SGD ? 0.5 : 0.05)
              .build();
      TrainingResult result = train(graph, options, xor().shards(1), List.of());
      EvaluationSum evaluation = evaluate(graph, result.parameters(), xor());
      assertEquals(1, evaluation.accuracy(), solver + ": " + evaluation);
      assertTrue(evaluation.loss() < 0.05, solver + ": " + evaluation);
    }
  }

  @Test
  void minibatchesLearnSpirals() {
    Graph graph = mlp(2, 32, 32, 2);
    Rows rows = spirals(800, 1);
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(80)
            .batchSize(32)
            .learningRate(0.01)
            .schedule(ScheduleOptions.named("warmup-cosine"))
            .build();
    TrainingResult result = train(graph, options, rows.shards(3), List.of());
    EvaluationSum evaluation = evaluate(graph, result.parameters(), spirals(400, 2));
    assertTrue(evaluation.accuracy() > 0.97, evaluation.toString());
  }

  @Test
  void anyNumberOfShardsLearnsBlobs() {
    Graph graph = mlp(2, 4);
    Rows rows = blobs(400, 4, 0.25f, 1);
    TrainingOptions options =
        TrainingOptions.builder().epochs(20).batchSize(16).learningRate(0.05).build();
    for (int count : new int[] {1, 2, 7}) {
      List<Shard> shards = new ArrayList<>(rows.shards(count));
      shards.add(count / 2, emptyShard(2));
      TrainingResult result = train(graph, options, shards, List.of());
      EvaluationSum evaluation = evaluate(graph, result.parameters(), blobs(400, 4, 0.25f, 2));
      assertTrue(evaluation.accuracy() > 0.97, count + " shards: " + evaluation);
    }
  }

  @Test
  void theNumberOfThreadsDoesNotChangeABit() {
    Graph graph = mlp(2, 16, 3);
    List<Shard> shards = new ArrayList<>(blobs(500, 3, 0.5f, 1).shards(6));
    shards.add(2, emptyShard(2));
    for (Solver solver : List.of(Solver.ADAM, Solver.LBFGS)) {
      TrainingOptions options =
          TrainingOptions.builder().solver(solver).epochs(5).batchSize(50).build();
      List<Shard> validation = blobs(90, 3, 0.5f, 2).shards(3);
      TrainingResult one = train(graph, options, shards, validation, 1, TrainingListener.NONE);
      for (int threads : new int[] {2, 3, 16}) {
        TrainingResult many =
            train(graph, options, shards, validation, threads, TrainingListener.NONE);
        assertArrayEquals(one.parameters(), many.parameters(), threads + " threads");
        assertArrayEquals(one.history().objectiveHistory(), many.history().objectiveHistory());
      }
    }
  }
}
