package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
import io.github.secateur.exchange.onnx.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Computes operators whose inputs are all constants: shapes, indices, and weights that stand behind
 * a transposition or another view. Broadcasting and rounding are ONNX'.
 */
final class ConstantFolding {
  /** The number of values that a result may have, unless the file holds more. */
  static final int MAX_SIZE = 1 << 20;

  /** An operator on tensors. Inputs that are left out are null. */
  private interface Fold {
    List<Tensor> apply(Node node, List<Tensor> inputs);
  }

  /** An operator of one result. */
  private interface One {
    Tensor apply(Node node, List<Tensor> inputs);
  }

  private final Map<String, Fold> folds = new HashMap<>();
  private final int opset;
  private final long maxSize;
  private long budget;

  /**
   * @param opset the version of the file's operators
   * @param held the number of values that the file holds
   */
  ConstantFolding(int opset, long held) {
    this.opset = opset;
    this.maxSize = Math.max(MAX_SIZE, held);
    this.budget = 16 * maxSize;
    views();
    arithmetic();
    comparisons();
    reductions();
    makers();
  }

  boolean knows(String type) {
    return folds.containsKey(type);
  }

  /** Returns the results of an operator. */
  List<Tensor> apply(Node node, List<Tensor> inputs) {
    return folds.get(node.type()).apply(node, inputs);
  }

  private void one(String type, One fold) {
    folds.put(type, (node, inputs) -> List.of(fold.apply(node, inputs)));
  }

  // ---- views
  // ---------------------------------------------------------------------------------------------------

  private void views() {
    one("Identity", (node, in) -> need(in, 0));
    one("Cast", (node, in) -> cast(need(in, 0), node.integer("to", 1)));
    one("Reshape", (node, in) -> reshape(node, need(in, 0), need(in, 1)));
    one("Flatten", (node, in) -> flatten(node, need(in, 0)));
    one("Unsqueeze", (node, in) -> unsqueeze(need(in, 0), axes(node, in, 1)));
    one("Squeeze", (node, in) -> squeeze(need(in, 0), axes(node, in, 1)));
    one("Transpose", (node, in) -> transpose(need(in, 0), node.integers("perm")));
    one("Concat", (node, in) -> concat(in, node.integer("axis", 0)));
    one("Slice", this::slice);
    one("Gather", (node, in) -> gather(need(in, 0), need(in, 1), node.integer("axis", 0)));
    one("Expand", (node, in) -> expand(need(in, 0), need(in, 1).toInts()));
    one("Tile", (node, in) -> tile(need(in, 0), need(in, 1).toInts()));
    folds.put("Split", this::split);
  }

  static Tensor cast(Tensor tensor, long type) {
    boolean toFloat = type == 1 || type == 10 || type == 11 || type == 16;
    if (toFloat == tensor.isFloat() && type != 9) {
      return tensor;
    }
    if (toFloat) {
      return Tensor.of(tensor.dimensions(), tensor.toFloats());
    }
    long[] values = tensor.toLongs();
    if (type == 9) {
      for (int i = 0; i < values.length; i++) {
        values[i] = tensor.floatAt(i) == 0 ? 0 : 1;
      }
    }
    return Tensor.of(tensor.dimensions(), values);
  }

  private static Tensor reshape(Node node, Tensor tensor, Tensor shape) {
    return tensor.reshaped(
        resolve(shape.toInts(), tensor.dimensions(), node.integer("allowzero", 0) == 1));
  }

  /** Returns a shape in which 0 stands for the length as it is and -1 for what is left. */
  static int[] resolve(int[] shape, int[] from, boolean zeroIsZero) {
    int[] result = shape.clone();
    long known = 1;
    int open = -1;
    for (int axis = 0; axis < result.length; axis++) {
      if (result[axis] == 0 && !zeroIsZero) {
        if (axis >= from.length) {
          throw new Unreadable("a shape keeps axis %d, found %d axes", axis, from.length);
        }
        result[axis] = from[axis];
      }
      if (result[axis] == -1) {
        open = axis;
      } else {
        known *= result[axis];
      }
    }
    if (open >= 0) {
      result[open] = known == 0 ? 0 : (int) (Tensor.size(from) / known);
    }
    return result;
  }

  private static Tensor flatten(Node node, Tensor tensor) {
    int axis = (int) node.integer("axis", 1);
    int split = axis < 0 ? axis + tensor.rank() : axis;
    int[] dimensions = tensor.dimensions();
    if (split < 0 || split > dimensions.length) {
      throw new Unreadable("axis %d of shape %s", axis, Arrays.toString(dimensions));
    }
    int before = Tensor.size(Arrays.copyOf(dimensions, split));
    int behind = Tensor.size(Arrays.copyOfRange(dimensions, split, dimensions.length));
    return tensor.reshaped(before, behind);
  }

  /** Returns axes from an attribute, or from an input as newer versions have it; null: none. */
  static int[] axes(Node node, List<Tensor> inputs, int index) {
    if (index < inputs.size() && inputs.get(index) != null) {
      return inputs.get(index).toInts();
    }
    return node.integers("axes");
  }

  private static Tensor unsqueeze(Tensor tensor, int[] axes) {
    return tensor.reshaped(unsqueezed(tensor.dimensions(), axes));
  }

  private static int[] unsqueezed(int[] dimensions, int[] axes) {
    if (axes == null) {
      throw new Unreadable("axes are missing");
    }
    int rank = dimensions.length + axes.length;
    boolean[] added = new boolean[rank];
    for (int axis : axes) {
      added[Flow.axisOf(axis, rank)] = true;
    }
    int[] result = new int[rank];
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (!added[axis] && next == dimensions.length) {
        throw new Unreadable("an axis is named twice in %s", Arrays.toString(axes));
      }
      result[axis] = added[axis] ? 1 : dimensions[next++];
    }
    return result;
  }

  private static Tensor squeeze(Tensor tensor, int[] axes) {
    boolean[] dropped = new boolean[tensor.rank()];
    for (int axis = 0; axis < dropped.length; axis++) {
      dropped[axis] = axes == null && tensor.dimension(axis) == 1;
    }
    if (axes != null) {
      for (int axis : axes) {
        dropped[Flow.axisOf(axis, tensor.rank())] = true;
      }
    }
    List<Integer> kept = new ArrayList<>();
    for (int axis = 0; axis < dropped.length; axis++) {
      if (!dropped[axis]) {
        kept.add(tensor.dimension(axis));
      }
    }
    return tensor.reshaped(kept.stream().mapToInt(Integer::intValue).toArray());
  }

  static Tensor transpose(Tensor tensor, int[] permutation) {
    int rank = tensor.rank();
    int[] order = permutation == null ? new int[rank] : permutation;
    int[] shape = new int[rank];
    int[] strides = new int[rank];
    int[] all = strides(tensor.dimensions());
    boolean[] seen = new boolean[rank];
    for (int axis = 0; axis < rank; axis++) {
      int from = permutation == null ? rank - 1 - axis : axis < order.length ? order[axis] : -1;
      if (from < 0 || from >= rank || seen[from] || order.length != rank) {
        throw new Unreadable("an order of %d axes, found %s", rank, Arrays.toString(order));
      }
      seen[from] = true;
      shape[axis] = tensor.dimension(from);
      strides[axis] = all[from];
    }
    return pick(tensor, shape, strides, 0);
  }

  private static int[] strides(int[] dimensions) {
    int[] strides = new int[dimensions.length];
    int stride = 1;
    for (int axis = dimensions.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dimensions[axis];
    }
    return strides;
  }

  /** Returns the values at start + the sum over axes of index · stride. */
  private static Tensor pick(Tensor tensor, int[] shape, int[] strides, int start) {
    int[] places = new int[Tensor.size(shape)];
    int[] index = new int[shape.length];
    int place = start;
    for (int i = 0; i < places.length; i++) {
      places[i] = place;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < shape[axis]) {
          break;
        }
        place -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return pick(tensor, shape, places);
  }

  private static Tensor pick(Tensor tensor, int[] shape, int[] places) {
    if (tensor.isFloat()) {
      float[] values = new float[places.length];
      for (int i = 0; i < places.length; i++) {
        values[i] = tensor.floatAt(places[i]);
      }
      return Tensor.of(shape, values);
    }
    long[] values = new long[places.length];
    for (int i = 0; i < places.length; i++) {
      values[i] = tensor.longAt(places[i]);
    }
    return Tensor.of(shape, values);
  }

  private Tensor concat(List<Tensor> inputs, long axisNumber) {
    Tensor first = need(inputs, 0);
    int axis = Flow.axisOf(axisNumber, first.rank());
    int[] shape = first.dimensions();
    shape[axis] = 0;
    for (int i = 0; i < inputs.size(); i++) {
      Tensor each = need(inputs, i);
      if (each.rank() != shape.length || each.isFloat() != first.isFloat()) {
        throw new Unreadable("tensors of one rank and type, found others");
      }
      for (int other = 0; other < shape.length; other++) {
        if (other != axis && each.dimension(other) != shape[other]) {
          throw new Unreadable("tensors that differ in axis %d only", axis);
        }
      }
      shape[axis] = Math.addExact(shape[axis], each.dimension(axis));
    }
    int size = check(shape);
    int outer = Tensor.size(Arrays.copyOf(shape, axis));
    float[] floats = new float[first.isFloat() ? size : 0];
    long[] longs = new long[first.isFloat() ? 0 : size];
    int at = 0;
    for (int block = 0; block < outer; block++) {
      for (Tensor each : inputs) {
        int length = each.size() / outer;
        for (int i = 0; i < length; i++, at++) {
          if (first.isFloat()) {
            floats[at] = each.floatAt(block * length + i);
          } else {
            longs[at] = each.longAt(block * length + i);
          }
        }
      }
    }
    return first.isFloat() ? Tensor.of(shape, floats) : Tensor.of(shape, longs);
  }

  private Tensor slice(Node node, List<Tensor> in) {
    Tensor tensor = need(in, 0);
    int[] starts = opset < 10 ? node.integers("starts") : need(in, 1).toInts();
    int[] ends = opset < 10 ? node.integers("ends") : need(in, 2).toInts();
    int[] axes = axes(node, in, 3);
    int[] steps = in.size() > 4 && in.get(4) != null ? in.get(4).toInts() : null;
    int[] shape = tensor.dimensions();
    int[] strides = strides(shape);
    int start = 0;
    for (int i = 0; i < starts.length; i++) {
      int axis = Flow.axisOf(axes == null ? i : axes[i], shape.length);
      Span span = Span.of(starts[i], ends[i], steps == null ? 1 : steps[i], shape[axis]);
      start += span.start() * strides[axis];
      shape[axis] = span.length();
      strides[axis] *= span.step();
    }
    return pick(tensor, shape, strides, start);
  }

  /** Every step-th value from start on, so many. */
  record Span(int start, int step, int length) {
    /** Returns what a slice of an axis means, whose ends may be negative or beyond the axis. */
    static Span of(long start, long end, long step, int length) {
      if (step == 0 || step != (int) step) {
        throw new Unreadable("a step of a slice must not be 0, found %d", step);
      }
      long low = step > 0 ? 0 : -1;
      long high = step > 0 ? length : length - 1;
      long from = clamp(start < 0 ? start + length : start, step > 0 ? low : 0, high);
      long to = clamp(end < 0 ? end + length : end, low, high);
      if (step < 0 && end < -length) {
        to = -1;
      }
      long count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
      return new Span(count <= 0 ? 0 : (int) from, (int) step, (int) Math.max(count, 0));
    }

    private static long clamp(long value, long low, long high) {
      return Math.max(low, Math.min(high, value));
    }
  }

  private Tensor gather(Tensor tensor, Tensor indices, long axisNumber) {
    int axis = Flow.axisOf(axisNumber, tensor.rank());
    int[] from = tensor.dimensions();
    int[] shape = new int[from.length - 1 + indices.rank()];
    System.arraycopy(from, 0, shape, 0, axis);
    System.arraycopy(indices.dimensions(), 0, shape, axis, indices.rank());
    System.arraycopy(from, axis + 1, shape, axis + indices.rank(), from.length - axis - 1);
    int[] places = new int[check(shape)];
    int inner = Tensor.size(Arrays.copyOfRange(from, axis + 1, from.length));
    int at = 0;
    int outer = Tensor.size(Arrays.copyOf(from, axis));
    for (int block = 0; block < outer && places.length > 0; block++) {
      for (int i = 0; i < indices.size(); i++) {
        long index = indices.longAt(i) < 0 ? indices.longAt(i) + from[axis] : indices.longAt(i);
        if (index < 0 || index >= from[axis]) {
          throw new Unreadable("an index in [0, %d), found %d", from[axis], indices.longAt(i));
        }
        for (int j = 0; j < inner; j++) {
          places[at++] = (int) ((block * (long) from[axis] + index) * inner + j);
        }
      }
    }
    return pick(tensor, shape, places);
  }

  private Tensor expand(Tensor tensor, int[] target) {
    int[] shape = broadcast(tensor.dimensions(), target);
    check(shape);
    return pick(tensor, shape, broadcastStrides(tensor.dimensions(), shape), 0);
  }

  private Tensor tile(Tensor tensor, int[] repeats) {
    Tensor result = tensor;
    for (int axis = 0; axis < repeats.length && axis < tensor.rank(); axis++) {
      if (repeats[axis] != 1) {
        if (repeats[axis] < 1 || (long) result.size() * repeats[axis] > maxSize) {
          throw new Unreadable("a result of at most %d values", maxSize);
        }
        result = concat(Collections.nCopies(repeats[axis], result), axis);
      }
    }
    return result;
  }

  private List<Tensor> split(Node node, List<Tensor> in) {
    Tensor tensor = need(in, 0);
    int axis = Flow.axisOf(node.integer("axis", 0), tensor.rank());
    int[] parts = splitLengths(node, in, tensor.dimension(axis));
    List<Tensor> results = new ArrayList<>();
    int[] strides = strides(tensor.dimensions());
    int start = 0;
    for (int part : parts) {
      int[] shape = tensor.dimensions();
      shape[axis] = part;
      results.add(pick(tensor, shape, strides, start * strides[axis]));
      start += part;
    }
    return results;
  }

  /** Returns the lengths into which an axis is split. */
  static int[] splitLengths(Node node, List<Tensor> in, int length) {
    int[] given = in.size() > 1 && in.get(1) != null ? in.get(1).toInts() : node.integers("split");
    if (given == null) {
      int parts = (int) node.integer("num_outputs", node.outputs().size());
      int part = (length + parts - 1) / Math.max(parts, 1);
      given = new int[Math.max(parts, 0)];
      for (int i = 0; i < given.length; i++) {
        given[i] = Math.max(0, Math.min(part, length - i * part));
      }
    }
    long sum = 0;
    for (int part : given) {
      sum += part;
      if (part < 0) {
        sum = -1L << 40;
      }
    }
    if (sum != length || given.length < node.outputs().size()) {
      throw new Unreadable(
          "parts whose lengths add up to %d, found %s", length, Arrays.toString(given));
    }
    return given;
  }

  // ---- arithmetic
  // ----------------------------------------------------------------------------------------------

  private void arithmetic() {
    binary("Add", (x, y) -> x + y, (x, y) -> x + y);
    binary("Sub", (x, y) -> x - y, (x, y) -> x - y);
    binary("Mul", (x, y) -> x * y, (x, y) -> x * y);
    binary("Div", (x, y) -> y == 0 ? 0 : x / y, (x, y) -> x / y);
    folds.put("Mod", (node, in) -> List.of(mod(node, in)));
    binary("Pow", (x, y) -> (long) Math.pow(x, y), Math::pow);
    several("Min", Math::min, Math::min);
    several("Max", Math::max, Math::max);
    several("Sum", (x, y) -> x + y, (x, y) -> x + y);
    unary("Neg", x -> -x);
    unary("Abs", Math::abs);
    unary("Sqrt", Math::sqrt);
    unary("Exp", Math::exp);
    unary("Log", Math::log);
    unary("Reciprocal", x -> 1 / x);
    unary("Floor", Math::floor);
    unary("Ceil", Math::ceil);
    one("DequantizeLinear", (node, in) -> dequantize(node, in));
  }

  private Tensor mod(Node node, List<Tensor> in) {
    boolean ofC = node.integer("fmod", 0) == 1;
    return combine(
        need(in, 0),
        need(in, 1),
        (x, y) -> y == 0 ? 0 : ofC ? x % y : Math.floorMod(x, y),
        (x, y) -> x % y,
        false);
  }

  private Tensor dequantize(Node node, List<Tensor> in) {
    Tensor quantized = need(in, 0);
    Tensor scale = need(in, 1);
    Tensor zero = in.size() > 2 && in.get(2) != null ? in.get(2) : null;
    if (scale.size() > 1) { // one for each index along an axis
      int axis = Flow.axisOf(node.integer("axis", 1), quantized.rank());
      int[] shape = new int[quantized.rank() - axis];
      Arrays.fill(shape, 1);
      shape[0] = scale.size();
      scale = scale.reshaped(shape);
      zero = zero == null ? null : zero.reshaped(shape);
    }
    Tensor values = cast(quantized, 1);
    if (zero != null) {
      values = combine(values, cast(zero, 1), (x, y) -> x - y, (x, y) -> x - y, false);
    }
    return combine(values, scale, (x, y) -> x * y, (x, y) -> x * y, false);
  }

  private void unary(String type, DoubleUnaryOperator function) {
    one(
        type,
        (node, in) -> {
          Tensor tensor = need(in, 0);
          if (tensor.isFloat()) {
            float[] values = tensor.toFloats();
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) function.applyAsDouble(values[i]);
            }
            return Tensor.of(tensor.dimensions(), values);
          }
          long[] values = tensor.toLongs();
          for (int i = 0; i < values.length; i++) {
            values[i] = (long) function.applyAsDouble(values[i]);
          }
          return Tensor.of(tensor.dimensions(), values);
        });
  }

  private void binary(String type, LongBinaryOperator ofLongs, DoubleBinaryOperator ofFloats) {
    one(type, (node, in) -> combine(need(in, 0), need(in, 1), ofLongs, ofFloats, false));
  }

  private void several(String type, LongBinaryOperator ofLongs, DoubleBinaryOperator ofFloats) {
    one(
        type,
        (node, in) -> {
          Tensor result = need(in, 0);
          for (int i = 1; i < in.size(); i++) {
            result = combine(result, need(in, i), ofLongs, ofFloats, false);
          }
          return result;
        });
  }

  private Tensor combine(
      Tensor x,
      Tensor y,
      LongBinaryOperator ofLongs,
      DoubleBinaryOperator ofFloats,
      boolean compares) {
    int[] shape = broadcast(x.dimensions(), y.dimensions());
    check(shape);
    Tensor left = pick(x, shape, broadcastStrides(x.dimensions(), shape), 0);
    Tensor right = pick(y, shape, broadcastStrides(y.dimensions(), shape), 0);
    int size = left.size();
    if (x.isFloat() != y.isFloat()) {
      throw new Unreadable("both inputs of one type");
    }
    if (x.isFloat() && !compares) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) ofFloats.applyAsDouble(left.floatAt(i), right.floatAt(i));
      }
      return Tensor.of(shape, values);
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          x.isFloat()
              ? (long) ofFloats.applyAsDouble(left.floatAt(i), right.floatAt(i))
              : ofLongs.applyAsLong(left.longAt(i), right.longAt(i));
    }
    return Tensor.of(shape, values);
  }

  /** Returns the shape in which two meet. */
  static int[] broadcast(int[] x, int[] y) {
    int rank = Math.max(x.length, y.length);
    int[] shape = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int ofX = axis < rank - x.length ? 1 : x[axis - (rank - x.length)];
      int ofY = axis < rank - y.length ? 1 : y[axis - (rank - y.length)];
      if (ofX != ofY && ofX != 1 && ofY != 1) {
        throw new Unreadable(
            "shapes that meet, found %s and %s", Arrays.toString(x), Arrays.toString(y));
      }
      shape[axis] = ofX == 1 ? ofY : ofX;
    }
    return shape;
  }

  private static int[] broadcastStrides(int[] from, int[] shape) {
    int[] own = strides(from);
    int[] strides = new int[shape.length];
    int lead = shape.length - from.length;
    for (int axis = 0; axis < from.length; axis++) {
      strides[lead + axis] = from[axis] == 1 ? 0 : own[axis];
    }
    return strides;
  }

  // ---- comparisons
  // ---------------------------------------------------------------------------------------------

  private void comparisons() {
    comparison("Equal", (x, y) -> x == y ? 1 : 0, (x, y) -> x == y ? 1 : 0);
    comparison("Less", (x, y) -> x < y ? 1 : 0, (x, y) -> x < y ? 1 : 0);
    comparison("Greater", (x, y) -> x > y ? 1 : 0, (x, y) -> x > y ? 1 : 0);
    comparison("LessOrEqual", (x, y) -> x <= y ? 1 : 0, (x, y) -> x <= y ? 1 : 0);
    comparison("GreaterOrEqual", (x, y) -> x >= y ? 1 : 0, (x, y) -> x >= y ? 1 : 0);
    comparison("And", (x, y) -> x & y, (x, y) -> 0);
    comparison("Or", (x, y) -> x | y, (x, y) -> 0);
    one("Not", (node, in) -> not(need(in, 0)));
    one("Where", (node, in) -> where(need(in, 0), need(in, 1), need(in, 2)));
  }

  private void comparison(String type, LongBinaryOperator ofLongs, DoubleBinaryOperator ofFloats) {
    one(type, (node, in) -> combine(need(in, 0), need(in, 1), ofLongs, ofFloats, true));
  }

  private static Tensor not(Tensor tensor) {
    long[] values = tensor.toLongs();
    for (int i = 0; i < values.length; i++) {
      values[i] = values[i] == 0 ? 1 : 0;
    }
    return Tensor.of(tensor.dimensions(), values);
  }

  private Tensor where(Tensor condition, Tensor x, Tensor y) {
    if (x.isFloat() != y.isFloat()) {
      throw new Unreadable("both inputs of one type");
    }
    int[] shape = broadcast(condition.dimensions(), broadcast(x.dimensions(), y.dimensions()));
    check(shape);
    Tensor which = pick(condition, shape, broadcastStrides(condition.dimensions(), shape), 0);
    Tensor yes = pick(x, shape, broadcastStrides(x.dimensions(), shape), 0);
    Tensor no = pick(y, shape, broadcastStrides(y.dimensions(), shape), 0);
    float[] floats = new float[x.isFloat() ? which.size() : 0];
    long[] longs = new long[x.isFloat() ? 0 : which.size()];
    for (int i = 0; i < which.size(); i++) {
      Tensor from = which.longAt(i) != 0 ? yes : no;
      if (x.isFloat()) {
        floats[i] = from.floatAt(i);
      } else {
        longs[i] = from.longAt(i);
      }
    }
    return x.isFloat() ? Tensor.of(shape, floats) : Tensor.of(shape, longs);
  }

  // ---- reductions
  // ----------------------------------------------------------------------------------------------

  private void reductions() {
    reduction("ReduceSum", 0, (x, y) -> x + y);
    reduction("ReduceProd", 1, (x, y) -> x * y);
    reduction("ReduceMax", Double.NEGATIVE_INFINITY, Math::max);
    reduction("ReduceMin", Double.POSITIVE_INFINITY, Math::min);
  }

  private void reduction(String type, double start, DoubleBinaryOperator function) {
    one(
        type,
        (node, in) -> {
          Tensor tensor = need(in, 0);
          int[] axes = axes(node, in, 1);
          if (axes == null && node.integer("noop_with_empty_axes", 0) == 1) {
            return tensor;
          }
          boolean[] reduced = new boolean[tensor.rank()];
          Arrays.fill(reduced, axes == null);
          for (int axis : axes == null ? new int[0] : axes) {
            reduced[Flow.axisOf(axis, tensor.rank())] = true;
          }
          return reduce(tensor, reduced, node.integer("keepdims", 1) == 1, start, function);
        });
  }

  private static Tensor reduce(
      Tensor tensor,
      boolean[] reduced,
      boolean keeps,
      double start,
      DoubleBinaryOperator function) {
    int[] kept = tensor.dimensions();
    List<Integer> left = new ArrayList<>();
    for (int axis = 0; axis < kept.length; axis++) {
      if (!reduced[axis]) {
        left.add(kept[axis]);
      }
      kept[axis] = reduced[axis] ? 1 : kept[axis];
    }
    double[] sums = new double[Tensor.size(kept)];
    Arrays.fill(sums, start);
    int[] strides = broadcastStrides(kept, tensor.dimensions());
    int[] index = new int[kept.length];
    int place = 0;
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.isFloat() ? tensor.floatAt(i) : tensor.longAt(i);
      sums[place] = function.applyAsDouble(sums[place], value);
      for (int axis = kept.length - 1; axis >= 0; axis--) {
        place += strides[axis];
        if (++index[axis] < tensor.dimension(axis)) {
          break;
        }
        place -= strides[axis] * tensor.dimension(axis);
        index[axis] = 0;
      }
    }
    int[] shape = keeps ? kept : left.stream().mapToInt(Integer::intValue).toArray();
    if (tensor.isFloat()) {
      float[] values = new float[sums.length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) sums[i];
      }
      return Tensor.of(shape, values);
    }
    return Tensor.of(shape, Arrays.stream(sums).mapToLong(sum -> (long) sum).toArray());
  }

  // ---- new tensors
  // ---------------------------------------------------------------------------------------------

  private void makers() {
    one("Constant", (node, in) -> constant(node));
    one("Shape", (node, in) -> shape(node, need(in, 0).dimensions()));
    one("Size", (node, in) -> Tensor.of(new int[0], new long[] {need(in, 0).size()}));
    one("ConstantOfShape", (node, in) -> filled(node, need(in, 0).toInts()));
    one("Range", (node, in) -> range(need(in, 0), need(in, 1), need(in, 2)));
  }

  private static Tensor constant(Node node) {
    if (node.has("value")) {
      return node.tensor("value");
    }
    if (node.has("value_int")) {
      return Tensor.of(new int[0], new long[] {node.integer("value_int", 0)});
    }
    if (node.has("value_float")) {
      return Tensor.of(new int[0], new float[] {node.number("value_float", 0)});
    }
    if (node.attributes().get("value_ints") instanceof List<?> values) {
      return Tensor.vector(values.stream().mapToLong(value -> (Long) value).toArray());
    }
    if (node.attributes().get("value_floats") instanceof List<?> values) {
      float[] floats = new float[values.size()];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (Float) values.get(i);
      }
      return Tensor.of(new int[] {floats.length}, floats);
    }
    throw new Unreadable("a tensor or numbers as its value");
  }

  /** Returns the shape, or the part of it that is asked for. */
  static Tensor shape(Node node, int[] dimensions) {
    long from = node.integer("start", 0);
    long to = node.integer("end", dimensions.length);
    int rank = dimensions.length;
    int start = (int) Math.max(0, Math.min(rank, from < 0 ? from + rank : from));
    int end = (int) Math.max(start, Math.min(rank, to < 0 ? to + rank : to));
    return Tensor.vector(Arrays.stream(dimensions, start, end).asLongStream().toArray());
  }

  private Tensor filled(Node node, int[] shape) {
    int size = check(shape);
    Tensor value = node.tensor("value");
    if (value == null || value.isFloat()) {
      float[] values = new float[size];
      Arrays.fill(values, value == null ? 0 : value.floatAt(0));
      return Tensor.of(shape, values);
    }
    long[] values = new long[size];
    Arrays.fill(values, value.longAt(0));
    return Tensor.of(shape, values);
  }

  private Tensor range(Tensor start, Tensor limit, Tensor step) {
    double from = start.isFloat() ? start.floatAt(0) : start.longAt(0);
    double by = step.isFloat() ? step.floatAt(0) : step.longAt(0);
    double to = limit.isFloat() ? limit.floatAt(0) : limit.longAt(0);
    double count = Math.max(0, Math.ceil((to - from) / by));
    if (by == 0 || !(count <= maxSize)) {
      throw new Unreadable("a range of at most %d values", maxSize);
    }
    int[] shape = {(int) count};
    check(shape);
    float[] floats = new float[start.isFloat() ? shape[0] : 0];
    long[] longs = new long[start.isFloat() ? 0 : shape[0]];
    for (int i = 0; i < shape[0]; i++) {
      if (start.isFloat()) {
        floats[i] = (float) (from + i * by);
      } else {
        longs[i] = start.longAt(0) + i * step.longAt(0);
      }
    }
    return start.isFloat() ? Tensor.of(shape, floats) : Tensor.of(shape, longs);
  }

  private int check(int[] shape) {
    int size = Tensor.size(shape);
    budget -= size;
    if (size > maxSize || budget < 0) {
      throw new Unreadable(
          "constants of at most %d values, found shape %s", maxSize, Arrays.toString(shape));
    }
    return size;
  }

  private static Tensor need(List<Tensor> inputs, int index) {
    if (index >= inputs.size() || inputs.get(index) == null) {
      throw new Unreadable("input %d is missing", index);
    }
    return inputs.get(index);
  }
}
