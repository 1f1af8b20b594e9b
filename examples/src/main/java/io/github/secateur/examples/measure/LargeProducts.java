package io.github.secateur.examples.measure;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;

/**
 * The speed of large matrix products by all threads at once, to compare other work with. Measured
 * several times between that work, since the speed of a machine that others use changes.
 */
final class LargeProducts {
  /** Rows and columns of each matrix. */
  static final int SIZE = 768;

  private static final int ROUNDS = 4;
  private static final int PRODUCTS = 4;

  private final int threads;
  private final List<Double> speeds = new ArrayList<>();

  LargeProducts(int threads) {
    this.threads = threads;
    run(); // the JIT compiler compiles them
  }

  /** Multiplies for some tenths of a second. */
  void measure() {
    double[][] seconds = run();
    double operations = 2.0 * SIZE * SIZE * SIZE * PRODUCTS * threads;
    for (int round = 0; round < ROUNDS; round++) {
      double slowest = 0;
      for (double[] ofThread : seconds) {
        slowest = Math.max(slowest, ofThread[round]);
      }
      speeds.add(operations / slowest / 1e9);
    }
  }

  /** Returns the median of what was measured, in GFLOP/s of all threads together. */
  double speed() {
    return Timings.median(speeds);
  }

  /** Returns for each thread the seconds of its rounds. */
  private double[][] run() {
    double[][] seconds = new double[threads][ROUNDS];
    CyclicBarrier together = new CyclicBarrier(threads);
    List<Thread> running =
        IntStream.range(0, threads)
            .mapToObj(t -> new Thread(() -> multiply(seconds[t], together)))
            .toList();
    running.forEach(Thread::start);
    try {
      for (Thread thread : running) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    return seconds;
  }

  private static void multiply(double[] seconds, CyclicBarrier together) {
    Kernels kernels = KernelProvider.create();
    int n = SIZE;
    float[] a = new float[n * n];
    float[] c = new float[n * n];
    Product product = new Product().sizes(n, n, n).a(a, 0, n).b(a, 0, n).c(c, 0, n);
    for (int round = 0; round < ROUNDS; round++) {
      try {
        together.await();
      } catch (InterruptedException | BrokenBarrierException e) {
        throw new IllegalStateException(e);
      }
      seconds[round] =
          Timings.seconds(
              () -> {
                for (int i = 0; i < PRODUCTS; i++) {
                  kernels.product(product);
                }
              });
    }
  }
}
