package io.github.secateur.kernel;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GemmTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @Test
  void scalarProductsAreThoseOfNaiveLoopsInDouble() {
    int[] sizes = {0, 1, 3, 8, 33, 70};
    for (int m : sizes) {
      for (int n : sizes) {
        for (int k : sizes) {
          for (int flags = 0; flags < 8; flags++) {
            new Case(m, n, k, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0)
                .checkAgainstDouble(scalar);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void vectorProductsHaveTheBitsOfScalarOnes(int flags) {
    for (int m : TestData.SIZES) {
      for (int n : TestData.SIZES) {
        for (int k : TestData.SIZES) {
          new Case(m, n, k, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0)
              .checkBits(scalar, vector);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
  void productsLargerThanEveryBlockHaveTheSameBits(int flags) {
    boolean transposeA = (flags & 1) != 0;
    boolean transposeB = (flags & 2) != 0;
    boolean accumulate = (flags & 4) != 0;
    int[][] shapes = {
      {1, 700, 600}, {2, 5, 1500}, {300, 1, 530}, {7, 1100, 90}, {530, 40, 300}, {65, 600, 1030}
    };
    for (int[] shape : shapes) {
      new Case(shape[0], shape[1], shape[2], transposeA, transposeB, accumulate)
          .checkBits(scalar, vector);
    }
  }

  @Test
  void layersHaveTheBitsOfTheirParts() {
    int[][] shapes = {
      {1, 700, 60},
      {3, 40, 9},
      {4, 16, 30},
      {13, 270, 40},
      {31, 10, 70},
      {65, 200, 1030},
      {9, 530, 801}
    };
    for (int[] shape : shapes) {
      for (Activation f : new Activation[] {null, Activation.RELU, Activation.GELU}) {
        for (boolean hasBias : new boolean[] {true, false}) {
          Case product = new Case(shape[0], shape[1], shape[2], false, false, hasBias);
          for (Kernels kernels : new Kernels[] {scalar, vector}) {
            String what = kernels.name() + " " + product + ", " + f;
            product.data.assertSameBits(product.layerInParts(f), product.layer(kernels, f), what);
            product.data.assertSameBits( // nothing of the layer stays
                product.compute(scalar), product.compute(kernels), what + ", then a product");
          }
        }
      }
    }
  }

  /**
   * One product with random matrices that lie apart from the start of their arrays, with gaps
   * between rows.
   */
  private static final class Case {
    final int m;
    final int n;
    final int k;
    final boolean transposeA;
    final boolean transposeB;
    final boolean accumulate;
    final TestData data;
    final int aOffset;
    final int bOffset;
    final int cOffset;
    final int lda;
    final int ldb;
    final int ldc;
    final float[] a;
    final float[] b;
    final float[] c;

    Case(int m, int n, int k, boolean transposeA, boolean transposeB, boolean accumulate) {
      this.m = m;
      this.n = n;
      this.k = k;
      this.transposeA = transposeA;
      this.transposeB = transposeB;
      this.accumulate = accumulate;
      data =
          new TestData(
              ((m * 2003L + n) * 2003 + k) * 8 + (transposeA ? 1 : 0) + (transposeB ? 2 : 0));
      aOffset = data.nextInt(0, 5);
      bOffset = data.nextInt(0, 5);
      cOffset = data.nextInt(0, 5);
      lda = (transposeA ? m : k) + data.nextInt(0, 4);
      ldb = (transposeB ? k : n) + data.nextInt(0, 4);
      ldc = n + data.nextInt(0, 4);
      a = data.values(aOffset + (transposeA ? k : m) * lda);
      b = data.values(bOffset + (transposeB ? n : k) * ldb);
      c = data.values(cOffset + m * ldc + 3);
    }

    float[] compute(Kernels kernels) {
      float[] result = c.clone();
      kernels.product(
          new Product()
              .transpose(transposeA, transposeB)
              .sizes(m, n, k)
              .a(a, aOffset, lda)
              .b(b, bOffset, ldb)
              .accumulate(accumulate)
              .c(result, cOffset, ldc));
      return result;
    }

    /** The product as that of a layer: with a bias instead of old values of C. */
    float[] layer(Kernels kernels, Activation f) {
      float[] result = c.clone();
      float[] bias = accumulate ? b : null;
      kernels.product(
          new Product()
              .sizes(m, n, k)
              .a(a, aOffset, lda)
              .b(b, bOffset, ldb)
              .bias(bias, 1)
              .activation(f, 0)
              .c(result, cOffset, ldc));
      return result;
    }

    /** As {@link #layer}, one part after the other. */
    float[] layerInParts(Activation f) {
      Kernels kernels = KernelProvider.create(KernelChoice.SCALAR);
      float[] result = c.clone();
      for (int i = 0; accumulate && i < m; i++) {
        System.arraycopy(b, 1, result, cOffset + i * ldc, n);
      }
      kernels.product(
          new Product()
              .sizes(m, n, k)
              .a(a, aOffset, lda)
              .b(b, bOffset, ldb)
              .accumulate(accumulate)
              .c(result, cOffset, ldc));
      for (int i = 0; f != null && i < m; i++) {
        int row = cOffset + i * ldc;
        kernels.activation(f, 0, n, result, row, result, row);
      }
      return result;
    }

    void checkBits(Kernels expected, Kernels actual) {
      data.assertSameBits(compute(expected), compute(actual), toString());
    }

    void checkAgainstDouble(Kernels kernels) {
      double[] expected = TestData.toDouble(c);
      for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
          double sum = accumulate ? c[cOffset + i * ldc + j] : 0;
          for (int p = 0; p < k; p++) {
            double aip = a[aOffset + (transposeA ? p * lda + i : i * lda + p)];
            sum += aip * b[bOffset + (transposeB ? j * ldb + p : p * ldb + j)];
          }
          expected[cOffset + i * ldc + j] = sum;
        }
      }
      data.assertClose(expected, compute(kernels), 1e-7 * (k + 1), toString());
    }

    @Override
    public String toString() {
      return m
          + "x"
          + n
          + "x"
          + k
          + (transposeA ? " Aᵀ" : "")
          + (transposeB ? " Bᵀ" : "")
          + (accumulate ? " +=" : "");
    }
  }
}
