package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolingTest {

  private static final int ROWS = 2;
  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  static List<WindowGeometry> geometries() {
    List<WindowGeometry> all = new ArrayList<>();
    for (int channels : new int[] {1, 3, 8, 16, 19, 33, 64}) {
      all.add(ConvolutionTest.geometry(8, 6, channels, 2, 2, 2, true, channels, 1));
      all.add(ConvolutionTest.geometry(7, 5, channels, 2, 2, 2, true, channels, 1));
      all.add(ConvolutionTest.geometry(7, 5, channels, 2, 2, 2, false, channels, 1));
      all.add(ConvolutionTest.geometry(7, 9, channels, 3, 3, 2, true, channels, 1));
      all.add(ConvolutionTest.geometry(7, 9, channels, 3, 2, 1, false, channels, 1));
      all.add(ConvolutionTest.geometry(9, 9, channels, 2, 2, 3, false, channels, 1));
    }
    for (int channels : new int[] {1, 3, 16, 19, 64}) {
      int[] one = {1, 1, 1, 1};
      int[] uneven = {0, 1, 2, 1};
      all.add(ConvolutionTest.window(9, 8, channels, 3, 3, 2, 2, 1, 1, one, channels, 1));
      all.add(ConvolutionTest.window(9, 8, channels, 3, 2, 3, 2, 1, 1, uneven, channels, 1));
      all.add(ConvolutionTest.window(9, 8, channels, 2, 3, 1, 2, 3, 2, uneven, channels, 1));
      all.add(ConvolutionTest.window(9, 8, channels, 2, 2, 3, 3, 2, 2, one, channels, 1));
      all.add(ConvolutionTest.window(9, 8, channels, 2, 2, 2, 2, 1, 1, uneven, channels, 1));
    }
    for (WindowGeometry g : List.copyOf(all)) {
      all.add(withPadsCounted(g));
    }
    return all;
  }

  /** Returns the same windows with one more at the lower and right edge, as ceil mode adds it. */
  private static WindowGeometry withPadsCounted(WindowGeometry g) {
    boolean moreRows = g.top(g.outputHeight()) < g.inputHeight();
    boolean moreColumns = g.left(g.outputWidth()) < g.inputWidth();
    return new WindowGeometry(
        g.inputHeight(),
        g.inputWidth(),
        g.inputChannels(),
        g.windowHeight(),
        g.windowWidth(),
        g.strideHeight(),
        g.strideWidth(),
        g.dilationHeight(),
        g.dilationWidth(),
        g.padTop(),
        g.padLeft(),
        g.padBottom(),
        g.padRight(),
        g.outputHeight() + (moreRows ? 1 : 0),
        g.outputWidth() + (moreColumns ? 1 : 0),
        g.outputChannels(),
        1,
        true);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void largestValuesAndTheirGradientAreThoseOfNaiveLoops(WindowGeometry g) {
    TestData data = new TestData(g.hashCode());
    float[] x = data.values(ROWS * g.inputSize() + 1);
    float[] dy = data.values(ROWS * g.outputSize() + 2);
    double[] y = new double[ROWS * g.outputSize() + 2];
    double[] dx = new double[x.length];
    forEachOutput(
        g,
        (row, oy, ox, c, out) -> {
          int best = -1;
          for (int[] tap : taps(g, oy, ox)) {
            int in =
                1
                    + ((row * g.inputHeight() + tap[0]) * g.inputWidth() + tap[1])
                        * g.inputChannels()
                    + c;
            if (best < 0 || x[in] > x[best]) {
              best = in;
            }
          }
          y[2 + out] = x[best];
          dx[best] += dy[2 + out];
        });
    float[][] results = new float[2][];
    int i = 0;
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] found = new float[y.length];
      float[] withoutIndex = new float[y.length];
      float[] index = new float[y.length];
      float[] gradient = data.values(x.length); // overwritten
      gradient[0] = 0;
      kernels.maxPool2d(g, ROWS, x, 1, found, 2, index, 2);
      kernels.maxPool2d(g, ROWS, x, 1, withoutIndex, 2, null, 0);
      kernels.maxPool2dGradient(g, ROWS, index, 2, dy, 2, gradient, 1);
      data.assertClose(y, found, 0, "max " + g);
      data.assertSameBits(found, withoutIndex, "without index " + g);
      data.assertClose(dx, gradient, 1e-6, "gradient " + g);
      results[i++] = gradient;
    }
    data.assertSameBits(results[0], results[1], "gradient " + g);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void meansAndTheirGradientAreThoseOfNaiveLoops(WindowGeometry g) {
    TestData data = new TestData(g.hashCode());
    float[] x = data.values(ROWS * g.inputSize() + 1);
    float[] dy = data.values(ROWS * g.outputSize() + 2);
    double[] y = new double[ROWS * g.outputSize() + 2];
    double[] dx = new double[x.length];
    forEachOutput(
        g,
        (row, oy, ox, c, out) -> {
          List<int[]> taps = taps(g, oy, ox);
          double count = g.countsPadding() ? places(g, oy, ox) : taps.size();
          for (int[] tap : taps) {
            int in =
                1
                    + ((row * g.inputHeight() + tap[0]) * g.inputWidth() + tap[1])
                        * g.inputChannels()
                    + c;
            y[2 + out] += (double) x[in] / count;
            dx[in] += (double) dy[2 + out] / count;
          }
        });
    float[][] results = new float[4][];
    int i = 0;
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] found = new float[y.length];
      float[] gradient = new float[x.length];
      kernels.avgPool2d(g, ROWS, x, 1, found, 2);
      kernels.avgPool2dGradient(g, ROWS, dy, 2, gradient, 1);
      data.assertClose(y, found, 1e-6, "mean " + g);
      data.assertClose(dx, gradient, 1e-6, "gradient " + g);
      results[i++] = found;
      results[i++] = gradient;
    }
    data.assertSameBits(results[0], results[2], "mean " + g);
    data.assertSameBits(results[1], results[3], "gradient " + g);
  }

  @Test
  void globalMeansAndTheirGradientAreThoseOfNaiveLoops() {
    for (int channels : TestData.SIZES) {
      for (int positions : new int[] {1, 7, 49}) {
        TestData data = new TestData(channels * 100 + positions);
        float[] x = data.values(ROWS * positions * channels + 1);
        float[] dy = data.values(ROWS * channels + 2);
        double[] y = new double[ROWS * channels + 2];
        double[] dx = new double[x.length];
        for (int i = 0; i < ROWS * positions * channels; i++) {
          int out = 2 + i / (positions * channels) * channels + i % channels;
          y[out] += (double) x[1 + i] / positions;
          dx[1 + i] = (double) dy[out] / positions;
        }
        float[][] results = new float[2][];
        int i = 0;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          float[] found = new float[y.length];
          float[] gradient = new float[x.length];
          kernels.globalAvgPool2d(ROWS, positions, channels, x, 1, found, 2);
          kernels.globalAvgPool2dGradient(ROWS, positions, channels, dy, 2, gradient, 1);
          data.assertClose(y, found, 1e-6, "mean");
          data.assertClose(dx, gradient, 1e-6, "gradient");
          results[i++] = found;
        }
        data.assertSameBits(results[0], results[1], "mean");
      }
    }
  }

  @Test
  void ofEqualValuesTheFirstWinsAndNanIsNotHidden() {
    for (int channels : new int[] {1, 40}) {
      WindowGeometry g = ConvolutionTest.geometry(2, 2, channels, 2, 2, 2, true, channels, 1);
      for (Kernels kernels : new Kernels[] {scalar, vector}) {
        float[] x = new float[4 * channels];
        float[] y = new float[channels];
        float[] index = new float[channels];
        kernels.maxPool2d(g, 1, x, 0, y, 0, index, 0);
        assertEquals(0, index[channels - 1]);
        x[channels] = Float.NaN;
        kernels.maxPool2d(g, 1, x, 0, y, 0, index, 0);
        assertTrue(Float.isNaN(y[0]));
      }
    }
  }

  private interface OutputVisitor {
    void visit(int row, int oy, int ox, int channel, int outputIndex);
  }

  private static void forEachOutput(WindowGeometry g, OutputVisitor visitor) {
    int out = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        for (int ox = 0; ox < g.outputWidth(); ox++) {
          for (int c = 0; c < g.inputChannels(); c++) {
            visitor.visit(row, oy, ox, c, out++);
          }
        }
      }
    }
  }

  /** Returns the (y, x) of the window's places that lie in the image. */
  private static List<int[]> taps(WindowGeometry g, int oy, int ox) {
    List<int[]> taps = new ArrayList<>();
    for (int ky = 0; ky < g.windowHeight(); ky++) {
      for (int kx = 0; kx < g.windowWidth(); kx++) {
        int iy = oy * g.strideHeight() + ky * g.dilationHeight() - g.padTop();
        int ix = ox * g.strideWidth() + kx * g.dilationWidth() - g.padLeft();
        if (iy >= 0 && iy < g.inputHeight() && ix >= 0 && ix < g.inputWidth()) {
          taps.add(new int[] {iy, ix});
        }
      }
    }
    return taps;
  }

  /** Returns the number of the window's places that lie in the image or in its padding. */
  private static int places(WindowGeometry g, int oy, int ox) {
    int count = 0;
    for (int ky = 0; ky < g.windowHeight(); ky++) {
      for (int kx = 0; kx < g.windowWidth(); kx++) {
        int y = oy * g.strideHeight() + ky * g.dilationHeight();
        int x = ox * g.strideWidth() + kx * g.dilationWidth();
        boolean inside =
            y < g.padTop() + g.inputHeight() + g.padBottom()
                && x < g.padLeft() + g.inputWidth() + g.padRight();
        count += inside ? 1 : 0;
      }
    }
    return count;
  }
}
