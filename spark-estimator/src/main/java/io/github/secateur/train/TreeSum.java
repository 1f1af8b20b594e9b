package io.github.secateur.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BinaryOperator;

/**
 * Adds one value for each shard in an order that depends on the number of shards alone: along a
 * binary tree in which a node over n > 1 shards has as its left child the largest power of two
 * below n of them, and the rest as its right child.
 *
 * <p>Nodes may be given in any order and by any thread, single shards or whole subtrees that were
 * added elsewhere, once each; neighbours are added as soon as both are there, so the result has the
 * same bits whoever holds what. A node is known by its range: it begins at a multiple of a power of
 * two and has that many shards, fewer only at the end.
 *
 * @param <T> the type of the values
 */
public final class TreeSum<T> {

  /**
   * A subtree and its sum.
   *
   * @param from the index of its first shard
   * @param to the index behind its last one
   * @param sum the sum of its shards
   */
  public record Node<T>(int from, int to, T sum) implements Serializable {}

  private final int shards;
  private final BinaryOperator<T> plus;
  private final BinaryOperator<T> plusAtRoot;
  private final Map<Integer, Node<T>> waitingByFrom = new HashMap<>();

  /**
   * Starts a sum.
   *
   * @param shards the number of leaves, at least 1
   * @param plus adds a left and a right value; may change and return one of them
   */
  public TreeSum(int shards, BinaryOperator<T> plus) {
    this(shards, plus, plus);
  }

  /**
   * Starts a sum whose last addition is done by another function.
   *
   * @param shards the number of leaves, at least 1
   * @param plus adds a left and a right value; may change and return one of them
   * @param plusAtRoot adds the left and the right value of the root
   */
  TreeSum(int shards, BinaryOperator<T> plus, BinaryOperator<T> plusAtRoot) {
    if (shards < 1) {
      throw new IllegalArgumentException("a tree needs at least 1 shard, found " + shards);
    }
    this.shards = shards;
    this.plus = plus;
    this.plusAtRoot = plusAtRoot;
  }

  /** Gives the value of one shard. */
  public void add(int shard, T value) {
    add(shard, shard + 1, value);
  }

  /** Gives the sum of a subtree that was added elsewhere. */
  public void add(Node<T> node) {
    add(node.from, node.to, node.sum);
  }

  /**
   * Gives the sum of the subtree over the shards [from, to).
   *
   * @throws IllegalArgumentException if the tree has no such node
   * @throws IllegalStateException if its place is taken
   */
  public void add(int from, int to, T sum) {
    int size = sizeOf(from, to);
    T value = sum;
    int begin = from;
    int end = to;
    while (begin > 0 || end < shards) {
      boolean isRight = (begin & size) != 0;
      int siblingFrom = isRight ? begin - size : begin + size;
      if (siblingFrom >= shards) {
        size *= 2; // the last node of its level has no sibling there and is its own parent
        continue;
      }
      int siblingTo = Math.min(siblingFrom + size, shards);
      Node<T> sibling = takeOrWait(siblingFrom, siblingTo, new Node<>(begin, end, value));
      if (sibling == null) {
        return;
      }
      begin = Math.min(begin, siblingFrom);
      end = Math.max(end, siblingTo);
      BinaryOperator<T> adds = begin == 0 && end == shards ? plusAtRoot : plus;
      value = isRight ? adds.apply(sibling.sum, value) : adds.apply(value, sibling.sum);
      size *= 2;
    }
    takeOrWait(-1, -1, new Node<>(begin, end, value));
  }

  private int sizeOf(int from, int to) {
    int size = to > from ? Integer.highestOneBit(2 * (to - from) - 1) : 0;
    if (from < 0
        || to > shards
        || size == 0
        || from % size != 0
        || to != Math.min(from + size, shards)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "[%d, %d) is no node of the tree over %d shards", from, to, shards));
    }
    return size;
  }

  /**
   * Removes and returns the sibling if it is there; otherwise keeps the node until the sibling
   * comes.
   */
  private synchronized Node<T> takeOrWait(int siblingFrom, int siblingTo, Node<T> node) {
    Node<T> sibling = waitingByFrom.get(siblingFrom);
    if (sibling != null && sibling.to == siblingTo) {
      return waitingByFrom.remove(siblingFrom);
    }
    if (waitingByFrom.putIfAbsent(node.from, node) != null) {
      throw new IllegalStateException("shard " + node.from + " was added twice");
    }
    return null;
  }

  /**
   * Returns the sum of all shards.
   *
   * @throws IllegalStateException if some are missing
   */
  public synchronized T total() {
    Node<T> root = waitingByFrom.get(0);
    if (root == null || root.to != shards) {
      throw new IllegalStateException("shards are missing from the sum, there are only " + nodes());
    }
    return root.sum;
  }

  /**
   * Returns the largest subtrees known so far, by ascending index: what has to be sent to whoever
   * holds the rest.
   */
  public synchronized List<Node<T>> nodes() {
    List<Node<T>> nodes = new ArrayList<>(waitingByFrom.values());
    nodes.sort((a, b) -> Integer.compare(a.from, b.from));
    return nodes;
  }
}
