package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * An independent engine for tests: evaluates a graph in double precision, operator by operator,
 * each written as its definition says, without kernels, plans or shared memory. Of the graph it
 * takes shapes, attributes and places of parameters, and no computation.
 */
final class ReferenceNetwork {

  /** Gives the dropout mask of an operator for a batch. */
  interface Masks {
    float[] mask(Operator operator, int rows);
  }

  private final Graph graph;
  private final boolean training;
  private final Masks masks;

  ReferenceNetwork(Graph graph, boolean training, Masks masks) {
    this.graph = graph;
    this.training = training;
    this.masks = masks;
  }

  /** Returns the logits [rows × classes] of rows [rows × input size]. */
  double[] logits(double[] parameters, double[] input, int rows) {
    List<double[]> values = new ArrayList<>();
    values.add(input);
    for (Operator operator : graph.operators().subList(1, graph.operators().size())) {
      List<double[]> inputs = operator.inputs().stream().map(values::get).toList();
      values.add(evaluate(operator, parameters, inputs, rows));
    }
    return values.get(values.size() - 1);
  }

  /** Returns Σ weight · cross-entropy over the rows. */
  double loss(double[] parameters, double[] input, int rows, int[] labels, float[] weights) {
    double[] logits = logits(parameters, input, rows);
    int classes = graph.output().shape().size();
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      double max = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < classes; c++) {
        max = Math.max(max, logits[row * classes + c]);
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[row * classes + c] - max);
      }
      loss += weights[row] * (max + Math.log(sum) - logits[row * classes + labels[row]]);
    }
    return loss;
  }

  private double[] evaluate(Operator operator, double[] p, List<double[]> inputs, int rows) {
    double[] x = inputs.isEmpty() ? null : inputs.get(0);
    int n = operator.shape().size();
    int channels = operator.shape().last();
    double[] y = new double[rows * n];
    boolean active = training && !operator.frozen();
    switch (operator.type()) {
      case INPUT -> throw new IllegalArgumentException("not evaluated");
      case FLATTEN, RESHAPE, IDENTITY -> System.arraycopy(x, 0, y, 0, y.length);
      case SCALE -> each(x, y, v -> v * ((Attributes.Scale) operator.attributes()).factor());
      case NORMALIZE -> {
        Attributes.Normalize normalize = (Attributes.Normalize) operator.attributes();
        for (int i = 0; i < y.length; i++) {
          int c = i % channels;
          double mean = normalize.mean().get(normalize.mean().size() == 1 ? 0 : c);
          double deviation = normalize.deviation().get(normalize.deviation().size() == 1 ? 0 : c);
          y[i] = (x[i] - mean) / deviation;
        }
      }
      case RELU -> each(x, y, v -> Math.max(v, 0));
      case RELU6 -> each(x, y, v -> Math.min(Math.max(v, 0), 6));
      case LEAKY_RELU -> each(x, y, v -> v > 0 ? v : v * slope(operator));
      case ELU -> each(x, y, v -> v > 0 ? v : slope(operator) * Math.expm1(v));
      case SELU ->
          each(x, y, v -> 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v)));
      case GELU_TANH ->
          each(
              x,
              y,
              v -> v * (0.5 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v)) / 2));
      case HARD_SWISH -> each(x, y, v -> v <= -3 ? 0 : v >= 3 ? v : v * (v + 3) / 6);
      case MISH -> each(x, y, v -> v * Math.tanh(Math.log1p(Math.exp(v))));
      case EXP -> each(x, y, Math::exp);
      case LOG -> each(x, y, Math::log);
      case POW -> each(x, y, v -> Math.pow(v, slope(operator)));
      case ABS -> each(x, y, Math::abs);
      case CLIP -> {
        Attributes.Clip clip = (Attributes.Clip) operator.attributes();
        each(x, y, v -> Math.min(Math.max(v, clip.min()), clip.max()));
      }
      case PRELU -> {
        Parameter slope = operator.parameter("slope");
        for (int i = 0; i < y.length; i++) {
          y[i] = x[i] > 0 ? x[i] : x[i] * p[slope.offset() + i % channels % slope.size()];
        }
      }
      case GELU -> each(x, y, v -> v * 0.5 * (1 + erf(v / Math.sqrt(2))));
      case SILU -> each(x, y, v -> v / (1 + Math.exp(-v)));
      case TANH -> each(x, y, Math::tanh);
      case SIGMOID -> each(x, y, v -> 1 / (1 + Math.exp(-v)));
      case HARD_SIGMOID -> each(x, y, v -> Math.min(Math.max(v + 3, 0), 6) / 6);
      case SOFTPLUS -> each(x, y, v -> v > 30 ? v : Math.log1p(Math.exp(v)));
      case DROPOUT -> {
        float[] mask = active ? masks.mask(operator, rows) : null;
        for (int i = 0; i < y.length; i++) {
          y[i] = active ? x[i] * mask[i] : x[i];
        }
      }
      case ADD -> {
        if (inputs.size() == 2) {
          combine(operator, inputs, y, rows, Double::sum);
          break;
        }
        for (double[] input : inputs) {
          for (int i = 0; i < y.length; i++) {
            y[i] += input[i];
          }
        }
      }
      case SUBTRACT -> combine(operator, inputs, y, rows, (left, right) -> left - right);
      case MULTIPLY -> combine(operator, inputs, y, rows, (left, right) -> left * right);
      case DIVIDE -> combine(operator, inputs, y, rows, (left, right) -> left / right);
      case MAXIMUM -> combine(operator, inputs, y, rows, Math::max);
      case MINIMUM -> combine(operator, inputs, y, rows, Math::min);
      case DENSE -> dense(operator, p, x, y);
      case CONV2D -> conv2d(operator, p, x, y, rows);
      case MAX_POOL2D, AVG_POOL2D -> pool2d(operator, x, y, rows);
      case GLOBAL_AVG_POOL2D -> {
        int positions = operator.inputShape().size() / channels;
        for (int i = 0; i < x.length; i++) {
          y[i / (positions * channels) * channels + i % channels] += x[i] / positions;
        }
      }
      case GLOBAL_MAX_POOL2D -> {
        java.util.Arrays.fill(y, Double.NEGATIVE_INFINITY);
        int positions = operator.inputShape().size() / channels;
        for (int i = 0; i < x.length; i++) {
          int to = i / (positions * channels) * channels + i % channels;
          y[to] = Math.max(y[to], x[i]);
        }
      }
      case PERMUTE -> permute(operator, x, y, rows);
      case PAD -> pad(operator, x, y, rows);
      case INPUT_PART -> {
        int offset = ((Attributes.InputPart) operator.attributes()).offset();
        for (int row = 0; row < rows; row++) {
          System.arraycopy(x, row * operator.inputShape().size() + offset, y, row * n, n);
        }
      }
      case LEARNED -> {
        for (int i = 0; i < y.length; i++) {
          y[i] = p[operator.parameter("value").offset() + i % n];
        }
      }
      case MEAN, SUM, MAX, L2 -> reduce(operator, x, y, rows);
      case GROUP_NORM -> groupNorm(operator, p, x, y);
      case LOCAL_RESPONSE_NORM -> {
        Attributes.LocalResponse a = (Attributes.LocalResponse) operator.attributes();
        for (int i = 0; i < y.length; i++) {
          double sum = 0;
          for (int j = Math.max(i % channels - a.size() / 2, 0);
              j < channels && j <= i % channels + a.size() / 2;
              j++) {
            sum += x[i - i % channels + j] * x[i - i % channels + j];
          }
          y[i] = x[i] * Math.pow(a.k() + a.alpha() / a.size() * sum, -a.beta());
        }
      }
      case SLICE -> slice(operator, x, y, rows);
      case CONCAT -> concat(operator, inputs, y, rows);
      case ATTENTION, MASKED_ATTENTION -> attention(operator, inputs, y, rows);
      case MASKED_MEAN -> maskedMean(operator, inputs, y, rows);
      case PADDING_MASK -> {
        int padding = ((Attributes.PaddingMask) operator.attributes()).paddingIndex();
        each(x, y, v -> v == padding ? 0 : 1);
      }
      case EMBEDDING -> {
        for (int i = 0; i < y.length; i++) {
          int token = (int) x[i / channels];
          y[i] = p[operator.parameter("kernel").offset() + token * channels + i % channels];
        }
      }
      case LSTM, GRU, RNN -> recurrent(operator, p, x, y, rows);
      case SOFTMAX -> softmax(operator, x, y);
      case MATMUL -> matmul(operator, inputs, y, rows);
      case BATCH_NORM -> batchNorm(operator, p, x, y, active);
      case LAYER_NORM -> layerNorm(operator, p, x, y);
    }
    return y;
  }

  /** Each value of the result by its indices; an axis of length 1, or none, has index 0. */
  private static void combine(
      Operator operator,
      List<double[]> inputs,
      double[] y,
      int rows,
      java.util.function.DoubleBinaryOperator f) {
    int n = operator.shape().size();
    for (int i = 0; i < rows * n; i++) {
      double[] operands = new double[2];
      for (int input = 0; input < 2; input++) {
        io.github.secateur.graph.Shape shape = operator.inputShapes().get(input);
        int rest = i % n;
        int place = 0;
        int stride = 1;
        for (int back = 1; back <= operator.shape().rank(); back++) {
          int length = operator.shape().dimension(operator.shape().rank() - back);
          int index = rest % length;
          rest /= length;
          if (back <= shape.rank()) {
            int own = shape.dimension(shape.rank() - back);
            place += own == 1 ? 0 : index * stride;
            stride *= own;
          }
        }
        operands[input] = inputs.get(input)[i / n * shape.size() + place];
      }
      y[i] = f.applyAsDouble(operands[0], operands[1]);
    }
  }

  private interface Function {
    double of(double x);
  }

  private static void each(double[] x, double[] y, Function f) {
    for (int i = 0; i < y.length; i++) {
      y[i] = f.of(x[i]);
    }
  }

  private static double slope(Operator operator) {
    return ((Attributes.Slope) operator.attributes()).slope();
  }

  /** erf by its Taylor series, or the continued fraction of erfc for large arguments. */
  private static double erf(double x) {
    if (Math.abs(x) > 3) {
      double fraction = 0;
      double a = Math.abs(x);
      for (int k = 60; k >= 1; k--) {
        fraction = k / 2.0 / (a + fraction);
      }
      return Math.signum(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
    }
    double term = x;
    double sum = x;
    for (int k = 1; k < 100; k++) {
      term *= -x * x / k;
      sum += term / (2 * k + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }

  private static void dense(Operator operator, double[] p, double[] x, double[] y) {
    int in = operator.inputShape().last();
    int out = operator.shape().last();
    Parameter kernel = operator.parameter("kernel");
    Parameter bias = operator.parameter("bias");
    for (int row = 0; row < y.length / out; row++) {
      for (int j = 0; j < out; j++) {
        double sum = bias == null ? 0 : p[bias.offset() + j];
        for (int i = 0; i < in; i++) {
          sum += x[row * in + i] * p[kernel.offset() + i * out + j];
        }
        y[row * out + j] = sum;
      }
    }
  }

  /**
   * Returns where the first window along an axis of an image begins, as a number of zeros before
   * it, and checks the number of windows. Written without the class that the real engine uses.
   *
   * <p>With "same" padding there is a window for every stride-th position, and zeros where it
   * leaves the image, half of them before it, rounded down; otherwise windows stay inside the pads.
   */
  private static int zerosBefore(Window window, boolean vertical, int in, int windows) {
    int stride = vertical ? window.strideHeight() : window.strideWidth();
    int dilation = vertical ? window.dilationHeight() : window.dilationWidth();
    int reach = 1 + dilation * ((vertical ? window.height() : window.width()) - 1);
    boolean same = window.padding().equals(Padding.SAME);
    int before = 0;
    int after = 0;
    if (window.padding().written() instanceof List<?> pads) { // top, left, bottom, right
      before = (Integer) pads.get(vertical ? 0 : 1);
      after = (Integer) pads.get(vertical ? 2 : 3);
    }
    int starts = 0;
    for (int start = -before; same ? start < in : start + reach <= in + after; start += stride) {
      starts++;
    }
    int next = starts * stride - before;
    if (window.ceilMode() && !same && next - stride + reach < in + after && next < in) {
      starts++;
    }
    if (starts != windows) {
      throw new AssertionError("expected " + starts + " windows, found " + windows);
    }
    int end = (starts - 1) * stride + reach; // where the last one ends, were there no zeros before
    return same && end > in ? (end - in) / 2 : before;
  }

  private static void conv2d(Operator operator, double[] p, double[] x, double[] y, int rows) {
    Attributes.Conv2d a = (Attributes.Conv2d) operator.attributes();
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    int h = in.dimension(0);
    int w = in.dimension(1);
    int c = in.dimension(2);
    Window window = a.window();
    int top = zerosBefore(window, true, h, out.dimension(0));
    int left = zerosBefore(window, false, w, out.dimension(1));
    int groupIn = c / a.groups();
    int groupOut = a.filters() / a.groups();
    Parameter kernel = operator.parameter("kernel");
    Parameter bias = operator.parameter("bias");
    int place = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < out.dimension(0); oy++) {
        for (int ox = 0; ox < out.dimension(1); ox++) {
          for (int f = 0; f < a.filters(); f++) {
            double sum = bias == null ? 0 : p[bias.offset() + f];
            for (int ky = 0; ky < window.height(); ky++) {
              for (int kx = 0; kx < window.width(); kx++) {
                int iy = oy * window.strideHeight() + ky * window.dilationHeight() - top;
                int ix = ox * window.strideWidth() + kx * window.dilationWidth() - left;
                if (iy < 0 || iy >= h || ix < 0 || ix >= w) {
                  continue;
                }
                for (int g = 0; g < groupIn; g++) {
                  int channel = f / groupOut * groupIn + g;
                  double weight =
                      p[
                          kernel.offset()
                              + ((ky * window.width() + kx) * groupIn + g) * a.filters()
                              + f];
                  sum += weight * x[((row * h + iy) * w + ix) * c + channel];
                }
              }
            }
            y[place++] = sum;
          }
        }
      }
    }
  }

  private static void pool2d(Operator operator, double[] x, double[] y, int rows) {
    Attributes.Pool2d a = (Attributes.Pool2d) operator.attributes();
    boolean max = operator.type() == io.github.secateur.graph.OperatorType.MAX_POOL2D;
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    int h = in.dimension(0);
    int w = in.dimension(1);
    int c = in.dimension(2);
    Window window = a.window();
    int top = zerosBefore(window, true, h, out.dimension(0));
    int left = zerosBefore(window, false, w, out.dimension(1));
    List<?> pads = window.padding().written() instanceof List<?> found ? found : null;
    int below = pads == null ? 0 : (Integer) pads.get(2);
    int right = pads == null ? 0 : (Integer) pads.get(3);
    int place = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < out.dimension(0); oy++) {
        for (int ox = 0; ox < out.dimension(1); ox++) {
          for (int channel = 0; channel < c; channel++) {
            double best = Double.NEGATIVE_INFINITY;
            double sum = 0;
            int count = 0;
            for (int ky = 0; ky < window.height(); ky++) {
              for (int kx = 0; kx < window.width(); kx++) {
                int iy = oy * window.strideHeight() + ky * window.dilationHeight() - top;
                int ix = ox * window.strideWidth() + kx * window.dilationWidth() - left;
                if (iy >= 0 && iy < h && ix >= 0 && ix < w) {
                  double value = x[((row * h + iy) * w + ix) * c + channel];
                  best = Math.max(best, value);
                  sum += value;
                  count++;
                } else if (a.countIncludePad() && iy < h + below && ix < w + right) {
                  count++;
                }
              }
            }
            y[place++] = max ? best : sum / count;
          }
        }
      }
    }
  }

  private static void permute(Operator operator, double[] x, double[] y, int rows) {
    List<Integer> order = ((Attributes.Permute) operator.attributes()).order();
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    int n = in.size();
    for (int i = 0; i < n; i++) {
      int[] position = position(i, in);
      int[] moved = new int[position.length];
      for (int axis = 0; axis < moved.length; axis++) {
        moved[axis] = position[order.get(axis)];
      }
      for (int row = 0; row < rows; row++) {
        y[row * n + index(moved, out)] = x[row * n + i];
      }
    }
  }

  private static void pad(Operator operator, double[] x, double[] y, int rows) {
    Attributes.Pad a = (Attributes.Pad) operator.attributes();
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    for (int i = 0; i < in.size(); i++) {
      int[] position = position(i, in);
      for (int axis = 0; axis < position.length; axis++) {
        position[axis] += a.before().get(axis);
      }
      for (int row = 0; row < rows; row++) {
        y[row * out.size() + index(position, out)] = x[row * in.size() + i];
      }
    }
  }

  /** Each value goes where its indices, without those of the axes that go, say. */
  private static void reduce(Operator operator, double[] x, double[] y, int rows) {
    List<Integer> axes = ((Attributes.Reduce) operator.attributes()).axes();
    Shape in = operator.inputShape();
    int n = operator.shape().size();
    if (operator.type() == io.github.secateur.graph.OperatorType.MAX) {
      java.util.Arrays.fill(y, Double.NEGATIVE_INFINITY);
    }
    for (int i = 0; i < x.length; i++) {
      int[] position = position(i % in.size(), in);
      int place = 0;
      for (int axis = 0; axis < in.rank(); axis++) {
        place = axes.contains(axis) ? place : place * in.dimension(axis) + position[axis];
      }
      place += i / in.size() * n;
      switch (operator.type()) {
        case MEAN -> y[place] += x[i] / (in.size() / n);
        case SUM -> y[place] += x[i];
        case MAX -> y[place] = Math.max(y[place], x[i]);
        default -> y[place] += x[i] * x[i];
      }
    }
    if (operator.type() == io.github.secateur.graph.OperatorType.L2) {
      each(y, y, Math::sqrt);
    }
  }

  private static void groupNorm(Operator operator, double[] p, double[] x, double[] y) {
    Attributes.GroupNorm a = (Attributes.GroupNorm) operator.attributes();
    int channels = operator.shape().last();
    int n = operator.shape().size();
    int inGroup = n / a.groups();
    for (int from = 0; from < x.length; from += n) {
      double[] mean = new double[a.groups()];
      double[] variance = new double[a.groups()];
      for (int i = 0; i < n; i++) {
        mean[i % channels / (channels / a.groups())] += x[from + i] / inGroup;
      }
      for (int i = 0; i < n; i++) {
        int group = i % channels / (channels / a.groups());
        variance[group] += (x[from + i] - mean[group]) * (x[from + i] - mean[group]) / inGroup;
      }
      for (int i = 0; i < n; i++) {
        int group = i % channels / (channels / a.groups());
        y[from + i] =
            p[operator.parameter("gain").offset() + i % channels]
                    * (x[from + i] - mean[group])
                    / Math.sqrt(variance[group] + a.epsilon())
                + p[operator.parameter("bias").offset() + i % channels];
      }
    }
  }

  /** Written without the class that the real engine uses: takes indices one by one. */
  private static void slice(Operator operator, double[] x, double[] y, int rows) {
    Attributes.Slice a = (Attributes.Slice) operator.attributes();
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    int length = in.dimension(a.axis());
    List<Integer> taken = new ArrayList<>();
    long start = a.start() < 0 ? (long) a.start() + length : a.start();
    long end = a.end() < 0 ? Math.max((long) a.end() + length, -1) : a.end();
    start = a.step() < 0 ? Math.min(start, length - 1) : Math.max(start, 0);
    for (long i = start; a.step() > 0 ? i < Math.min(end, length) : i > end && i >= 0; ) {
      taken.add((int) i);
      i += a.step();
    }
    for (int i = 0; i < out.size(); i++) {
      int[] position = position(i, out);
      position[a.axis()] = taken.get(position[a.axis()]);
      for (int row = 0; row < rows; row++) {
        y[row * out.size() + i] = x[row * in.size() + index(position, in)];
      }
    }
  }

  private static void concat(Operator operator, List<double[]> inputs, double[] y, int rows) {
    int axis = ((Attributes.Concat) operator.attributes()).axis();
    Shape out = operator.shape();
    int shift = 0;
    for (int k = 0; k < inputs.size(); k++) {
      Shape in = operator.inputShapes().get(k);
      for (int i = 0; i < in.size(); i++) {
        int[] position = position(i, in);
        position[axis] += shift;
        for (int row = 0; row < rows; row++) {
          y[row * out.size() + index(position, out)] = inputs.get(k)[row * in.size() + i];
        }
      }
      shift += in.dimension(axis);
    }
  }

  private static void attention(Operator operator, List<double[]> inputs, double[] y, int rows) {
    int heads = ((Attributes.Attention) operator.attributes()).heads();
    int tokens = operator.shape().dimension(0);
    int width = operator.shape().last();
    int d = width / heads;
    double[] x = inputs.get(0);
    for (int row = 0; row < rows; row++) {
      for (int token = 0; token < tokens; token++) {
        for (int head = 0; head < heads; head++) {
          double[] weights = new double[tokens];
          double sum = 0;
          for (int other = 0; other < tokens; other++) {
            double score = 0;
            for (int i = head * d; i < (head + 1) * d; i++) {
              score +=
                  x[(row * tokens + token) * 3 * width + i]
                      * x[(row * tokens + other) * 3 * width + width + i];
            }
            boolean read = inputs.size() == 1 || inputs.get(1)[row * tokens + other] != 0;
            weights[other] = read ? Math.exp(score / Math.sqrt(d)) : 0;
            sum += weights[other];
          }
          for (int other = 0; other < tokens; other++) {
            for (int i = head * d; i < (head + 1) * d; i++) {
              y[(row * tokens + token) * width + i] +=
                  (sum == 0 ? 0 : weights[other] / sum)
                      * x[(row * tokens + other) * 3 * width + 2 * width + i];
            }
          }
        }
      }
    }
  }

  private static void maskedMean(Operator operator, List<double[]> inputs, double[] y, int rows) {
    int tokens = operator.inputShape().dimension(0);
    int width = operator.shape().last();
    for (int row = 0; row < rows; row++) {
      int count = 0;
      for (int token = 0; token < tokens; token++) {
        count += inputs.get(1)[row * tokens + token] != 0 ? 1 : 0;
      }
      for (int i = 0; i < tokens * width; i++) {
        if (inputs.get(1)[row * tokens + i / width] != 0) {
          y[row * width + i % width] += inputs.get(0)[row * tokens * width + i] / count;
        }
      }
    }
  }

  /** The equations of PyTorch's LSTM, GRU and RNN, unit by unit. */
  private static void recurrent(Operator operator, double[] p, double[] x, double[] y, int rows) {
    Attributes.Recurrent a = (Attributes.Recurrent) operator.attributes();
    int steps = operator.inputShape().dimension(0);
    int in = operator.inputShape().last();
    int units = a.units();
    int width = operator.parameter("bias").size();
    for (int row = 0; row < rows; row++) {
      double[] h = new double[units];
      double[] c = new double[units];
      for (int step = 0; step < steps; step++) {
        int time = a.reverse() ? steps - 1 - step : step;
        double[] ofInput = new double[width];
        double[] ofOutput = new double[width];
        for (int j = 0; j < width; j++) {
          ofInput[j] = p[operator.parameter("bias").offset() + j];
          ofOutput[j] = p[operator.parameter("recurrentBias").offset() + j];
          for (int i = 0; i < in; i++) {
            ofInput[j] +=
                x[(row * steps + time) * in + i]
                    * p[operator.parameter("kernel").offset() + i * width + j];
          }
          for (int i = 0; i < units; i++) {
            ofOutput[j] += h[i] * p[operator.parameter("recurrentKernel").offset() + i * width + j];
          }
        }
        double[] next = new double[units];
        for (int u = 0; u < units; u++) {
          switch (operator.type()) {
            case LSTM -> {
              double i = sigmoid(ofInput[u] + ofOutput[u]);
              double f = sigmoid(ofInput[units + u] + ofOutput[units + u]);
              double g = Math.tanh(ofInput[2 * units + u] + ofOutput[2 * units + u]);
              double o = sigmoid(ofInput[3 * units + u] + ofOutput[3 * units + u]);
              c[u] = f * c[u] + i * g;
              next[u] = o * Math.tanh(c[u]);
            }
            case GRU -> {
              double r = sigmoid(ofInput[u] + ofOutput[u]);
              double z = sigmoid(ofInput[units + u] + ofOutput[units + u]);
              double n = Math.tanh(ofInput[2 * units + u] + r * ofOutput[2 * units + u]);
              next[u] = (1 - z) * n + z * h[u];
            }
            default -> next[u] = Math.tanh(ofInput[u] + ofOutput[u]);
          }
        }
        h = next;
        if (a.allOutputs()) {
          System.arraycopy(h, 0, y, (row * steps + time) * units, units);
        }
      }
      if (!a.allOutputs()) {
        System.arraycopy(h, 0, y, row * units, units);
      }
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static void softmax(Operator operator, double[] x, double[] y) {
    Shape shape = operator.shape();
    int axis = ((Attributes.Softmax) operator.attributes()).axis();
    int along = axis < 0 ? shape.rank() - 1 : axis;
    int length = shape.dimension(along);
    int stride = 1;
    for (int i = along + 1; i < shape.rank(); i++) {
      stride *= shape.dimension(i);
    }
    for (int i = 0; i < x.length; i++) {
      int first = i - i / stride % length * stride;
      double sum = 0;
      for (int j = 0; j < length; j++) {
        sum += Math.exp(x[first + j * stride] - x[i]);
      }
      y[i] = 1 / sum;
    }
  }

  /** Each value of the result by its indices. */
  private static void matmul(Operator operator, List<double[]> inputs, double[] y, int rows) {
    Attributes.Matmul a = (Attributes.Matmul) operator.attributes();
    Shape out = operator.shape();
    int rank = out.rank();
    Shape first = operator.inputShapes().get(0);
    int inner = first.dimension(first.rank() - (a.transposeFirst() ? 2 : 1));
    for (int i = 0; i < y.length; i++) {
      int row = i / out.size();
      int[] place = position(i % out.size(), out);
      for (int p = 0; p < inner; p++) {
        double product = 1;
        for (int operand = 0; operand < 2; operand++) {
          Shape shape = operator.inputShapes().get(operand);
          int[] own = new int[shape.rank()];
          for (int back = 3; back <= shape.rank(); back++) {
            int length = shape.dimension(shape.rank() - back);
            own[shape.rank() - back] = length == 1 ? 0 : place[rank - back];
          }
          boolean transposed = operand == 0 ? a.transposeFirst() : a.transposeSecond();
          int[] matrix =
              operand == 0 ? new int[] {place[rank - 2], p} : new int[] {p, place[rank - 1]};
          own[shape.rank() - 2] = matrix[transposed ? 1 : 0];
          own[shape.rank() - 1] = matrix[transposed ? 0 : 1];
          product *= inputs.get(operand)[row * shape.size() + index(own, shape)];
        }
        y[i] += product;
      }
    }
  }

  private static void batchNorm(
      Operator operator, double[] p, double[] x, double[] y, boolean active) {
    int channels = operator.shape().last();
    double epsilon = ((Attributes.BatchNorm) operator.attributes()).epsilon();
    for (int c = 0; c < channels; c++) {
      double mean = p[operator.parameter("mean").offset() + c];
      double variance = p[operator.parameter("variance").offset() + c];
      int count = x.length / channels;
      if (active) {
        mean = 0;
        variance = 0;
        for (int i = c; i < x.length; i += channels) {
          mean += x[i] / count;
        }
        for (int i = c; i < x.length; i += channels) {
          variance += (x[i] - mean) * (x[i] - mean) / count;
        }
      }
      for (int i = c; i < x.length; i += channels) {
        y[i] =
            p[operator.parameter("gain").offset() + c]
                    * (x[i] - mean)
                    / Math.sqrt(variance + epsilon)
                + p[operator.parameter("bias").offset() + c];
      }
    }
  }

  private static void layerNorm(Operator operator, double[] p, double[] x, double[] y) {
    int n = operator.shape().last();
    double epsilon = ((Attributes.LayerNorm) operator.attributes()).epsilon();
    for (int from = 0; from < x.length; from += n) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < n; i++) {
        mean += x[from + i] / n;
      }
      for (int i = 0; i < n; i++) {
        variance += (x[from + i] - mean) * (x[from + i] - mean) / n;
      }
      for (int i = 0; i < n; i++) {
        y[from + i] =
            p[operator.parameter("gain").offset() + i]
                    * (x[from + i] - mean)
                    / Math.sqrt(variance + epsilon)
                + p[operator.parameter("bias").offset() + i];
      }
    }
  }

  private static int[] position(int index, Shape shape) {
    int[] position = new int[shape.rank()];
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      position[axis] = index % shape.dimension(axis);
      index /= shape.dimension(axis);
    }
    return position;
  }

  private static int index(int[] position, Shape shape) {
    int index = 0;
    for (int axis = 0; axis < position.length; axis++) {
      index = index * shape.dimension(axis) + position[axis];
    }
    return index;
  }
}
