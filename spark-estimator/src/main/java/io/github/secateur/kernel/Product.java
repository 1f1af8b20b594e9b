package io.github.secateur.kernel;

/**
 * A matrix product as {@link Kernels#product} is asked for it: C = f(S + op(A)·op(B)). op(A) is [m
 * × k], op(B) is [k × n], C is [m × n], all row-major; op transposes if its flag is set, so that A
 * is then stored as [k × m] and B as [n × k]. The rows of S are the bias, or the old values of C if
 * the product accumulates, or 0.
 *
 * <p>Mutable: whoever multiplies makes one and sets it again for each call, so that no call
 * allocates. Kernels read it and change nothing in it.
 */
public final class Product {

  /** Rows of C. */
  public int m;

  /** Columns of C. */
  public int n;

  /** The length of each sum. */
  public int k;

  /** Whether A is stored as [k × m]. */
  public boolean transposeA;

  /** Whether B is stored as [n × k]. */
  public boolean transposeB;

  public float[] a;
  public int aOffset;

  /** The distance between stored rows of A; likewise of B and C below. */
  public int lda;

  public float[] b;
  public int bOffset;
  public int ldb;

  public float[] c;
  public int cOffset;
  public int ldc;

  /** Whether the product is added to C; then there is no bias. */
  public boolean accumulate;

  /** What each row of C starts from, [n]; null for 0. */
  public float[] bias;

  public int biasOffset;

  /** f; null for none. */
  public Activation activation;

  /** The constant of f, if it has one. */
  public float slope;

  /** Sets the sizes: C is [rows × columns], the sums are as long as {@code inner}. */
  public Product sizes(int rows, int columns, int inner) {
    m = rows;
    n = columns;
    k = inner;
    return this;
  }

  /** Sets whether A and B are stored transposed. */
  public Product transpose(boolean isTransposedA, boolean isTransposedB) {
    transposeA = isTransposedA;
    transposeB = isTransposedB;
    return this;
  }

  /** Sets where A is stored. */
  public Product a(float[] array, int offset, int rowStep) {
    a = array;
    aOffset = offset;
    lda = rowStep;
    return this;
  }

  /** Sets where B is stored. */
  public Product b(float[] array, int offset, int rowStep) {
    b = array;
    bOffset = offset;
    ldb = rowStep;
    return this;
  }

  /** Sets where C is stored. */
  public Product c(float[] array, int offset, int rowStep) {
    c = array;
    cOffset = offset;
    ldc = rowStep;
    return this;
  }

  /** Sets whether the product is added to C. */
  public Product accumulate(boolean adds) {
    accumulate = adds;
    return this;
  }

  /** Sets what each row of C starts from, [n]; null for 0. */
  public Product bias(float[] array, int offset) {
    bias = array;
    biasOffset = offset;
    return this;
  }

  /** Sets what is applied to the sums; null for nothing. */
  public Product activation(Activation f, float slopeOfF) {
    activation = f;
    slope = slopeOfF;
    return this;
  }

  /**
   * Makes this the part of a product that computes the given rows and columns of C.
   *
   * @param row the first row; likewise column
   */
  public Product part(Product whole, int row, int rows, int column, int columns) {
    return sizes(rows, columns, whole.k)
        .transpose(whole.transposeA, whole.transposeB)
        .a(whole.a, whole.aOffset + (whole.transposeA ? row : row * whole.lda), whole.lda)
        .b(whole.b, whole.bOffset + (whole.transposeB ? column * whole.ldb : column), whole.ldb)
        .c(whole.c, whole.cOffset + row * whole.ldc + column, whole.ldc)
        .accumulate(whole.accumulate)
        .bias(whole.bias, whole.biasOffset + column)
        .activation(whole.activation, whole.slope);
  }

  /** Lets go of the arrays, which belong to the caller. */
  public void release() {
    a = null;
    b = null;
    c = null;
    bias = null;
  }
}
