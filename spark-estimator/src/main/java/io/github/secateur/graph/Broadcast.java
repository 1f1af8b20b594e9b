package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * How the values of two shapes meet in one. Axes are aligned at the last one; where one of the two
 * has length 1, or no such axis, its value stands for all along the axis, as in NumPy.
 *
 * <p>A row of the result is a sequence of runs of equal length. Along a run each operand is either
 * as many values that follow each other, or one value.
 */
public final class Broadcast {
  private final Shape shape;
  private final int run;
  private final int[] steps;
  private final int[][] starts;

  private Broadcast(Shape shape, Shape x, Shape y) {
    this.shape = shape;
    List<int[]> groups = groups(shape, x, y); // {length, step of x, step of y}, the last axis last
    int[] last = groups.remove(groups.size() - 1);
    run = last[0];
    steps = new int[] {last[1], last[2]};
    int positions = shape.size() / run;
    starts = new int[2][positions];
    for (int position = 0; position < positions; position++) {
      int rest = position;
      for (int g = groups.size() - 1; g >= 0; g--) {
        int index = rest % groups.get(g)[0];
        rest /= groups.get(g)[0];
        starts[0][position] += index * groups.get(g)[1];
        starts[1][position] += index * groups.get(g)[2];
      }
    }
  }

  /**
   * Returns how two shapes meet.
   *
   * @return null if they do not
   */
  public static Broadcast of(Shape x, Shape y) {
    Shape shape = shape(x, y);
    return shape == null ? null : new Broadcast(shape, x, y);
  }

  /** Returns the shape in which two shapes meet; null if they do not. */
  static Shape shape(Shape x, Shape y) {
    int rank = Math.max(x.rank(), y.rank());
    List<Integer> dimensions = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int ofX = dimension(x, axis, rank);
      int ofY = dimension(y, axis, rank);
      if (ofX != ofY && ofX != 1 && ofY != 1) {
        return null;
      }
      dimensions.add(Math.max(ofX, ofY));
    }
    return new Shape(dimensions);
  }

  private static int dimension(Shape shape, int axis, int rank) {
    int own = axis - (rank - shape.rank());
    return own < 0 ? 1 : shape.dimension(own);
  }

  private static List<int[]> groups(Shape shape, Shape x, Shape y) {
    List<int[]> groups = new ArrayList<>();
    int rank = shape.rank();
    int strideX = 1;
    int strideY = 1;
    for (int axis = rank - 1; axis >= 0; axis--) {
      int length = shape.dimension(axis);
      boolean varies = dimension(x, axis, rank) == length;
      boolean other = dimension(y, axis, rank) == length;
      if (length > 1) {
        int[] inner = groups.isEmpty() ? null : groups.get(0);
        if (inner != null && inner[1] > 0 == varies && inner[2] > 0 == other) {
          inner[0] *= length;
        } else {
          groups.add(0, new int[] {length, varies ? strideX : 0, other ? strideY : 0});
        }
      }
      strideX *= dimension(x, axis, rank);
      strideY *= dimension(y, axis, rank);
    }
    if (groups.isEmpty()) {
      groups.add(new int[] {1, 1, 1});
    }
    return groups;
  }

  /** Returns the shape of the result. */
  public Shape shape() {
    return shape;
  }

  /** Returns the number of values of a run. */
  public int run() {
    return run;
  }

  /** Returns the number of runs of a row. */
  public int positions() {
    return starts[0].length;
  }

  /** Returns 1 if an operand (0 or 1) has a value for each of a run, 0 if it has one for all. */
  public int step(int operand) {
    return steps[operand];
  }

  /** Returns the index in a row of an operand (0 or 1) at which a run begins. */
  public int start(int operand, int position) {
    return starts[operand][position];
  }

  /** Returns whether no operand stands for more values than it has: both have the same values. */
  public boolean isPlain() {
    return positions() == 1 && steps[0] == 1 && steps[1] == 1;
  }

  /** Returns the number of values that are read of an operand for one row. */
  long valuesRead(int operand) {
    return (long) positions() * (steps[operand] == 1 ? run : 1);
  }
}
