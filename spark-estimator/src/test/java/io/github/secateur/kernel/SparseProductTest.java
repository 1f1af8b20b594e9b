package io.github.secateur.kernel;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import org.junit.jupiter.api.Test;

class SparseProductTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @Test
  void sparseProductsHaveTheBitsOfDenseOnes() {
    for (int n : TestData.SIZES) {
      for (int k : new int[] {1, 9, 300}) {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          check(kernels, 21, n, k);
        }
      }
    }
  }

  private static void check(Kernels kernels, int rows, int n, int k) {
    TestData data = new TestData(n * 1000 + k);
    float[] dense = new float[rows * k];
    int[] rowStart = new int[rows + 1];
    int[] columns = new int[rows * k];
    float[] values = new float[rows * k];
    int count = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < k; j++) {
        if (i != 2 && data.nextInt(0, 5) == 0) { // row 2 is empty
          dense[i * k + j] = data.values(1)[0];
          columns[count] = j;
          values[count++] = dense[i * k + j];
        }
      }
      rowStart[i + 1] = count;
    }
    String what = kernels.name() + " " + rows + "x" + n + "x" + k;
    float[] b = data.values(k * n + 2);
    float[] c = data.values(rows * n + 3);
    float[] expected = c.clone();
    kernels.product(
        new Product()
            .sizes(rows, n, k)
            .a(dense, 0, k)
            .b(b, 2, n)
            .accumulate(true)
            .c(expected, 3, n));
    kernels.sparseGemm(rows, n, rowStart, columns, values, b, 2, c, 3);
    data.assertSameBits(expected, c, what);

    float[] y = data.values(rows * n + 3);
    float[] w = data.values(k * n + 2);
    expected = w.clone();
    kernels.product(
        new Product()
            .transpose(true, false)
            .sizes(k, n, rows)
            .a(dense, 0, k)
            .b(y, 3, n)
            .accumulate(true)
            .c(expected, 2, n));
    kernels.sparseGemmTransposed(rows, n, rowStart, columns, values, y, 3, w, 2);
    data.assertSameBits(expected, w, "transposed " + what);
  }
}
