package io.github.secateur.exchange.reading;

import io.github.secateur.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A value that is computed from the rows: a value of the network, and how its numbers stand for the
 * file's. Transposing, reshaping and flattening change the second only.
 *
 * @param axes the axes that the file gives it, with that of the batch
 * @param value the name of the network's input or layer
 * @param shape the shape of a row of it in the network
 * @param order the order in which the network has its atoms, without that of the batch
 */
record Flow(List<List<Atom>> axes, String value, Shape shape, List<Atom> order) implements Value {

  Flow {
    axes = axes.stream().map(List::copyOf).toList();
    order = List.copyOf(order);
  }

  int rank() {
    return axes.size();
  }

  /** Returns the length along each axis for a batch of so many rows. */
  int[] dimensions(int rows) {
    int[] dimensions = new int[rank()];
    for (int axis = 0; axis < dimensions.length; axis++) {
      dimensions[axis] = 1;
      for (Atom atom : axes.get(axis)) {
        dimensions[axis] *= atom.size(rows);
      }
    }
    return dimensions;
  }

  /** Returns the atoms of an axis; the batch's is none of them. */
  List<Atom> axis(int axis) {
    return Atom.ofRow(axes.get(axis));
  }

  /** Returns the number of values along an axis in one row. */
  int length(int axis) {
    return Atom.product(axes.get(axis));
  }

  /** Returns the axis that holds the batch. */
  int batchAxis() {
    for (int axis = 0; axis < rank(); axis++) {
      if (axes.get(axis).contains(Atom.BATCH)) {
        return axis;
      }
    }
    throw new IllegalStateException("no axis holds the batch");
  }

  /** Returns the axis that the file means, counted from the end if negative. */
  int axisOf(long number) {
    return axisOf(number, rank());
  }

  /** Returns the axis of a value of this rank, counted from the end if negative. */
  static int axisOf(long number, int rank) {
    long axis = number < 0 ? number + rank : number;
    if (axis < 0 || axis >= rank) {
      throw new Unreadable("an axis must be in [%d, %d), found %d", -rank, rank, number);
    }
    return (int) axis;
  }

  /**
   * Returns the atoms of each axis that it has in the network, or null if an atom has some of two.
   */
  List<List<Atom>> blocks() {
    List<List<Atom>> blocks = new ArrayList<>();
    int at = 0;
    for (int length : shape.dimensions()) {
      int from = at;
      int product = 1;
      while (product < length && at < order.size()) {
        product *= order.get(at++).size();
      }
      if (product != length) {
        return null;
      }
      blocks.add(order.subList(from, at));
    }
    return blocks;
  }

  /** Returns the same value of the network, seen with other axes. */
  Flow withAxes(List<List<Atom>> newAxes) {
    return new Flow(newAxes, value, shape, order);
  }

  /** Returns the value of a layer that keeps the shape of this one. */
  Flow withValue(String newValue) {
    return new Flow(axes, newValue, shape, order);
  }

  /** Returns atoms in the order in which the network has them. */
  List<Atom> inNetworkOrder(List<Atom> atoms) {
    return order.stream().filter(atoms::contains).toList();
  }

  /** Returns the atoms that are not among these, in the order in which the network has them. */
  List<Atom> others(List<Atom> atoms) {
    return order.stream().filter(atom -> !atoms.contains(atom)).toList();
  }

  /** Returns it with an atom replaced by two, the outer one of this size. */
  Flow split(Atom atom, int outer) {
    List<Atom> parts = List.of(Atom.of(outer), Atom.of(atom.size() / outer));
    return new Flow(
        axes.stream().map(axis -> replaced(axis, atom, parts)).toList(),
        value,
        shape,
        replaced(order, atom, parts));
  }

  private static List<Atom> replaced(List<Atom> atoms, Atom atom, List<Atom> parts) {
    List<Atom> result = new ArrayList<>();
    atoms.forEach(each -> result.addAll(each == atom ? parts : List.of(each)));
    return result;
  }

  /**
   * Returns it with axes of other lengths, whose values are in the same order.
   *
   * @param two the lengths for a batch of two rows
   * @param three the lengths for a batch of three rows
   * @return null if an axis would begin or end within an atom
   */
  Flow reshaped(int[] two, int[] three) {
    Flow flow = this;
    List<Atom> rest = new ArrayList<>(Atom.join(axes));
    List<List<Atom>> newAxes = new ArrayList<>();
    for (int axis = 0; axis < two.length; axis++) {
      List<Atom> atoms = new ArrayList<>();
      int leftTwo = two[axis];
      int leftThree = three[axis];
      while (leftTwo != 1 || leftThree != 1) {
        if (rest.isEmpty()) {
          return null;
        }
        Atom atom = rest.remove(0);
        if (leftTwo % atom.size(2) == 0 && leftThree % atom.size(3) == 0) {
          leftTwo /= atom.size(2);
          leftThree /= atom.size(3);
          atoms.add(atom);
        } else if (atom != Atom.BATCH && leftTwo == leftThree && atom.size() % leftTwo == 0) {
          Flow parts = flow.split(atom, leftTwo);
          int at = flow.order.indexOf(atom);
          rest.add(0, parts.order.get(at + 1));
          atoms.add(parts.order.get(at));
          flow = parts;
          leftTwo = 1;
          leftThree = 1;
        } else {
          return null;
        }
      }
      newAxes.add(atoms);
    }
    return rest.isEmpty() ? flow.withAxes(newAxes) : null;
  }

  /**
   * Returns where each value of these atoms, in the network's order, stands in the file's order.
   */
  static int[] positions(List<Atom> network, List<Atom> file) {
    int size = Atom.product(file);
    int[] result = new int[size];
    int[] strides = new int[network.size()];
    for (int i = 0; i < strides.length; i++) {
      strides[i] = Atom.product(file.subList(file.indexOf(network.get(i)) + 1, file.size()));
    }
    for (int index = 0; index < size; index++) {
      int left = index;
      for (int i = strides.length - 1; i >= 0; i--) {
        result[index] += left % network.get(i).size() * strides[i];
        left /= network.get(i).size();
      }
    }
    return result;
  }

  /** Returns the shape of groups of atoms. */
  static Shape shape(List<List<Atom>> groups) {
    int[] dimensions = groups.stream().mapToInt(Atom::product).toArray();
    return dimensions.length == 0 ? Shape.of(1) : Shape.of(dimensions);
  }

  /** Returns a group for each atom. */
  static List<List<Atom>> single(List<Atom> atoms) {
    return atoms.stream().map(List::of).toList();
  }

  @Override
  public String toString() {
    return value + " " + Arrays.toString(dimensions(2)) + " " + Collections.unmodifiableList(order);
  }
}
