package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Window;
import io.github.secateur.nn.OperatorLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Convolutions and pools. A sequence [batch × channels × length] is an image of height 1, and a
 * convolution of an image of one pixel is a dense layer.
 */
final class WindowOperators {
  private WindowOperators() {}

  static void register() {
    Operators.one("Conv", WindowOperators::convolution);
    Operators.one("MaxPool", call -> pool(call, OperatorType.MAX_POOL2D));
    Operators.one("AveragePool", call -> pool(call, OperatorType.AVG_POOL2D));
    Operators.one("GlobalAveragePool", WindowOperators::globalAverage);
    Operators.one("GlobalMaxPool", WindowOperators::globalMaximum);
    Operators.one("ReduceMean", call -> reduced(call, OperatorType.GLOBAL_AVG_POOL2D));
    Operators.one("ReduceMax", call -> reduced(call, OperatorType.GLOBAL_MAX_POOL2D));
  }

  /** Returns a convolution with a window of one pixel. */
  static OperatorLayer pointConvolution(int filters, boolean bias) {
    return new OperatorLayer(
        OperatorType.CONV2D, new Attributes.Conv2d(filters, 1, 1, 1, Padding.VALID, 1, bias));
  }

  /** A window, with the numbers for height and width. */
  private record Geometry(
      int[] size, int[] strides, int[] dilations, int[] before, int[] after, boolean rounds) {

    static Geometry of(Call call, Flow flow, int[] size) {
      int axes = flow.rank() - 2;
      int[] kernel = size == null ? call.node().integers("kernel_shape") : size;
      if (kernel == null || kernel.length != axes || axes < 1 || axes > 2) {
        throw new Unreadable(
            "a window over 1 or 2 axes behind the channels, found %s over %d axes",
            Arrays.toString(kernel), axes);
      }
      int[] strides = orOnes(call.node().integers("strides"), axes);
      int[] dilations = orOnes(call.node().integers("dilations"), axes);
      int[] pads = call.node().integers("pads");
      int[] before = new int[axes];
      int[] after = new int[axes];
      String auto = call.node().text("auto_pad", "NOTSET");
      for (int axis = 0; axis < axes; axis++) {
        if (strides[axis] < 1 || dilations[axis] < 1 || kernel[axis] < 1) {
          throw new Unreadable("sizes, strides and dilations of at least 1");
        }
        if (auto.startsWith("SAME")) {
          int length = flow.length(axis + 2);
          int reach = (kernel[axis] - 1) * dilations[axis] + 1;
          int outputs = (length + strides[axis] - 1) / strides[axis];
          int total = Math.max(0, (outputs - 1) * strides[axis] + reach - length);
          before[axis] = auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
          after[axis] = total - before[axis];
        } else if (pads != null) {
          before[axis] = pads[axis];
          after[axis] = pads[axes + axis];
        }
        if (before[axis] < 0 || after[axis] < 0) {
          throw new Unreadable("pads of at least 0, found %s", Arrays.toString(pads));
        }
      }
      boolean rounds = call.node().integer("ceil_mode", 0) == 1;
      return new Geometry(
          two(kernel, 1),
          two(strides, strides[0]),
          two(dilations, 1),
          two(before, 0),
          two(after, 0),
          rounds);
    }

    private static int[] orOnes(int[] values, int axes) {
      int[] result = values == null ? new int[axes] : values;
      if (values == null) {
        Arrays.fill(result, 1);
      }
      return result;
    }

    /** Returns numbers for height and width; a sequence has another one for the height. */
    private static int[] two(int[] values, int height) {
      return values.length == 2 ? values : new int[] {height, values[0]};
    }

    boolean isPadded() {
      return Arrays.stream(before).anyMatch(i -> i > 0)
          || Arrays.stream(after).anyMatch(i -> i > 0);
    }

    Window window() {
      Padding padding = Padding.of(before[0], before[1], after[0], after[1]);
      return new Window(
          size[0], size[1], strides[0], strides[1], dilations[0], dilations[1], padding, rounds);
    }
  }

  /** Returns height, width and channels of an image, [batch × channels × height × width]. */
  private static List<List<Atom>> image(Flow flow) {
    if (flow.batchAxis() != 0 || flow.axes().get(0).size() != 1) {
      throw new Unreadable("an image in each row of the batch");
    }
    List<Atom> height = flow.rank() == 3 ? List.of() : flow.axis(2);
    return List.of(height, flow.axis(flow.rank() - 1), flow.axis(1));
  }

  private static Flow convolution(Call call) {
    Flow flow = call.flow(0);
    Tensor kernel = call.tensor(1);
    int[] shape = kernel.dimensions();
    if (shape.length != flow.rank() || shape.length < 3) {
      throw new Unreadable("a kernel of %d axes, found %d", flow.rank(), shape.length);
    }
    Geometry window = Geometry.of(call, flow, Arrays.copyOfRange(shape, 2, shape.length));
    int groups = (int) call.node().integer("group", 1);
    Tensor bias = call.optional(2);
    int filters = shape[0];
    if (groups < 1 || shape[1] * (long) groups != flow.length(1) || filters % groups != 0) {
      throw new Unreadable(
          "a kernel of %d / %d channels, found %d", flow.length(1), groups, shape[1]);
    }
    List<List<Atom>> image = image(flow);
    boolean pixel = image.get(0).isEmpty() && image.get(1).isEmpty() && groups == 1;
    if (pixel && window.size()[0] == 1 && window.size()[1] == 1 && !window.isPadded()) {
      Flow out =
          ProductOperators.product(
              call,
              flow.withAxes(List.of(flow.axes().get(0), flow.axes().get(1))),
              ConstantFolding.transpose(kernel.reshaped(filters, shape[1]), null).toFloats(),
              Tensor.of(new int[] {shape[1], filters}, new long[shape[1] * filters]),
              bias == null ? null : bias.toFloats());
      List<List<Atom>> axes = new ArrayList<>(out.axes());
      for (int axis = 2; axis < flow.rank(); axis++) {
        axes.add(List.of());
      }
      return out.withAxes(axes);
    }
    String input = call.layers().arrange(flow, image, call.name());
    Attributes.Conv2d attributes =
        new Attributes.Conv2d(filters, window.window(), groups, bias != null);
    call.layers().add(call.name(), input, OperatorType.CONV2D, attributes);
    call.layers().weights(call.name(), "kernel", kernel(kernel));
    if (bias != null) {
      call.layers().weights(call.name(), "bias", bias.toFloats());
    }
    return output(call, flow, Atom.axis(filters));
  }

  /** Returns [filters × channels × height × width] as [height × width × channels × filters]. */
  private static float[] kernel(Tensor kernel) {
    int[] order = kernel.rank() == 3 ? new int[] {2, 1, 0} : new int[] {2, 3, 1, 0};
    return ConstantFolding.transpose(kernel, order).toFloats();
  }

  /** Returns the image that the layer just added makes, with these channels. */
  private static Flow output(Call call, Flow flow, List<Atom> channels) {
    List<Atom> height = Atom.axis(call.layers().shape().dimension(0));
    List<Atom> width = Atom.axis(call.layers().shape().dimension(1));
    List<List<Atom>> axes = new ArrayList<>(List.of(flow.axes().get(0), channels));
    if (flow.rank() == 4) {
      axes.add(height);
    }
    axes.add(width);
    return new Flow(
        axes, call.name(), call.layers().shape(), Atom.join(List.of(height, width, channels)));
  }

  private static Flow pool(Call call, OperatorType type) {
    Flow flow = call.flow(0);
    Geometry window = Geometry.of(call, flow, null);
    List<List<Atom>> image = image(flow);
    boolean mean = type == OperatorType.AVG_POOL2D;
    if (call.used().size() > 1 && call.used().get(1)) {
      throw new Unreadable("the places of maxima");
    }
    if (mean
        && !window.isPadded()
        && window.size()[0] == Math.max(1, Atom.product(image.get(0)))
        && window.size()[1] == Atom.product(image.get(1))) {
      return globalAverage(call);
    }
    String input = call.layers().arrange(flow, image, call.name());
    boolean counts = mean && call.node().integer("count_include_pad", 0) == 1;
    Attributes.Pool2d attributes = new Attributes.Pool2d(window.window(), counts);
    call.layers().add(call.name(), input, type, attributes);
    return output(call, flow, flow.axes().get(1));
  }

  private static Flow globalAverage(Call call) {
    return global(call, OperatorType.GLOBAL_AVG_POOL2D);
  }

  private static Flow globalMaximum(Call call) {
    return global(call, OperatorType.GLOBAL_MAX_POOL2D);
  }

  private static Flow global(Call call, OperatorType type) {
    Flow flow = call.flow(0);
    List<Integer> axes = new ArrayList<>();
    for (int axis = 2; axis < flow.rank(); axis++) {
      axes.add(axis);
    }
    return reduced(call, type, axes, true);
  }

  private static Flow reduced(Call call, OperatorType type) {
    Flow flow = call.flow(0);
    int[] given = call.axes(1);
    if (given == null && call.node().integer("noop_with_empty_axes", 0) == 1) {
      return flow;
    }
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (given == null) {
        axes.add(axis);
      }
    }
    for (int axis : given == null ? new int[0] : given) {
      axes.add(flow.axisOf(axis));
    }
    return reduced(call, type, axes, call.node().integer("keepdims", 1) == 1);
  }

  /** Adds a mean or maximum over axes, as of an image whose channels are all other values. */
  private static Flow reduced(Call call, OperatorType type, List<Integer> reduced, boolean keeps) {
    Flow flow = call.flow(0);
    List<Atom> gone = new ArrayList<>();
    List<List<Atom>> axes = new ArrayList<>();
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (!reduced.contains(axis)) {
        axes.add(flow.axes().get(axis));
        continue;
      }
      if (flow.axes().get(axis).contains(Atom.BATCH)) {
        throw new Unreadable("rows of the batch stay apart");
      }
      gone.addAll(flow.axis(axis));
      if (keeps) {
        axes.add(List.of());
      }
    }
    if (gone.isEmpty()) {
      return flow.withAxes(axes);
    }
    List<Atom> kept = flow.others(gone);
    List<Atom> first = flow.inNetworkOrder(gone);
    List<Atom> height = first.size() == 1 ? first : first.subList(0, first.size() - 1);
    List<Atom> width =
        first.size() == 1 ? List.of() : first.subList(first.size() - 1, first.size());
    String input = call.layers().arrange(flow, List.of(height, width, kept), call.name());
    call.layers().add(call.name(), input, type, new Attributes.None());
    return new Flow(axes, call.name(), call.layers().shape(), kept);
  }
}
