package io.github.secateur.benchmarks;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
import dev.ludovic.netlib.blas.NativeBLAS;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;

/** C = op(A)·op(B) in float, row-major; op(A) is [m × k], op(B) is [k × n]. */
interface SinglePrecisionProduct {

  /** Computes the product; a matrix that is transposed is stored so. */
  void multiply(
      boolean transposeA, boolean transposeB, int m, int n, int k, float[] a, float[] b, float[] c);

  /** Returns what really computes. */
  String description();

  /**
   * Returns an implementation.
   *
   * @param name {@code vector} or {@code scalar}: our kernels; {@code java-blas}: the netlib that
   *     ships with Spark, with the Vector API if this JVM has its module; {@code native-blas}: the
   *     BLAS library of the machine, by way of netlib
   * @throws RuntimeException if it is missing here
   */
  static SinglePrecisionProduct named(String name) {
    return switch (name) {
      case "vector" -> of(KernelProvider.create(KernelChoice.VECTOR));
      case "scalar" -> of(KernelProvider.create(KernelChoice.SCALAR));
      case "java-blas" -> of(JavaBLAS.getInstance());
      case "native-blas" -> of(NativeBLAS.getInstance());
      default -> throw new IllegalArgumentException("unknown implementation " + name);
    };
  }

  private static SinglePrecisionProduct of(Kernels kernels) {
    Product product = new Product();
    return new SinglePrecisionProduct() {
      @Override
      public void multiply(
          boolean transposeA,
          boolean transposeB,
          int m,
          int n,
          int k,
          float[] a,
          float[] b,
          float[] c) {
        int lda = transposeA ? m : k;
        int ldb = transposeB ? k : n;
        kernels.product(
            product
                .transpose(transposeA, transposeB)
                .sizes(m, n, k)
                .a(a, 0, lda)
                .b(b, 0, ldb)
                .c(c, 0, n));
      }

      @Override
      public String description() {
        return kernels.name();
      }
    };
  }

  private static SinglePrecisionProduct of(BLAS blas) {
    return new SinglePrecisionProduct() {
      @Override
      public void multiply(
          boolean transposeA,
          boolean transposeB,
          int m,
          int n,
          int k,
          float[] a,
          float[] b,
          float[] c) {
        // BLAS is column-major, and sees the transposes: Cᵀ = op(B)ᵀ·op(A)ᵀ
        int lda = transposeA ? m : k;
        int ldb = transposeB ? k : n;
        blas.sgemm(
            transposeB ? "T" : "N", transposeA ? "T" : "N", n, m, k, 1, b, ldb, a, lda, 0, c, n);
      }

      @Override
      public String description() {
        return blas.getClass().getSimpleName();
      }
    };
  }
}
