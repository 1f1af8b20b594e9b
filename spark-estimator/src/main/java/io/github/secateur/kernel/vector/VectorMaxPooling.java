package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.scalar.ScalarPooling;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max pooling with the Vector API: lanes run along the channels, which are adjacent. The channels
 * behind the last whole vector are done by {@link ScalarPooling}, whose order of operations is the
 * same.
 */
final class VectorMaxPooling {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** For each place of the window that lies in the image: where its inputs are, and its number. */
  private int[] inputs = new int[0];

  private int[] places = new int[0];
  private int count;

  /** As {@link Kernels#maxPool2d}. */
  void forward(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] index,
      int indexOffset) {
    makeRoom(g);
    int channels = g.inputChannels();
    int whole = Lanes.whole(channels);
    int out = 0;
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          placeWindow(g, oy, ox, image);
          int first = count == 0 ? 0 : whole;
          if (index == null) {
            max(first, x, y, yOffset + out);
          } else {
            maxWithIndex(first, x, y, yOffset + out, index, indexOffset + out);
          }
          if (first < channels) {
            ScalarPooling.maxOfWindow(
                g, row, oy, ox, first, x, xOffset, y, yOffset + out, index, indexOffset + out);
          }
        }
      }
    }
  }

  private void makeRoom(WindowGeometry g) {
    if (inputs.length < g.windowHeight() * g.windowWidth()) {
      inputs = new int[g.windowHeight() * g.windowWidth()];
      places = new int[g.windowHeight() * g.windowWidth()];
    }
  }

  /** Puts the window at its place of an output, for outputs of a row of them from left to right. */
  private void placeWindow(WindowGeometry g, int oy, int ox, int image) {
    int left = g.left(ox);
    if (left >= g.strideWidth() && left + g.reachWidth() <= g.inputWidth()) {
      // whole, like the window before
      int step = g.strideWidth() * g.inputChannels();
      for (int i = 0; i < count; i++) {
        inputs[i] += step;
      }
    } else {
      findPlaces(g, oy, left, image);
    }
  }

  private void findPlaces(WindowGeometry g, int oy, int left, int image) {
    int top = g.top(oy);
    int endRow = g.endRow(top);
    int firstColumn = g.firstColumn(left);
    int endColumn = g.endColumn(left);
    count = 0;
    for (int ky = g.firstRow(top); ky < endRow; ky++) {
      int line = (top + ky * g.dilationHeight()) * g.inputWidth() + left;
      for (int kx = firstColumn; kx < endColumn; kx++) {
        inputs[count] = image + (line + kx * g.dilationWidth()) * g.inputChannels();
        places[count++] = ky * g.windowWidth() + kx;
      }
    }
  }

  private void max(int n, float[] x, float[] y, int yOffset) {
    for (int c = 0; c < n; c += Lanes.LENGTH) {
      FloatVector largest = FloatVector.fromArray(FLOATS, x, inputs[0] + c);
      for (int i = 1; i < count; i++) {
        largest = FloatVector.fromArray(FLOATS, x, inputs[i] + c).max(largest);
      }
      largest.intoArray(y, yOffset + c);
    }
  }

  private void maxWithIndex(
      int n, float[] x, float[] y, int yOffset, float[] index, int indexOffset) {
    for (int c = 0; c < n; c += Lanes.LENGTH) {
      FloatVector largest = FloatVector.fromArray(FLOATS, x, inputs[0] + c);
      FloatVector winner = FloatVector.broadcast(FLOATS, places[0]);
      for (int i = 1; i < count; i++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, inputs[i] + c);
        FloatVector here = FloatVector.broadcast(FLOATS, places[i]);
        winner = winner.blend(here, value.compare(GT, largest));
        largest = value.max(largest);
      }
      largest.intoArray(y, yOffset + c);
      winner.intoArray(index, indexOffset + c);
    }
  }

  /** As {@link Kernels#maxPool2dGradient}. */
  void gradient(
      WindowGeometry g,
      int rows,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    makeRoom(g);
    int channels = g.inputChannels();
    int whole = Lanes.whole(channels);
    if (!windowsTile(g) || whole < channels) {
      Arrays.fill(dx, dxOffset, dxOffset + rows * g.inputSize(), 0);
    }
    boolean apart = g.strideHeight() >= g.reachHeight() && g.strideWidth() >= g.reachWidth();
    int out = 0;
    for (int row = 0; row < rows; row++) {
      int image = dxOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          placeWindow(g, oy, ox, image);
          if (apart) {
            setWinners(whole, index, indexOffset + out, dy, dyOffset + out, dx);
          } else {
            addToWinners(whole, index, indexOffset + out, dy, dyOffset + out, dx);
          }
          if (whole < channels) {
            ScalarPooling.addToWinners(
                g, row, oy, ox, whole, index, indexOffset + out, dy, dyOffset + out, dx, dxOffset);
          }
        }
      }
    }
  }

  /** Returns whether each value of the input is in one window. */
  private static boolean windowsTile(WindowGeometry g) {
    return g.dilationHeight() == 1
        && g.dilationWidth() == 1
        && g.strideHeight() == g.windowHeight()
        && g.strideWidth() == g.windowWidth()
        && g.top(g.outputHeight()) >= g.inputHeight()
        && g.left(g.outputWidth()) >= g.inputWidth();
  }

  /** Writes the gradient of a window whose inputs are in no other one: zero beside the winners. */
  private void setWinners(
      int n, float[] index, int indexOffset, float[] dy, int dyOffset, float[] dx) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int c = 0; c < n; c += Lanes.LENGTH) {
      FloatVector winner = FloatVector.fromArray(FLOATS, index, indexOffset + c);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + c).add(zero);
      for (int i = 0; i < count; i++) {
        zero.blend(gradient, winner.compare(EQ, places[i])).intoArray(dx, inputs[i] + c);
      }
    }
  }

  private void addToWinners(
      int n, float[] index, int indexOffset, float[] dy, int dyOffset, float[] dx) {
    for (int c = 0; c < n; c += Lanes.LENGTH) {
      FloatVector winner = FloatVector.fromArray(FLOATS, index, indexOffset + c);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + c);
      for (int i = 0; i < count; i++) {
        FloatVector old = FloatVector.fromArray(FLOATS, dx, inputs[i] + c);
        old.blend(old.add(gradient), winner.compare(EQ, places[i])).intoArray(dx, inputs[i] + c);
      }
    }
  }
}
