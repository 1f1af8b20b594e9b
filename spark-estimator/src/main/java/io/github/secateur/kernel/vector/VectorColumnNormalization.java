package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.F2D;

import io.github.secateur.kernel.scalar.ColumnNormalization;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link ColumnNormalization} with the Vector API: a vector of channels at a time, over all rows.
 * Floats become doubles in two halves, of half as many lanes each.
 */
final class VectorColumnNormalization extends ColumnNormalization {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Double> DOUBLES = Lanes.DOUBLES;
  private static final int HALF = DOUBLES.length();

  @Override
  protected void sumColumns(int from, int rows, int channels, float[] x, int xOffset) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      DoubleVector low = DoubleVector.fromArray(DOUBLES, first, c);
      DoubleVector high = DoubleVector.fromArray(DOUBLES, first, c + HALF);
      for (int i = 0; i < rows; i++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i * channels + c);
        low = ((DoubleVector) value.convert(F2D, 0)).add(low);
        high = ((DoubleVector) value.convert(F2D, 1)).add(high);
      }
      low.intoArray(first, c);
      high.intoArray(first, c + HALF);
    }
    super.sumColumns(whole, rows, channels, x, xOffset);
  }

  @Override
  protected void sumSquares(int from, int rows, int channels, float[] x, int xOffset) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      DoubleVector low = DoubleVector.fromArray(DOUBLES, second, c);
      DoubleVector high = DoubleVector.fromArray(DOUBLES, second, c + HALF);
      DoubleVector lowMean = DoubleVector.fromArray(DOUBLES, first, c);
      DoubleVector highMean = DoubleVector.fromArray(DOUBLES, first, c + HALF);
      for (int i = 0; i < rows; i++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i * channels + c);
        DoubleVector lowDistance = ((DoubleVector) value.convert(F2D, 0)).sub(lowMean);
        DoubleVector highDistance = ((DoubleVector) value.convert(F2D, 1)).sub(highMean);
        low = lowDistance.fma(lowDistance, low);
        high = highDistance.fma(highDistance, high);
      }
      low.intoArray(second, c);
      high.intoArray(second, c + HALF);
    }
    super.sumSquares(whole, rows, channels, x, xOffset);
  }

  @Override
  protected void sumGradients(
      int from,
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] dy,
      int dyOffset) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector means = FloatVector.fromArray(FLOATS, mean, meanOffset + c);
      FloatVector inverses =
          FloatVector.fromArray(FLOATS, inverseDeviation, inverseDeviationOffset + c);
      DoubleVector low = DoubleVector.fromArray(DOUBLES, first, c);
      DoubleVector high = DoubleVector.fromArray(DOUBLES, first, c + HALF);
      DoubleVector lowProduct = DoubleVector.fromArray(DOUBLES, second, c);
      DoubleVector highProduct = DoubleVector.fromArray(DOUBLES, second, c + HALF);
      for (int i = 0; i < rows; i++) {
        FloatVector normal =
            FloatVector.fromArray(FLOATS, x, xOffset + i * channels + c).sub(means).mul(inverses);
        FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i * channels + c);
        DoubleVector lowGradient = (DoubleVector) gradient.convert(F2D, 0);
        DoubleVector highGradient = (DoubleVector) gradient.convert(F2D, 1);
        low = lowGradient.add(low);
        high = highGradient.add(high);
        lowProduct = lowGradient.fma((DoubleVector) normal.convert(F2D, 0), lowProduct);
        highProduct = highGradient.fma((DoubleVector) normal.convert(F2D, 1), highProduct);
      }
      low.intoArray(first, c);
      high.intoArray(first, c + HALF);
      lowProduct.intoArray(second, c);
      highProduct.intoArray(second, c + HALF);
    }
    super.sumGradients(
        whole,
        rows,
        channels,
        x,
        xOffset,
        mean,
        meanOffset,
        inverseDeviation,
        inverseDeviationOffset,
        dy,
        dyOffset);
  }

  @Override
  protected void inputGradient(
      int from,
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      for (int i = 0; i < rows; i++) {
        int at = i * channels + c;
        FloatVector normal =
            FloatVector.fromArray(FLOATS, x, xOffset + at)
                .sub(FloatVector.fromArray(FLOATS, mean, meanOffset + c))
                .mul(FloatVector.fromArray(FLOATS, inverseDeviation, inverseDeviationOffset + c));
        FloatVector centred =
            FloatVector.fromArray(FLOATS, dy, dyOffset + at)
                .sub(FloatVector.fromArray(FLOATS, meanGradient, c));
        FloatVector rest = normal.neg().fma(FloatVector.fromArray(FLOATS, meanProduct, c), centred);
        FloatVector.fromArray(FLOATS, factor, c).mul(rest).intoArray(dx, dxOffset + at);
      }
    }
    super.inputGradient(
        whole,
        rows,
        channels,
        x,
        xOffset,
        mean,
        meanOffset,
        inverseDeviation,
        inverseDeviationOffset,
        dy,
        dyOffset,
        dx,
        dxOffset);
  }
}
