package io.github.secateur.exchange.writing;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/** Writes operators over tokens and steps, which ONNX has as several. */
final class SequenceWriter {
  private final FileWriter file;

  SequenceWriter(FileWriter file) {
    this.file = file;
  }

  /** Adds a node that is a part of an operator. */
  private String part(
      Operator operator, String role, String type, List<String> inputs, Object... constants) {
    String name = operator.name() + ":" + role;
    file.node(type, name, inputs, name, constants);
    return name;
  }

  private String number(Operator operator, String role, float value) {
    return file.floats(operator.name() + ":" + role, new int[0], value);
  }

  private String integers(Operator operator, String role, int... values) {
    return file.integers(operator.name() + ":" + role, values);
  }

  private void end(Operator operator, String type, List<String> inputs, Object... constants) {
    file.node(type, operator.name(), inputs, operator.name(), constants);
  }

  /** Writes the rows of a table; those of the padding index are 0. */
  void embedding(Operator operator, String ids, String table) {
    int padding = ((Attributes.Embedding) operator.attributes()).paddingIndex();
    String whole = part(operator, "ids", "Cast", List.of(ids), "to", 7);
    if (padding == Attributes.Embedding.NO_PADDING) {
      end(operator, "Gather", List.of(table, whole));
      return;
    }
    String vectors = part(operator, "vectors", "Gather", List.of(table, whole));
    String kept = isNot(operator, ids, padding);
    String wide = part(operator, "wide", "Unsqueeze", List.of(kept, integers(operator, "end", -1)));
    end(operator, "Mul", List.of(vectors, wide));
  }

  /** Writes 0 where a value is a number, otherwise 1. */
  private String isNot(Operator operator, String value, int number) {
    String equal =
        part(operator, "equal", "Equal", List.of(value, number(operator, "index", number)));
    String not = part(operator, "not", "Not", List.of(equal));
    return part(operator, "kept", "Cast", List.of(not), "to", 1);
  }

  void paddingMask(Operator operator, String value) {
    int index = ((Attributes.PaddingMask) operator.attributes()).paddingIndex();
    end(operator, "Identity", List.of(isNot(operator, value, index)));
  }

  /** Writes the mean of the tokens whose mask is not 0; 0 if there is none. */
  void maskedMean(Operator operator, String tokens, String mask) {
    String kept = isNot(operator, mask, 0);
    String wide = part(operator, "wide", "Unsqueeze", List.of(kept, integers(operator, "end", -1)));
    String masked = part(operator, "masked", "Mul", List.of(tokens, wide));
    String axis = integers(operator, "axis", 1);
    String sum = part(operator, "sum", "ReduceSum", List.of(masked, axis), "keepdims", 0);
    String count = part(operator, "count", "ReduceSum", List.of(wide, axis), "keepdims", 0);
    String divisor = part(operator, "divisor", "Max", List.of(count, number(operator, "one", 1)));
    end(operator, "Div", List.of(sum, divisor));
  }

  /**
   * Writes attention: of [tokens × 3·width] the parts, head by head, softmax(Q·Kᵀ / √d)·V. Tokens
   * whose mask is 0 are not looked at.
   *
   * @param mask null if there is none
   */
  void attention(Operator operator, String tokens, String mask) {
    int heads = ((Attributes.Attention) operator.attributes()).heads();
    int width = operator.shape().last();
    int length = operator.shape().dimension(0);
    int head = width / heads;
    String shape = integers(operator, "shape", 0, length, 3, heads, head);
    String parts = part(operator, "parts", "Reshape", List.of(tokens, shape));
    int[] order = {2, 0, 3, 1, 4};
    String apart = part(operator, "apart", "Transpose", List.of(parts), "perm", order);
    List<String> each = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String index = integers(operator, "index" + i, i);
      String taken = part(operator, "taken" + i, "Gather", List.of(apart, index), "axis", 0);
      String first = integers(operator, "first" + i, 0);
      each.add(part(operator, "part" + i, "Squeeze", List.of(taken, first)));
    }
    int[] turned = {0, 1, 3, 2};
    String keys = part(operator, "keys", "Transpose", List.of(each.get(1)), "perm", turned);
    String product = part(operator, "product", "MatMul", List.of(each.get(0), keys));
    String scale = number(operator, "scale", (float) (1 / Math.sqrt(head)));
    String scores = part(operator, "scores", "Mul", List.of(product, scale));
    String weights;
    if (mask == null) {
      weights = part(operator, "weights", "Softmax", List.of(scores), "axis", -1);
    } else {
      String axes = integers(operator, "axes", 1, 2);
      String kept = part(operator, "seen", "Unsqueeze", List.of(isNot(operator, mask, 0), axes));
      String less = part(operator, "less", "Sub", List.of(kept, number(operator, "one", 1)));
      String far = part(operator, "far", "Mul", List.of(less, number(operator, "large", 1e30f)));
      String hidden = part(operator, "hidden", "Add", List.of(scores, far));
      String soft = part(operator, "soft", "Softmax", List.of(hidden), "axis", -1);
      weights = part(operator, "weights", "Mul", List.of(soft, kept)); // all may be hidden
    }
    String mixed = part(operator, "mixed", "MatMul", List.of(weights, each.get(2)));
    int[] back = {0, 2, 1, 3};
    String beside = part(operator, "beside", "Transpose", List.of(mixed), "perm", back);
    end(operator, "Reshape", List.of(beside, integers(operator, "joined", 0, length, width)));
  }

  /**
   * Writes a recurrent layer.
   *
   * @param weights the names of kernel, recurrent kernel, bias and recurrent bias
   */
  void recurrent(Operator operator, String steps, List<String> weights) {
    Attributes.Recurrent recurrent = (Attributes.Recurrent) operator.attributes();
    int[] turned = {1, 0, 2};
    String input = part(operator, "steps", "Transpose", List.of(steps), "perm", turned);
    String bias = part(operator, "biases", "Concat", weights.subList(2, 4), "axis", 1);
    List<Object> constants = new ArrayList<>(List.of("hidden_size", recurrent.units()));
    if (recurrent.reverse()) {
      constants.addAll(List.of("direction", "reverse"));
    }
    if (operator.type() == OperatorType.GRU) {
      constants.addAll(List.of("linear_before_reset", 1));
    }
    String all = operator.name() + ":all";
    String last = operator.name() + ":last";
    String type = operator.type().name();
    file.node(
        type,
        operator.name() + ":run",
        List.of(input, weights.get(0), weights.get(1), bias),
        recurrent.allOutputs() ? all : "," + last,
        constants.toArray());
    if (recurrent.allOutputs()) {
      String plain =
          part(operator, "plain", "Squeeze", List.of(all, integers(operator, "direction", 1)));
      end(operator, "Transpose", List.of(plain), "perm", turned);
    } else {
      end(operator, "Squeeze", List.of(last, integers(operator, "direction", 0)));
    }
  }

  /** Writes a product of two values, of which those of fewer axes get axes of length 1. */
  void matmul(Operator operator, List<String> values) {
    Attributes.Matmul matmul = (Attributes.Matmul) operator.attributes();
    int rank = operator.inputShapes().stream().mapToInt(Shape::rank).max().orElseThrow();
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      String value = values.get(i);
      Shape shape = operator.inputShapes().get(i);
      if (shape.rank() < rank) {
        int[] wide = new int[rank + 1];
        for (int axis = 1; axis <= rank; axis++) {
          int own = axis - 1 - (rank - shape.rank());
          wide[axis] = own < 0 ? 1 : shape.dimension(own);
        }
        String target = integers(operator, "shape" + i, wide);
        value = part(operator, "wide" + i, "Reshape", List.of(value, target));
      }
      if (i == 0 ? matmul.transposeFirst() : matmul.transposeSecond()) {
        int[] order = new int[rank + 1];
        for (int axis = 0; axis < rank - 1; axis++) {
          order[axis] = axis;
        }
        order[rank - 1] = rank;
        order[rank] = rank - 1;
        value = part(operator, "turned" + i, "Transpose", List.of(value), "perm", order);
      }
      inputs.add(value);
    }
    end(operator, "MatMul", inputs);
  }
}
