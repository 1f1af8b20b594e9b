package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Which matrices of two values are multiplied: op(A)·op(B) for each index of the axes before the
 * last two, where op(A) is [rows × inner] and op(B) [inner × columns].
 */
public final class MatrixProducts {
  private final Attributes.Matmul attributes;
  private final List<Shape> operands;
  private final Broadcast positions;

  private MatrixProducts(Attributes.Matmul attributes, Shape first, Shape second) {
    this.attributes = attributes;
    this.operands = List.of(first, second);
    this.positions = Broadcast.of(before(first), before(second));
  }

  /** Returns the products of two values, each of at least two axes. */
  static MatrixProducts of(Attributes.Matmul attributes, Shape first, Shape second) {
    return new MatrixProducts(attributes, first, second);
  }

  /** Returns the products of an operator. */
  public static MatrixProducts of(Operator operator) {
    return of(
        (Attributes.Matmul) operator.attributes(),
        operator.inputShapes().get(0),
        operator.inputShapes().get(1));
  }

  /** Returns the axes before the last two; one of length 1 if there are none. */
  private static Shape before(Shape shape) {
    return shape.rank() == 2
        ? Shape.of(1)
        : new Shape(shape.dimensions().subList(0, shape.rank() - 2));
  }

  /** Returns how the axes before the last two meet, or null if they do not. */
  Broadcast positions() {
    return positions;
  }

  /** Returns the inner length as operand 0 or 1 has it. */
  int inner(int operand) {
    boolean last = operand == 0 ? !attributes.transposeFirst() : attributes.transposeSecond();
    return fromEnd(operands.get(operand), last ? 1 : 2);
  }

  /** Returns the inner length. */
  public int inner() {
    return inner(0);
  }

  /** Returns the rows of a result. */
  public int rows() {
    return fromEnd(operands.get(0), attributes.transposeFirst() ? 1 : 2);
  }

  /** Returns the columns of a result. */
  public int columns() {
    return fromEnd(operands.get(1), attributes.transposeSecond() ? 2 : 1);
  }

  private static int fromEnd(Shape shape, int back) {
    return shape.dimension(shape.rank() - back);
  }

  /** Returns the shape of the result. */
  Shape shape() {
    int rank = Math.max(operands.get(0).rank(), operands.get(1).rank());
    List<Integer> dimensions = new ArrayList<>(positions.shape().dimensions());
    while (dimensions.size() > rank - 2) {
      dimensions.remove(0); // one of length 1, since neither has an axis before the last two
    }
    dimensions.add(rows());
    dimensions.add(columns());
    return new Shape(dimensions);
  }

  /** Returns the number of products for each row of a batch. */
  public int count() {
    return positions.shape().size();
  }

  /** Returns whether a matrix of operand 0 or 1 occurs in several products. */
  public boolean sums(int operand) {
    return before(operands.get(operand)).size() < count();
  }

  /** Returns the index of the matrix of operand 0 or 1 in each of the products. */
  public int[] matrices(int operand) {
    int[] matrices = new int[count()];
    for (int i = 0; i < matrices.length; i++) {
      int start = positions.start(operand, i / positions.run());
      matrices[i] = start + i % positions.run() * positions.step(operand);
    }
    return matrices;
  }
}
