package io.github.secateur.exchange.reading;

import java.util.ArrayList;
import java.util.List;

/**
 * A piece of an axis that moves as a whole: an axis of the file is a list of atoms, outer ones
 * first. An image's height is an atom, and after flattening, the one axis of the vector has the
 * atoms channels, height and width. Two atoms of one size are two atoms.
 */
final class Atom {
  /** The rows of the batch. */
  static final Atom BATCH = new Atom(0);

  private final int size;

  private Atom(int size) {
    this.size = size;
  }

  /** Returns an axis of this length: of one atom, or none if the length is 1. */
  static List<Atom> axis(int size) {
    return size == 1 ? List.of() : List.of(new Atom(size));
  }

  /** Returns a new atom of this size, at least 2. */
  static Atom of(int size) {
    return new Atom(size);
  }

  /** Returns the number of values along it. */
  int size() {
    return size;
  }

  /** Returns the number of values along it for a batch of so many rows. */
  int size(int rows) {
    return this == BATCH ? rows : size;
  }

  /** Returns the number of values along atoms in one row. */
  static int product(List<Atom> atoms) {
    int product = 1;
    for (Atom atom : atoms) {
      product *= atom.size(1);
    }
    return product;
  }

  /** Returns atoms without that of the batch. */
  static List<Atom> ofRow(List<Atom> atoms) {
    return atoms.stream().filter(atom -> atom != BATCH).toList();
  }

  /** Returns all atoms of lists, one after the other. */
  static List<Atom> join(List<List<Atom>> lists) {
    List<Atom> all = new ArrayList<>();
    lists.forEach(all::addAll);
    return all;
  }
}
