package io.github.secateur.exchange.writing;

import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;

/** How weights stand in a file: in another order and shape than ours for some operators. */
final class Kernels {
  private static final int[] LSTM = {0, 3, 1, 2}; // ONNX has iofc, we have ifgo
  private static final int[] GRU = {1, 0, 2}; // ONNX has zrh, we have rzn
  private static final int[] RNN = {0};

  private Kernels() {}

  /** Returns the shape of weights in a file. */
  static int[] dimensions(Operator operator, Parameter parameter) {
    Shape shape = parameter.shape();
    return switch (operator.type()) {
      case CONV2D -> {
        yield shape.rank() == 4
            ? new int[] {
              shape.dimension(3), shape.dimension(2), shape.dimension(0), shape.dimension(1)
            }
            : shape.toArray();
      }
      case LSTM, GRU, RNN -> {
        yield shape.rank() == 2
            ? new int[] {1, shape.dimension(1), shape.dimension(0)}
            : new int[] {1, shape.size()};
      }
      default -> shape.toArray();
    };
  }

  /** Returns for each value in our order its place in the file. */
  static int[] places(Operator operator, Parameter parameter) {
    Shape shape = parameter.shape();
    return switch (operator.type()) {
      case CONV2D -> shape.rank() == 4 ? convolution(shape) : same(shape.size());
      case LSTM -> recurrent(shape, LSTM);
      case GRU -> recurrent(shape, GRU);
      case RNN -> recurrent(shape, RNN);
      default -> same(shape.size());
    };
  }

  private static int[] same(int size) {
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = i;
    }
    return places;
  }

  /**
   * Ours is height × width × channels × filters, the file's filters × channels × height × width.
   */
  private static int[] convolution(Shape shape) {
    int[] places = new int[shape.size()];
    int pixels = shape.dimension(0) * shape.dimension(1);
    int channels = shape.dimension(2);
    int filters = shape.dimension(3);
    for (int i = 0; i < places.length; i++) {
      int filter = i % filters;
      int channel = i / filters % channels;
      places[i] = (filter * channels + channel) * pixels + i / filters / channels;
    }
    return places;
  }

  /** Ours is inputs × gates·units, the file's gates·units × inputs, the gates in another order. */
  private static int[] recurrent(Shape shape, int[] order) {
    int inputs = shape.rank() == 2 ? shape.dimension(0) : 1;
    int columns = shape.last();
    int units = columns / order.length;
    int[] places = new int[shape.size()];
    for (int i = 0; i < places.length; i++) {
      int ours = i % columns / units;
      int gate = 0;
      while (order[gate] != ours) {
        gate++;
      }
      places[i] = (gate * units + i % units) * inputs + i / columns;
    }
    return places;
  }
}
