package io.github.secateur.benchmarks;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The kernels beside the matrix product, on {@value #ROWS} rows of the network of the comparison:
 * 28×28 images, 3×3 windows.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class KernelBenchmark {
  static final int ROWS = 16;
  private static final int WINDOW = 3;

  @Param({"vector", "scalar"})
  public String implementation;

  private final WindowGeometry first = sameSize(28, 1, 32, 1);
  private final WindowGeometry second = sameSize(14, 32, 64, 1);
  private final WindowGeometry depthwise = sameSize(14, 32, 32, 32);
  private final WindowGeometry pooling =
      new WindowGeometry(28, 28, 32, 2, 2, 2, 0, 0, 14, 14, 32, 1);
  private final Convolution convolution = new Convolution();
  private Kernels kernels;
  private float[] x;
  private float[] y;
  private float[] z;
  private float[] w;
  private int[] labels;
  private float[] weights;

  private static WindowGeometry sameSize(int size, int channels, int filters, int groups) {
    return new WindowGeometry(
        size, size, channels, WINDOW, WINDOW, 1, 1, 1, size, size, filters, groups);
  }

  /** Makes the values. */
  @Setup
  public void makeValues() {
    kernels = KernelProvider.create(KernelChoice.valueOf(implementation.toUpperCase(Locale.ROOT)));
    int largest = ROWS * 28 * 28 * 32;
    Random random = new Random(1);
    x = values(random, largest);
    y = values(random, largest);
    z = values(random, largest);
    w = values(random, second.weightCount());
    labels = new int[ROWS];
    weights = values(random, ROWS);
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  @Benchmark
  public float[] conv1Forward() {
    kernels.conv2d(convolution.geometry(first).rows(ROWS).x(x, 0).w(w, 0).y(y, 0));
    return y;
  }

  @Benchmark
  public float[] conv1WeightGradient() {
    kernels.conv2dWeightGradient(convolution.geometry(first).rows(ROWS).x(x, 0).y(y, 0).w(w, 0));
    return w;
  }

  @Benchmark
  public float[] conv2Forward() {
    kernels.conv2d(convolution.geometry(second).rows(ROWS).x(x, 0).w(w, 0).y(y, 0));
    return y;
  }

  @Benchmark
  public float[] conv2WeightGradient() {
    kernels.conv2dWeightGradient(convolution.geometry(second).rows(ROWS).x(x, 0).y(y, 0).w(w, 0));
    return w;
  }

  @Benchmark
  public float[] conv2InputGradient() {
    kernels.conv2dInputGradient(convolution.geometry(second).rows(ROWS).w(w, 0).y(y, 0).x(z, 0));
    return z;
  }

  @Benchmark
  public float[] depthwiseForward() {
    kernels.conv2d(convolution.geometry(depthwise).rows(ROWS).x(x, 0).w(w, 0).y(y, 0));
    return y;
  }

  @Benchmark
  public float[] maxPool() {
    kernels.maxPool2d(pooling, ROWS, x, 0, y, 0, z, 0);
    return y;
  }

  @Benchmark
  public float[] relu() {
    kernels.activation(Activation.RELU, 0, x.length, x, 0, y, 0);
    return y;
  }

  @Benchmark
  public float[] tanh() {
    kernels.activation(Activation.TANH, 0, x.length, x, 0, y, 0);
    return y;
  }

  @Benchmark
  public float[] gelu() {
    kernels.activation(Activation.GELU, 0, x.length, x, 0, y, 0);
    return y;
  }

  @Benchmark
  public double softmaxCrossEntropy() {
    return kernels.softmaxCrossEntropy(ROWS, 10, x, 0, labels, 0, weights, 0, z, 0);
  }
}
