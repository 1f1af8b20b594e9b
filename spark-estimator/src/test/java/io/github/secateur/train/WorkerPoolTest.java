package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.engines;
import static io.github.secateur.train.Fixtures.initialParameters;
import static io.github.secateur.train.Fixtures.mlp;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.TreeSum.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {
  private static final Graph GRAPH = mlp(2, 8, 3);
  private static final float[] PARAMETERS = initialParameters(GRAPH, 1);
  private static final Step STEP = new Step(0, 1, 3);

  private static List<IndexedShard> shards(int count) {
    return shards(count, () -> {});
  }

  private static List<IndexedShard> shards(int count, Runnable action) {
    List<IndexedShard> indexed = new ArrayList<>();
    for (Shard shard : blobs(100, 3, 0.5f, 1).shards(count)) {
      indexed.add(new IndexedShard(new InterposedShard(shard, action), indexed.size(), 7));
    }
    return indexed;
  }

  private static WorkerPool pool(int threads) {
    return new WorkerPool(GRAPH, threads, engines(GRAPH, 8));
  }

  @Test
  void holdersOfSomeShardsFillTheSameTree() {
    List<IndexedShard> all = shards(7);
    GradientSum expected;
    EvaluationSum expectedEvaluation;
    try (WorkerPool pool = pool(1)) {
      expected = pool.gradient(all, 7, PARAMETERS, STEP).get(0).sum();
      expectedEvaluation = pool.evaluate(all, 7, PARAMETERS).get(0).sum();
    }
    for (int split = 1; split < 7; split++) {
      TreeSum<GradientSum> sum = new TreeSum<>(7, GradientSum::plus);
      TreeSum<EvaluationSum> evaluation = new TreeSum<>(7, EvaluationSum::plus);
      try (WorkerPool left = pool(2);
          WorkerPool right = pool(3)) {
        right.gradient(all.subList(split, 7), 7, PARAMETERS, STEP).forEach(sum::add);
        left.gradient(all.subList(0, split), 7, PARAMETERS, STEP).forEach(sum::add);
        left.evaluate(all.subList(0, split), 7, PARAMETERS).forEach(evaluation::add);
        right.evaluate(all.subList(split, 7), 7, PARAMETERS).forEach(evaluation::add);
        assertArrayEquals(expected.values(), sum.total().values());
        assertEquals(expected.lossSum(), sum.total().lossSum());
        assertEquals(expectedEvaluation, evaluation.total());
      }
    }
  }

  @Test
  void threadsShareTheWeightsOfAStepAndGiveTheSameBits() {
    Graph large = mlp(2, 13_000, 3); // ranges are 16,384 weights and more
    float[] parameters = initialParameters(large, 1);
    TrainableLayout layout = TrainableLayout.of(large);
    TrainingOptions plain = TrainingOptions.builder().build();
    for (TrainingOptions options :
        List.of(
            plain,
            plain.toBuilder().solver(Solver.ADAMW).regularization(0.1).build(),
            plain.toBuilder().solver(Solver.SGD).gradientClipNorm(0.01).build(),
            plain.toBuilder().regularization(0.1).build())) {
      float[] expected = null;
      for (int threads : new int[] {1, 2, 4}) {
        float[] values = parameters.clone();
        TrainingState state = new TrainingState(large, layout, values, options, 3, 1);
        List<IndexedShard> shards = shards(5);
        try (WorkerPool pool = new WorkerPool(large, threads, engines(large, 8))) {
          for (int i = 0; i < 6; i++) {
            Step step = new Step(i / 3, i % 3, 3);
            GradientSum sum = pool.gradient(shards, 5, values, step).get(0).sum();
            StepRecord record =
                threads == 1 ? state.apply(step, sum) : pool.apply(state, step, sum);
            assertEquals(sum.rows(), record.rows());
          }
        }
        assertFalse(Arrays.equals(parameters, values));
        expected = expected == null ? values : expected;
        assertArrayEquals(expected, values, options.solver() + ", " + threads + " threads");
      }
    }
  }

  @Test
  void gradientArraysAreUsedAgain() {
    Set<float[]> arrays = Collections.newSetFromMap(new IdentityHashMap<>());
    try (WorkerPool pool = pool(1)) {
      for (int i = 0; i < 20; i++) {
        for (Node<GradientSum> node : pool.gradient(shards(7), 8, PARAMETERS, STEP)) {
          arrays.add(node.sum().values());
        }
      }
    }
    // at most one for each level of the tree, and the one at work
    assertTrue(arrays.size() <= 4, arrays.size() + " arrays");
  }

  @Test
  void failuresOfAShardComeWithTheirCause() {
    IllegalStateException lost = new IllegalStateException("block is lost");
    for (int threads : new int[] {1, 3}) {
      AtomicInteger reads = new AtomicInteger();
      List<IndexedShard> shards =
          shards(
              9,
              () -> {
                if (reads.incrementAndGet() == 4) {
                  throw lost;
                }
              });
      try (WorkerPool pool = pool(threads)) {
        TrainingException e =
            assertThrows(TrainingException.class, () -> pool.gradient(shards, 9, PARAMETERS, STEP));
        assertSame(lost, e.getCause());
        assertTrue(
            e.getMessage().matches("shard \\d failed: .*IllegalStateException: block is lost"),
            e.getMessage());
        assertEquals(
            100,
            pool.fullGradient(shards(9), 9, PARAMETERS).get(0).sum().rows(),
            "the pool works on after a failure");
      }
    }
  }

  @Test
  void errorsOfTheJvmAreThrownAsTheyAre() {
    OutOfMemoryError error = new OutOfMemoryError("for a test");
    List<IndexedShard> shards =
        shards(
            3,
            () -> {
              throw error;
            });
    try (WorkerPool pool = pool(2)) {
      assertSame(
          error,
          assertThrows(OutOfMemoryError.class, () -> pool.gradient(shards, 3, PARAMETERS, STEP)));
    }
  }

  @Test
  void engineThatCannotBeMadeIsAClearError() {
    try (WorkerPool pool =
        new WorkerPool(
            GRAPH,
            1,
            () -> {
              throw new IllegalArgumentException("too large");
            })) {
      Exception e =
          assertThrows(
              TrainingException.class, () -> pool.gradient(shards(2), 2, PARAMETERS, STEP));
      assertEquals(
          "a worker could not start: java.lang.IllegalArgumentException: too large",
          e.getMessage());
    }
  }

  @Test
  void interruptionStopsAllThreadsAndStaysSet() throws InterruptedException {
    for (int threads : new int[] {1, 2}) {
      CountDownLatch started = new CountDownLatch(1);
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      AtomicReference<Boolean> interrupted = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try (WorkerPool pool = pool(threads)) {
                  List<IndexedShard> shards = shards(4, started::countDown);
                  while (true) {
                    pool.fullGradient(shards, 4, PARAMETERS);
                  }
                } catch (TrainingException e) {
                  thrown.set(e);
                  interrupted.set(Thread.currentThread().isInterrupted());
                }
              });
      caller.start();
      started.await();
      caller.interrupt();
      caller.join();
      assertEquals("the training was interrupted", thrown.get().getMessage());
      assertTrue(interrupted.get());
    }
  }

  @Test
  void noThreadIsLeftAfterClose() {
    Set<Thread> helpers = Collections.newSetFromMap(new IdentityHashMap<>());
    List<IndexedShard> shards =
        shards(
            8,
            () -> {
              synchronized (helpers) {
                helpers.add(Thread.currentThread());
              }
            });
    WorkerPool pool = pool(4);
    for (int i = 0; i < 50; i++) {
      pool.gradient(shards, 8, PARAMETERS, STEP);
    }
    pool.close();
    helpers.remove(Thread.currentThread());
    for (Thread helper : helpers) {
      assertFalse(helper.isAlive(), helper.getName());
    }
  }
}
