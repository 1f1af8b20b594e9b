package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ConvolutionTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  static List<WindowGeometry> geometries() {
    List<WindowGeometry> all = new ArrayList<>();
    int[][] channelsAndGroups = {
      {1, 32, 1},
      {3, 10, 1},
      {1, 19, 1},
      {3, 40, 1},
      {7, 33, 1},
      {16, 5, 1},
      {24, 2, 1},
      {2, 1, 1},
      {8, 16, 1},
      {33, 17, 1},
      {16, 48, 1},
      {64, 40, 1},
      {8, 12, 4},
      {6, 6, 2},
      {32, 64, 2},
      {5, 5, 5},
      {16, 16, 16},
      {33, 33, 33},
      {4, 12, 4}
    };
    for (int[] c : channelsAndGroups) {
      all.add(geometry(9, 7, c[0], 3, 3, 1, true, c[1], c[2]));
      all.add(geometry(8, 9, c[0], 3, 2, 1, false, c[1], c[2]));
      all.add(geometry(9, 10, c[0], 3, 3, 2, true, c[1], c[2]));
      all.add(geometry(11, 8, c[0], 4, 5, 3, false, c[1], c[2]));
      all.add(geometry(5, 6, c[0], 1, 1, 1, true, c[1], c[2]));
      all.add(geometry(5, 6, c[0], 1, 1, 2, true, c[1], c[2]));
      all.add(geometry(4, 3, c[0], 5, 5, 1, true, c[1], c[2]));
    }
    all.add(geometry(28, 28, 1, 3, 3, 1, true, 32, 1));
    all.add(geometry(14, 14, 32, 3, 3, 1, true, 64, 1));
    all.add(geometry(40, 40, 3, 7, 7, 2, true, 20, 1));
    all.add(new WindowGeometry(6, 7, 4, 2, 3, 1, 3, 4, 10, 12, 5, 1)); // more padding than window
    for (int[] c : channelsAndGroups) {
      // dilation, a stride for each axis, pads that differ; dilation and stride with and without a
      // common divisor
      all.add(window(9, 10, c[0], 3, 3, 1, 1, 2, 2, new int[] {2, 2, 2, 2}, c[1], c[2]));
      all.add(window(9, 10, c[0], 2, 3, 2, 1, 1, 3, new int[] {0, 3, 1, 2}, c[1], c[2]));
      all.add(window(11, 9, c[0], 3, 4, 2, 3, 2, 2, new int[] {3, 0, 2, 4}, c[1], c[2]));
      all.add(window(13, 8, c[0], 4, 2, 4, 1, 6, 5, new int[] {5, 6, 7, 1}, c[1], c[2]));
      all.add(window(6, 5, c[0], 2, 2, 3, 4, 1, 1, new int[] {0, 0, 1, 1}, c[1], c[2]));
    }
    all.add(window(28, 28, 3, 3, 3, 2, 2, 1, 1, new int[] {1, 1, 1, 1}, 20, 1)); // as in ResNet
    all.add(window(1, 40, 12, 1, 5, 1, 1, 1, 4, new int[] {0, 8, 0, 8}, 24, 1)); // along one axis
    return all;
  }

  /** Returns sizes with a stride and a dilation for each axis and pads on four sides. */
  static WindowGeometry window(
      int height,
      int width,
      int channels,
      int windowHeight,
      int windowWidth,
      int strideHeight,
      int strideWidth,
      int dilationHeight,
      int dilationWidth,
      int[] pads,
      int filters,
      int groups) {
    int reachHeight = (windowHeight - 1) * dilationHeight + 1;
    int reachWidth = (windowWidth - 1) * dilationWidth + 1;
    return new WindowGeometry(
        height,
        width,
        channels,
        windowHeight,
        windowWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        pads[0],
        pads[1],
        pads[2],
        pads[3],
        (height + pads[0] + pads[2] - reachHeight) / strideHeight + 1,
        (width + pads[1] + pads[3] - reachWidth) / strideWidth + 1,
        filters,
        groups,
        false);
  }

  static WindowGeometry geometry(
      int height,
      int width,
      int channels,
      int windowHeight,
      int windowWidth,
      int stride,
      boolean same,
      int filters,
      int groups) {
    int outputHeight = same ? (height + stride - 1) / stride : (height - windowHeight) / stride + 1;
    int outputWidth = same ? (width + stride - 1) / stride : (width - windowWidth) / stride + 1;
    int padHeight = same ? Math.max(0, (outputHeight - 1) * stride + windowHeight - height) : 0;
    int padWidth = same ? Math.max(0, (outputWidth - 1) * stride + windowWidth - width) : 0;
    return new WindowGeometry(
        height,
        width,
        channels,
        windowHeight,
        windowWidth,
        stride,
        padHeight / 2,
        padWidth / 2,
        outputHeight,
        outputWidth,
        filters,
        groups);
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void allThreeProductsAreThoseOfNaiveLoops(WindowGeometry g) {
    Case c = new Case(g, 2);
    double[] y = new double[c.y.length];
    double[] dw = TestData.toDouble(c.dw);
    double[] dx = new double[c.x.length];
    c.naive(y, dw, dx);
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      String what = kernels.name() + " " + g;
      c.data.assertClose(
          y, c.forward(kernels, true), 1e-7 * (g.patchSize() + 10), "forward " + what);
      c.data.assertClose(
          dw, c.weightGradient(kernels), 2e-7 * (2 * g.positions() + 10), "weights " + what);
      int terms = g.windowHeight() * g.windowWidth() * g.outputChannels() / g.groups();
      c.data.assertClose(dx, c.inputGradient(kernels), 1e-7 * (terms + 10), "input " + what);
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void vectorAndScalarKernelsGiveTheSameBits(WindowGeometry g) {
    for (int rows : new int[] {1, 3}) {
      Case c = new Case(g, rows);
      c.data.assertSameBits(c.forward(scalar, true), c.forward(vector, true), "forward " + g);
      c.data.assertSameBits(
          c.forward(scalar, false), c.forward(vector, false), "without bias " + g);
      c.data.assertSameBits(c.weightGradient(scalar), c.weightGradient(vector), "weights " + g);
      c.data.assertSameBits(c.inputGradient(scalar), c.inputGradient(vector), "input " + g);
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void anActivationGivesTheBitsOfOneAfterwards(WindowGeometry g) {
    Case c = new Case(g, 3);
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      for (Activation f : new Activation[] {null, Activation.RELU, Activation.TANH}) {
        float[] expected = c.forward(kernels, true);
        int n = 3 * g.outputSize();
        if (f != null) {
          kernels.activation(f, 0, n, expected, Case.OFFSET, expected, Case.OFFSET);
        }
        float[] found = new float[expected.length];
        kernels.conv2d(
            new Convolution()
                .geometry(g)
                .rows(3)
                .x(c.x, Case.OFFSET)
                .w(c.w, Case.OFFSET)
                .bias(c.b, Case.OFFSET)
                .activation(f, 0)
                .y(found, Case.OFFSET));
        for (int i = Case.OFFSET; i < Case.OFFSET + n; i++) {
          if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(found[i])) {
            fail(kernels.name() + " " + f + " " + g + ": " + expected[i] + ", found " + found[i]);
          }
        }
      }
      c.data.assertSameBits( // nothing of it stays
          c.inputGradient(scalar), c.inputGradient(kernels), kernels.name() + " " + g);
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void rowsDoNotInfluenceEachOther(WindowGeometry g) {
    Case c = new Case(g, 3);
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] together = c.forward(kernels, true);
      float[] alone = new float[together.length];
      for (int row = 0; row < 3; row++) {
        kernels.conv2d(
            new Convolution()
                .geometry(g)
                .rows(1)
                .x(c.x, Case.OFFSET + row * g.inputSize())
                .w(c.w, Case.OFFSET)
                .bias(c.b, Case.OFFSET)
                .y(alone, Case.OFFSET + row * g.outputSize()));
      }
      c.data.assertSameBits(together, alone, kernels.name() + " " + g);
    }
  }

  @ParameterizedTest
  @MethodSource("geometries")
  void partsOfAWeightGradientAreThoseOfTheWhole(WindowGeometry g) {
    Case c = new Case(g, 2);
    int n = g.outputChannels();
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] whole = c.weightGradient(kernels);
      float[] parts = c.dw.clone();
      int from = 0;
      for (int to : new int[] {g.patchSize() / 3, 2 * g.patchSize() / 3, g.patchSize()}) {
        float[] part = Arrays.copyOfRange(c.dw, Case.OFFSET + from * n, Case.OFFSET + to * n);
        kernels.conv2dWeightGradient(
            new Convolution()
                .geometry(g)
                .rows(2)
                .weights(from, to)
                .x(c.x, Case.OFFSET)
                .y(c.dy, Case.OFFSET)
                .w(part, 0));
        System.arraycopy(part, 0, parts, Case.OFFSET + from * n, part.length);
        from = to;
      }
      c.data.assertSameBits(whole, parts, kernels.name() + " " + g);
    }
  }

  /** Random arrays for one geometry; each starts at {@link #OFFSET}. */
  private static final class Case {
    static final int OFFSET = 3;
    final WindowGeometry g;
    final int rows;
    final TestData data;
    final float[] x;
    final float[] w;
    final float[] b;
    final float[] y;
    final float[] dy;
    final float[] dw;

    Case(WindowGeometry g, int rows) {
      this.g = g;
      this.rows = rows;
      data = new TestData(g.hashCode() * 31L + rows);
      x = data.values(OFFSET + rows * g.inputSize());
      w = data.values(OFFSET + g.weightCount());
      b = data.values(OFFSET + g.outputChannels());
      y = new float[OFFSET + rows * g.outputSize()];
      dy = data.values(OFFSET + rows * g.outputSize());
      dw = data.values(OFFSET + g.weightCount());
    }

    float[] forward(Kernels kernels, boolean bias) {
      float[] result = new float[y.length];
      kernels.conv2d(
          new Convolution()
              .geometry(g)
              .rows(rows)
              .x(x, OFFSET)
              .w(w, OFFSET)
              .bias(bias ? b : null, OFFSET)
              .y(result, OFFSET));
      return result;
    }

    float[] weightGradient(Kernels kernels) {
      float[] result = dw.clone();
      kernels.conv2dWeightGradient(
          new Convolution().geometry(g).rows(rows).x(x, OFFSET).y(dy, OFFSET).w(result, OFFSET));
      return result;
    }

    float[] inputGradient(Kernels kernels) {
      float[] result = new float[x.length];
      Arrays.fill(result, OFFSET, result.length, Float.NaN);
      kernels.conv2dInputGradient(
          new Convolution().geometry(g).rows(rows).w(w, OFFSET).y(dy, OFFSET).x(result, OFFSET));
      return result;
    }

    void naive(double[] y, double[] dw, double[] dx) {
      int inputs = g.inputChannels() / g.groups();
      int outputs = g.outputChannels() / g.groups();
      assertEquals(g.outputChannels(), outputs * g.groups());
      for (int row = 0; row < rows; row++) {
        for (int oy = 0; oy < g.outputHeight(); oy++) {
          for (int ox = 0; ox < g.outputWidth(); ox++) {
            for (int oc = 0; oc < g.outputChannels(); oc++) {
              int out =
                  OFFSET
                      + ((row * g.outputHeight() + oy) * g.outputWidth() + ox) * g.outputChannels()
                      + oc;
              y[out] = b[OFFSET + oc];
              for (int ky = 0; ky < g.windowHeight(); ky++) {
                for (int kx = 0; kx < g.windowWidth(); kx++) {
                  int iy = oy * g.strideHeight() + ky * g.dilationHeight() - g.padTop();
                  int ix = ox * g.strideWidth() + kx * g.dilationWidth() - g.padLeft();
                  if (iy < 0 || iy >= g.inputHeight() || ix < 0 || ix >= g.inputWidth()) {
                    continue;
                  }
                  for (int ic = 0; ic < inputs; ic++) {
                    int in =
                        OFFSET
                            + ((row * g.inputHeight() + iy) * g.inputWidth() + ix)
                                * g.inputChannels()
                            + oc / outputs * inputs
                            + ic;
                    int weight =
                        OFFSET
                            + ((ky * g.windowWidth() + kx) * inputs + ic) * g.outputChannels()
                            + oc;
                    y[out] += (double) x[in] * w[weight];
                    dw[weight] += (double) x[in] * dy[out];
                    dx[in] += (double) w[weight] * dy[out];
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}
