package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ScalarPrelu;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A rectifier with a slope for each channel, with the Vector API. Lanes run along the channels; the
 * last channels of each row are done one by one.
 */
final class VectorPrelu {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private VectorPrelu() {}

  /** As {@link Kernels#prelu}. */
  static void apply(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    int whole = Lanes.whole(channels);
    for (int row = 0; row < rows; row++) {
      int from = xOffset + row * channels;
      int to = yOffset + row * channels;
      for (int c = 0; c < whole; c += Lanes.LENGTH) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, from + c);
        FloatVector.fromArray(FLOATS, slope, slopeOffset + c)
            .mul(value)
            .blend(value, value.compare(GT, 0f))
            .intoArray(y, to + c);
      }
      ScalarPrelu.apply(
          1, channels - whole, slope, slopeOffset + whole, x, from + whole, y, to + whole);
    }
  }

  /** As {@link Kernels#preluGradient}. */
  static void gradient(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int whole = Lanes.whole(channels);
    for (int row = 0; row < rows; row++) {
      int start = row * channels;
      for (int c = 0; c < whole; c += Lanes.LENGTH) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + start + c);
        FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + start + c);
        FloatVector.fromArray(FLOATS, slope, slopeOffset + c)
            .mul(gradient)
            .blend(gradient, value.compare(GT, 0f))
            .intoArray(dx, dxOffset + start + c);
      }
      start += whole;
      ScalarPrelu.gradient(
          1,
          channels - whole,
          slope,
          slopeOffset + whole,
          x,
          xOffset + start,
          dy,
          dyOffset + start,
          dx,
          dxOffset + start);
    }
  }

  /** As {@link Kernels#preluSlopeGradient}. */
  static void slopeGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dSlope,
      int dSlopeOffset) {
    int whole = Lanes.whole(channels);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int row = 0; row < rows; row++) {
      int start = row * channels;
      for (int c = 0; c < whole; c += Lanes.LENGTH) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + start + c);
        value
            .blend(zero, value.compare(GT, 0f))
            .fma(
                FloatVector.fromArray(FLOATS, dy, dyOffset + start + c),
                FloatVector.fromArray(FLOATS, dSlope, dSlopeOffset + c))
            .intoArray(dSlope, dSlopeOffset + c);
      }
      start += whole;
      ScalarPrelu.slopeGradient(
          1,
          channels - whole,
          x,
          xOffset + start,
          dy,
          dyOffset + start,
          dSlope,
          dSlopeOffset + whole);
    }
  }
}
