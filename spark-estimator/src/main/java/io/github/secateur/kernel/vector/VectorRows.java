package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.D2F;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.RowOperations;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sums, products and scalings with the Vector API. Lanes run along the rows; the ends of rows are
 * done one by one.
 */
final class VectorRows {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = FLOATS.withLanes(int.class);

  /** Vectors of as many bytes, or null: there are none of four. */
  private static final VectorSpecies<Byte> BYTES =
      Lanes.LENGTH < 8
          ? null
          : VectorSpecies.of(byte.class, VectorShape.forBitSize(8 * Lanes.LENGTH));

  private static final int DOUBLES = Lanes.DOUBLES.length();

  private VectorRows() {}

  /** As {@link Kernels#toFloats}. */
  static boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset) {
    // A vector of floats, of which one of doubles fills the first half: the next covers the other.
    // With vectors of half the length, a fifth less time here, the calls of the Vector API have two
    // receivers, and JIT compilers that cannot tell them apart allocate the vectors of all kernels.
    int whole = n < Lanes.LENGTH ? 0 : n - n % DOUBLES - DOUBLES;
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector differences = zero;
    for (int i = 0; i < whole; i += DOUBLES) {
      FloatVector rounded =
          (FloatVector)
              DoubleVector.fromArray(Lanes.DOUBLES, x, xOffset + i).convertShape(D2F, FLOATS, 0);
      differences = differences.add(rounded.sub(rounded)); // NaN if not finite, and stays so
      rounded.add(zero).intoArray(y, yOffset + i);
    }
    boolean finite = differences.reduceLanes(ADD) == 0;
    return RowOperations.toFloats(n - whole, x, xOffset + whole, y, yOffset + whole) && finite;
  }

  /** As {@link Kernels#clip}. */
  static void clip(int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).max(low).min(high).intoArray(y, yOffset + i);
    }
    RowOperations.clip(n - whole, low, high, x, xOffset + whole, y, yOffset + whole);
  }

  /** As {@link Kernels#clipGradient}. */
  static void clipGradient(
      int n,
      float low,
      float high,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int whole = Lanes.whole(n);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, y, yOffset + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector below = zero.blend(gradient, value.compare(LT, high));
      zero.blend(below, value.compare(GT, low)).intoArray(dx, dxOffset + i);
    }
    RowOperations.clipGradient(
        n - whole, low, high, y, yOffset + whole, dy, dyOffset + whole, dx, dxOffset + whole);
  }

  /** As {@link Kernels#scale}. */
  static void scale(int n, float factor, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).mul(factor).intoArray(y, yOffset + i);
    }
    for (int i = whole; i < n; i++) {
      y[yOffset + i] = factor * x[xOffset + i];
    }
  }

  /** As {@link Kernels#scaleBytes}. */
  static void scaleBytes(int n, float factor, byte[] x, int xOffset, float[] y, int yOffset) {
    int whole = BYTES == null ? 0 : Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      IntVector signed =
          (IntVector) ByteVector.fromArray(BYTES, x, xOffset + i).convertShape(B2I, INTS, 0);
      FloatVector values = (FloatVector) signed.and(0xff).convertShape(I2F, FLOATS, 0);
      values.mul(factor).intoArray(y, yOffset + i);
    }
    RowOperations.scaleBytes(n - whole, factor, x, xOffset + whole, y, yOffset + whole);
  }

  /** As {@link Kernels#add}. */
  static void add(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector left = FloatVector.fromArray(FLOATS, x, xOffset + i);
      left.add(FloatVector.fromArray(FLOATS, y, yOffset + i)).intoArray(z, zOffset + i);
    }
    for (int i = whole; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] + y[yOffset + i];
    }
  }

  /** As {@link Kernels#multiply}. */
  static void multiply(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    int whole = Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector left = FloatVector.fromArray(FLOATS, x, xOffset + i);
      left.mul(FloatVector.fromArray(FLOATS, y, yOffset + i)).intoArray(z, zOffset + i);
    }
    for (int i = whole; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] * y[yOffset + i];
    }
  }

  /** As {@link Kernels#scaleAndShift}. */
  static void scaleAndShift(
      int rows,
      int channels,
      float[] scale,
      int scaleOffset,
      float[] shift,
      int shiftOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    int whole = Lanes.whole(channels);
    for (int row = 0; row < rows; row++) {
      int xi = xOffset + row * channels;
      int yi = yOffset + row * channels;
      for (int c = 0; c < whole; c += Lanes.LENGTH) {
        FloatVector factor = FloatVector.fromArray(FLOATS, scale, scaleOffset + c);
        FloatVector summand = FloatVector.fromArray(FLOATS, shift, shiftOffset + c);
        FloatVector.fromArray(FLOATS, x, xi + c).fma(factor, summand).intoArray(y, yi + c);
      }
      for (int c = whole; c < channels; c++) {
        y[yi + c] = Math.fma(x[xi + c], scale[scaleOffset + c], shift[shiftOffset + c]);
      }
    }
  }

  /** As {@link Kernels#sumRows}. */
  static void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    int whole = Lanes.whole(n);
    int row = 0;
    for (; row + 8 <= rows; row += 8) {
      sumEightRows(whole, n, x, xOffset + row * n, sum, sumOffset);
    }
    for (; row < rows; row++) {
      add(n, sum, sumOffset, x, xOffset + row * n, sum, sumOffset);
    }
  }

  /** Reads and writes the sums once for eight rows. */
  private static void sumEightRows(
      int whole, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    for (int j = 0; j < whole; j += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, sum, sumOffset + j)
          .add(FloatVector.fromArray(FLOATS, x, xOffset + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 2 * n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 3 * n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 4 * n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 5 * n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 6 * n + j))
          .add(FloatVector.fromArray(FLOATS, x, xOffset + 7 * n + j))
          .intoArray(sum, sumOffset + j);
    }
    for (int j = whole; j < n; j++) {
      float total = sum[sumOffset + j];
      for (int row = 0; row < 8; row++) {
        total += x[xOffset + row * n + j];
      }
      sum[sumOffset + j] = total;
    }
  }
}
