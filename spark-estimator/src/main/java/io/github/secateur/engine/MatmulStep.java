package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.MatrixProducts;
import io.github.secateur.kernel.Product;
import java.util.Arrays;

/**
 * C = op(A)·op(B) for matrices of two values; dA = dC·op(B)ᵀ and dB = op(A)ᵀ·dC, transposed where A
 * or B is, summed where one stands in several products.
 */
final class MatmulStep extends OperatorStep {
  private final boolean transposeFirst;
  private final boolean transposeSecond;
  private final int m;
  private final int n;
  private final int k;
  private final int lda;
  private final int ldb;
  private final int first;
  private final int second;
  private final int[] firstMatrices;
  private final int[] secondMatrices;
  private final boolean sumsFirst;
  private final boolean sumsSecond;

  private final Product product = new Product();

  MatmulStep(Binding binding) {
    super(binding);
    Attributes.Matmul attributes = (Attributes.Matmul) operator.attributes();
    transposeFirst = attributes.transposeFirst();
    transposeSecond = attributes.transposeSecond();
    MatrixProducts products = MatrixProducts.of(operator);
    m = products.rows();
    n = products.columns();
    k = products.inner();
    lda = transposeFirst ? m : k;
    ldb = transposeSecond ? k : n;
    first = binding.input(0);
    second = binding.input(1);
    firstMatrices = products.matrices(0);
    secondMatrices = products.matrices(1);
    sumsFirst = products.sums(0);
    sumsSecond = products.sums(1);
  }

  private int a(int start, int row, int product) {
    return start + row * operator.inputShapes().get(0).size() + firstMatrices[product] * m * k;
  }

  private int b(int start, int row, int product) {
    return start + row * operator.inputShapes().get(1).size() + secondMatrices[product] * k * n;
  }

  private int c(int start, int row, int product) {
    return start + (row * firstMatrices.length + product) * m * n;
  }

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    for (int row = 0; row < f.rows; row++) {
      for (int i = 0; i < firstMatrices.length; i++) {
        int a = a(first, row, i);
        int b = b(second, row, i);
        f.kernels.product(
            product
                .sizes(m, n, k)
                .transpose(transposeFirst, transposeSecond)
                .a(w, a, lda)
                .b(w, b, ldb)
                .accumulate(false)
                .c(w, c(y, row, i), n));
      }
    }
  }

  @Override
  void backward(Frame f) {
    if (target(0) >= 0) {
      firstGradient(f, target(0));
    }
    if (target(1) >= 0) {
      secondGradient(f, target(1));
    }
  }

  private void firstGradient(Frame f, int da) {
    float[] w = f.workspace;
    clear(f, sumsFirst, da, 0);
    for (int row = 0; row < f.rows; row++) {
      for (int i = 0; i < firstMatrices.length; i++) {
        int b = b(second, row, i);
        int dc = c(dy, row, i);
        int target = a(da, row, i);
        if (transposeFirst) {
          f.kernels.product(
              product
                  .sizes(k, m, n)
                  .transpose(transposeSecond, true)
                  .a(w, b, ldb)
                  .b(w, dc, n)
                  .accumulate(sumsFirst)
                  .c(w, target, m));
        } else {
          f.kernels.product(
              product
                  .sizes(m, k, n)
                  .transpose(false, !transposeSecond)
                  .a(w, dc, n)
                  .b(w, b, ldb)
                  .accumulate(sumsFirst)
                  .c(w, target, k));
        }
      }
    }
  }

  private void secondGradient(Frame f, int db) {
    float[] w = f.workspace;
    clear(f, sumsSecond, db, 1);
    for (int row = 0; row < f.rows; row++) {
      for (int i = 0; i < firstMatrices.length; i++) {
        int a = a(first, row, i);
        int dc = c(dy, row, i);
        int target = b(db, row, i);
        if (transposeSecond) {
          f.kernels.product(
              product
                  .sizes(n, k, m)
                  .transpose(true, transposeFirst)
                  .a(w, dc, n)
                  .b(w, a, lda)
                  .accumulate(sumsSecond)
                  .c(w, target, k));
        } else {
          f.kernels.product(
              product
                  .sizes(k, n, m)
                  .transpose(!transposeFirst, false)
                  .a(w, a, lda)
                  .b(w, dc, n)
                  .accumulate(sumsSecond)
                  .c(w, target, n));
        }
      }
    }
  }

  private void clear(Frame f, boolean sums, int from, int input) {
    if (sums) {
      int to = from + f.rows * operator.inputShapes().get(input).size();
      Arrays.fill(f.workspace, from, to, 0f);
    }
  }
}
