package io.github.secateur.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.TrainableLayout;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class ParallelProductsTest {

  private static Kernels[] kernels(int threads) {
    Kernels[] kernels = new Kernels[threads];
    Arrays.setAll(kernels, i -> KernelProvider.create());
    return kernels;
  }

  private static float[] values(int count) {
    Random random = new Random(5);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  /** Returns the gradient, the loss, and the logits of an evaluation. */
  private static float[] step(Network network, int rows, Kernels... kernels) {
    Graph graph = network.lower();
    Engine engine = Engine.forTraining(graph, true, CrossEntropy.PLAIN, rows + 3, false, kernels);
    float[] parameters = network.initialParameters(2);
    float[] input = values(rows * network.inputSize());
    int[] labels = new int[rows];
    float[] weights = new float[rows];
    Arrays.setAll(labels, i -> i % network.classes());
    Arrays.fill(weights, 1);
    float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
    System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
    double loss = engine.lossAndGradient(parameters, rows, labels, weights, 9, 0, gradient);
    System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
    engine.forward(parameters, rows);
    int logits = rows * network.classes();
    float[] all = Arrays.copyOf(gradient, gradient.length + 1 + logits);
    all[gradient.length] = (float) loss;
    System.arraycopy(engine.output(), engine.outputOffset(), all, gradient.length + 1, logits);
    return all;
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBits() {
    Network dense = Network.input(301).dense(257).relu().dropout(0.2f).dense(190).tanh().dense(7);
    Network image =
        Network.image(15, 13, 3)
            .conv2d(21, 3)
            .batchNorm()
            .relu()
            .maxPool2d(2)
            .conv2d(34, 3)
            .relu()
            .flatten()
            .dense(6);
    for (Network network : new Network[] {dense, image}) {
      float[] one = step(network, 97, kernels(1));
      for (int threads : new int[] {2, 3, 5}) {
        assertArrayEquals(one, step(network, 97, kernels(threads)), network + ", " + threads);
      }
    }
  }

  /** Kernels that note the thread of each product, and may fail. */
  private static Kernels watched(Set<Thread> threads, RuntimeException failure) {
    Kernels kernels = KernelProvider.create();
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              if (method.getName().matches("product|conv2dWeightGradient")) {
                threads.add(Thread.currentThread());
                if (failure != null) {
                  throw failure;
                }
              }
              try {
                return method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void largeProductsAreSharedAndSmallOnesAreNot() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    step(Network.input(8).dense(5), 40, watched(threads, null), watched(threads, null));
    assertEquals(Set.of(Thread.currentThread()), threads);
    step(Network.input(300).dense(200), 100, watched(threads, null), watched(threads, null));
    assertEquals(2, threads.size());
    assertTrue(threads.stream().anyMatch(thread -> thread.getName().equals("secateur-kernels")));
  }

  @Test
  void whatFailsInAHelperFailsInTheCaller() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    RuntimeException failure = new IllegalStateException("no such luck");
    Kernels[] kernels = {watched(threads, null), watched(threads, failure)};
    RuntimeException found =
        assertThrows(
            IllegalStateException.class, () -> step(Network.input(300).dense(200), 100, kernels));
    assertEquals("no such luck", found.getMessage());
  }

  @Test
  void partsCoverTheWholeResult() {
    for (int m : new int[] {1, 47, 48, 49, 96, 200, 1000}) {
      for (int n : new int[] {1, 10, 49, 333}) {
        int k = 4_000_000 / (m * n) + 1;
        float[] a = values(m * k);
        float[] b = values(k * n);
        for (boolean transposed : new boolean[] {false, true}) {
          int ldc = transposed ? n : n + 3;
          float[] expected = values(m * ldc);
          float[] found = expected.clone();
          int lda = transposed ? m : k;
          int ldb = transposed ? k : n;
          for (boolean adds : new boolean[] {true, false}) {
            KernelProvider.create()
                .product(
                    new Product()
                        .transpose(transposed, transposed)
                        .sizes(m, n, k)
                        .a(a, 0, lda)
                        .b(b, 0, ldb)
                        .accumulate(adds)
                        .c(expected, 0, ldc));
            new ParallelProducts(kernels(3))
                .product(
                    new Product()
                        .transpose(transposed, transposed)
                        .sizes(m, n, k)
                        .a(a, 0, lda)
                        .b(b, 0, ldb)
                        .accumulate(adds)
                        .c(found, 0, ldc));
            assertArrayEquals(expected, found, m + " × " + n + ", " + adds);
          }
        }
      }
    }
    WindowGeometry geometry = new WindowGeometry(9, 9, 4, 3, 3, 1, 1, 1, 9, 9, 32, 1);
    int rows = 31;
    float[] x = values(rows * geometry.inputSize());
    float[] w = values(geometry.weightCount());
    float[] bias = values(geometry.outputChannels());
    float[] expected = new float[rows * geometry.outputSize()];
    float[] found = expected.clone();
    for (Activation f : new Activation[] {null, Activation.LEAKY_RELU}) {
      KernelProvider.create()
          .conv2d(
              new Convolution()
                  .geometry(geometry)
                  .rows(rows)
                  .x(x, 0)
                  .w(w, 0)
                  .bias(bias, 0)
                  .activation(f, 0.1f)
                  .y(expected, 0));
      new ParallelProducts(kernels(4))
          .conv2d(
              new Convolution()
                  .geometry(geometry)
                  .rows(rows)
                  .x(x, 0)
                  .w(w, 0)
                  .bias(bias, 0)
                  .activation(f, 0.1f)
                  .y(found, 0));
      assertArrayEquals(expected, found);
    }
  }

  @Test
  void partsOfALayerHaveTheirBiasAndActivation() {
    for (int m : new int[] {1, 48, 97, 200}) {
      for (int n : new int[] {10, 49, 333}) {
        int k = 4_000_000 / (m * n) + 1;
        int ldc = n + 2;
        float[] a = values(m * k);
        float[] b = values(k * n);
        float[] bias = values(n + 3);
        for (Activation f : new Activation[] {null, Activation.RELU, Activation.LEAKY_RELU}) {
          float[] expected = values(m * ldc);
          float[] found = expected.clone();
          KernelProvider.create()
              .product(
                  new Product()
                      .sizes(m, n, k)
                      .a(a, 0, k)
                      .b(b, 0, n)
                      .bias(bias, 3)
                      .activation(f, 0.1f)
                      .c(expected, 0, ldc));
          ParallelProducts products = new ParallelProducts(kernels(3));
          products.product(
              new Product()
                  .sizes(m, n, k)
                  .a(a, 0, k)
                  .b(b, 0, n)
                  .bias(bias, 3)
                  .activation(f, 0.1f)
                  .c(found, 0, ldc));
          assertArrayEquals(expected, found, m + " × " + n + ", " + f);
          // and nothing of it stays
          KernelProvider.create()
              .product(
                  new Product()
                      .sizes(m, n, k)
                      .a(a, 0, k)
                      .b(b, 0, n)
                      .accumulate(true)
                      .c(expected, 0, ldc));
          products.product(
              new Product().sizes(m, n, k).a(a, 0, k).b(b, 0, n).accumulate(true).c(found, 0, ldc));
          assertArrayEquals(expected, found, m + " × " + n + " after " + f);
        }
      }
    }
  }

  @Test
  void partsOfAWeightGradientAreCopiedBack() {
    int rows = 200;
    for (WindowGeometry g :
        new WindowGeometry[] {
          new WindowGeometry(9, 9, 4, 3, 3, 1, 1, 1, 9, 9, 21, 1),
          new WindowGeometry(8, 8, 48, 3, 3, 1, 0, 0, 6, 6, 32, 1),
          new WindowGeometry(9, 9, 40, 3, 3, 2, 1, 1, 5, 5, 20, 2),
          new WindowGeometry(9, 9, 32, 5, 5, 1, 2, 2, 9, 9, 32, 32)
        }) {
      float[] x = values(rows * g.inputSize());
      float[] dy = values(rows * g.outputSize());
      float[] expected = values(g.weightCount() + 3);
      float[] found = expected.clone();
      KernelProvider.create()
          .conv2dWeightGradient(
              new Convolution().geometry(g).rows(rows).x(x, 0).y(dy, 0).w(expected, 3));
      Set<Thread> threads = ConcurrentHashMap.newKeySet();
      Kernels[] watched = {watched(threads, null), watched(threads, null), watched(threads, null)};
      new ParallelProducts(watched)
          .conv2dWeightGradient(
              new Convolution().geometry(g).rows(rows).x(x, 0).y(dy, 0).w(found, 3));
      assertArrayEquals(expected, found, g.toString());
      assertEquals(Math.min(3, g.patchSize() / 16), threads.size(), g.toString());
    }
  }
}
