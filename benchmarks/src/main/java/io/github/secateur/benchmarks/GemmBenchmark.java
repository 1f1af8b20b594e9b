package io.github.secateur.benchmarks;

import java.util.Arrays;
import java.util.List;
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

/** Matrix products of the shapes that training makes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class GemmBenchmark {
  /** m × n × k: rows of the result, columns of the result, inner length. */
  @Param({
    "1024x128x784",
    "784x128x1024",
    "256x256x256",
    "1024x1024x1024",
    "128x10x128",
    "3136x32x288",
    "64x3136x576"
  })
  public String shape;

  /** N as it is, T transposed: A, then B. */
  @Param("NN")
  public String transposes;

  @Param({"vector", "scalar", "java-blas", "native-blas"})
  public String implementation;

  private SinglePrecisionProduct product;
  private boolean transposeA;
  private boolean transposeB;
  private int m;
  private int n;
  private int k;
  private float[] a;
  private float[] b;
  private float[] c;

  /** Makes the matrices, and says what really computes. */
  @Setup
  public void setUp() {
    makeMatrices();
    System.out.println("computed by " + product.description());
  }

  /** Returns the shapes that are measured if none are named. */
  static List<String> shapes() {
    try {
      return List.of(GemmBenchmark.class.getField("shape").getAnnotation(Param.class).value());
    } catch (NoSuchFieldException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes the matrices, and compares one product with the definition. */
  void makeMatrices() {
    int[] sizes = sizes(shape);
    m = sizes[0];
    n = sizes[1];
    k = sizes[2];
    transposeA = transposes.charAt(0) == 'T';
    transposeB = transposes.charAt(1) == 'T';
    Random random = new Random(1);
    a = values(random, m * k);
    b = values(random, k * n);
    c = new float[m * n];
    product = SinglePrecisionProduct.named(implementation);
    multiply();
    for (int check = 0; check < 100; check++) {
      int i = random.nextInt(m);
      int j = random.nextInt(n);
      double expected = 0;
      for (int p = 0; p < k; p++) {
        double left = transposeA ? a[p * m + i] : a[i * k + p];
        double right = transposeB ? b[j * k + p] : b[p * n + j];
        expected += left * right;
      }
      if (!(Math.abs(expected - c[i * n + j]) <= 1e-5 * k)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "%s: expected %s at (%d, %d), found %s",
                product.description(),
                expected,
                i,
                j,
                c[i * n + j]));
      }
    }
  }

  /** Returns m, n and k of a shape. */
  static int[] sizes(String shape) {
    return Arrays.stream(shape.split("x")).mapToInt(Integer::parseInt).toArray();
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }

  /** One product. */
  @Benchmark
  public float[] multiply() {
    product.multiply(transposeA, transposeB, m, n, k, a, b, c);
    return c;
  }
}
