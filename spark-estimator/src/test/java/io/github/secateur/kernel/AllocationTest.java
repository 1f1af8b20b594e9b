package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * Kernels allocate nothing once their scratch has grown and, for vectors, once the JIT compiler has
 * compiled them: until then every vector is an object. So the test runs a kernel until a batch of
 * calls allocates nothing, and then demands the same of many more.
 */
class AllocationTest {

  private static final long PATIENCE_NANOS = 120_000_000_000L;
  private static final int CALLS = 20;
  private static final int QUIET_BATCHES = 25;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final TestData data = new TestData(1);

  @Test
  void productsAllocateNothing() {
    float[] a = data.values(96 * 300);
    float[] b = data.values(96 * 300);
    float[] c = new float[96 * 96];
    for (Kernels kernels :
        new Kernels[] {
          KernelProvider.create(KernelChoice.SCALAR), KernelProvider.create(KernelChoice.VECTOR)
        }) {
      Product plain = new Product().sizes(95, 90, 300).a(a, 0, 300).b(b, 0, 96).c(c, 0, 96);
      Product transposedA =
          new Product()
              .transpose(true, false)
              .sizes(95, 90, 300)
              .a(a, 0, 96)
              .b(b, 0, 96)
              .accumulate(true)
              .c(c, 0, 96);
      Product transposedB =
          new Product()
              .transpose(false, true)
              .sizes(95, 90, 300)
              .a(a, 0, 300)
              .b(b, 0, 300)
              .c(c, 0, 96);
      Product layer =
          new Product()
              .sizes(95, 90, 300)
              .a(a, 0, 300)
              .b(b, 0, 96)
              .bias(a, 7)
              .activation(Activation.RELU, 0)
              .c(c, 0, 96);
      runUntilNothingIsAllocated(
          kernels.name() + " products",
          () -> {
            kernels.product(plain);
            kernels.product(transposedA);
            kernels.product(transposedB);
            kernels.product(layer);
          });
    }
  }

  @Test
  void convolutionsAllocateNothing() {
    for (WindowGeometry g :
        new WindowGeometry[] {
          ConvolutionTest.geometry(9, 9, 16, 3, 3, 2, true, 40, 1),
          ConvolutionTest.geometry(9, 9, 2, 3, 3, 1, true, 16, 1),
          ConvolutionTest.geometry(9, 9, 32, 3, 3, 1, true, 32, 32)
        }) {
      float[] x = data.values(4 * g.inputSize());
      float[] w = data.values(g.weightCount());
      float[] y = data.values(4 * g.outputSize());
      for (Kernels kernels :
          new Kernels[] {
            KernelProvider.create(KernelChoice.SCALAR), KernelProvider.create(KernelChoice.VECTOR)
          }) {
        Convolution plain = new Convolution().geometry(g).rows(4).x(x, 0).w(w, 0).y(y, 0);
        Convolution layer =
            new Convolution()
                .geometry(g)
                .rows(4)
                .x(x, 0)
                .w(w, 0)
                .activation(Activation.RELU, 0)
                .y(y, 0);
        Convolution weights = new Convolution().geometry(g).rows(4).x(x, 0).y(y, 0).w(w, 0);
        Convolution inputs = new Convolution().geometry(g).rows(4).w(w, 0).y(y, 0).x(x, 0);
        runUntilNothingIsAllocated(
            kernels.name() + " " + g,
            () -> {
              kernels.conv2d(plain);
              kernels.conv2d(layer);
              kernels.conv2dWeightGradient(weights);
              kernels.conv2dInputGradient(inputs);
            });
      }
    }
  }

  @Test
  void convertingAllocatesNothing() {
    double[] x = TestData.toDouble(data.values(784));
    float[] y = new float[784];
    Kernels kernels = KernelProvider.create(KernelChoice.VECTOR);
    runUntilNothingIsAllocated("toFloats", () -> kernels.toFloats(784, x, 0, y, 0));
    byte[] bytes = new byte[784];
    runUntilNothingIsAllocated("scaleBytes", () -> kernels.scaleBytes(784, 0.1f, bytes, 0, y, 0));
  }

  private void runUntilNothingIsAllocated(String what, Runnable call) {
    long thread = Thread.currentThread().getId();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    int quiet = 0;
    while (quiet < QUIET_BATCHES) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      long allocated = threads.getThreadAllocatedBytes(thread) - before;
      // what a batch allocates now and then, in every run of batches, is found too
      quiet = allocated == 0 ? quiet + 1 : 0;
      if (allocated > 0 && System.nanoTime() > deadline) {
        fail(what + ": still allocates " + allocated + " bytes in " + CALLS + " calls");
      }
    }
  }
}
