package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.train.TreeSum.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class TreeSumTest {
  private static final BinaryOperator<String> JOIN = (left, right) -> "(" + left + right + ")";

  private static TreeSum<String> letters(int shards, List<Integer> order) {
    TreeSum<String> sum = new TreeSum<>(shards, JOIN);
    order.forEach(shard -> sum.add(shard, letter(shard)));
    return sum;
  }

  private static String letter(int shard) {
    return String.valueOf((char) ('a' + shard));
  }

  private static List<Integer> range(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int i = from; i < to; i++) {
      range.add(i);
    }
    return range;
  }

  /**
   * The definition, written down separately: split at the largest power of two below the length.
   */
  private static String oracle(int from, int to) {
    if (to - from == 1) {
      return letter(from);
    }
    int half = Integer.highestOneBit(to - from - 1);
    return JOIN.apply(oracle(from, from + half), oracle(from + half, to));
  }

  @Test
  void addsAlongTheTree() {
    assertEquals("a", letters(1, range(0, 1)).total());
    assertEquals("((ab)c)", letters(3, range(0, 3)).total());
    assertEquals("(((ab)(cd))((ef)g))", letters(7, range(0, 7)).total());
  }

  @Test
  void theLastAdditionMayBeAnother() {
    Random random = new Random(1);
    for (int shards = 1; shards <= 9; shards++) {
      List<Integer> order = range(0, shards);
      Collections.shuffle(order, random);
      TreeSum<String> sum = new TreeSum<>(shards, JOIN, (left, right) -> "[" + left + right + "]");
      order.forEach(shard -> sum.add(shard, letter(shard)));
      String inner = oracle(0, shards);
      String expected = shards == 1 ? inner : "[" + inner.substring(1, inner.length() - 1) + "]";
      assertEquals(expected, sum.total());
    }
  }

  @Test
  void anyOrderGivesTheSameTree() {
    Random random = new Random(1);
    for (int shards = 1; shards <= 20; shards++) {
      for (int repetition = 0; repetition < 20; repetition++) {
        List<Integer> order = range(0, shards);
        Collections.shuffle(order, random);
        assertEquals(oracle(0, shards), letters(shards, order).total(), "order " + order);
      }
    }
  }

  @Test
  void anyHoldersOfShardsGiveTheSameTree() {
    Random random = new Random(2);
    for (int repetition = 0; repetition < 300; repetition++) {
      int shards = 1 + random.nextInt(20);
      int holders = 1 + random.nextInt(4);
      List<TreeSum<String>> parts = new ArrayList<>();
      for (int i = 0; i < holders; i++) {
        parts.add(new TreeSum<>(shards, JOIN));
      }
      boolean contiguous = random.nextBoolean();
      for (int shard = 0; shard < shards; shard++) {
        int holder = contiguous ? shard * holders / shards : random.nextInt(holders);
        parts.get(holder).add(shard, letter(shard));
      }
      List<Node<String>> nodes = new ArrayList<>();
      parts.forEach(part -> nodes.addAll(part.nodes()));
      Collections.shuffle(nodes, random);
      TreeSum<String> sum = new TreeSum<>(shards, JOIN);
      nodes.forEach(sum::add);
      assertEquals(oracle(0, shards), sum.total());
    }
  }

  @Test
  void holdersSendWholeSubtrees() {
    assertEquals(
        List.of(new Node<>(0, 4, "((ab)(cd))"), new Node<>(4, 5, "e")),
        letters(8, range(0, 5)).nodes());
    assertEquals(
        List.of(new Node<>(5, 6, "f"), new Node<>(6, 7, "g")), letters(8, range(5, 7)).nodes());
    assertEquals(List.of(new Node<>(4, 7, "((ef)g)")), letters(7, range(4, 7)).nodes());
  }

  @Test
  void manyThreadsGiveTheSameBits() throws Exception {
    int shards = 1000;
    float[] values = new float[shards];
    Random random = new Random(3);
    TreeSum<Float> alone = new TreeSum<>(shards, Float::sum);
    for (int i = 0; i < shards; i++) {
      values[i] = (float) random.nextGaussian();
      alone.add(i, values[i]);
    }
    TreeSum<Float> together = new TreeSum<>(shards, Float::sum);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> futures = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int first = t;
      futures.add(
          threads.submit(
              () -> {
                for (int i = first; i < shards; i += 4) {
                  together.add(i, values[i]);
                }
              }));
    }
    for (Future<?> future : futures) {
      future.get();
    }
    threads.shutdown();
    assertEquals(alone.total(), together.total());
  }

  @Test
  void mistakesAreRefused() {
    TreeSum<String> sum = letters(7, range(0, 3));
    refused(
        IllegalStateException.class,
        "shards are missing from the sum, there are only " + sum.nodes(),
        sum::total);
    refused(IllegalStateException.class, "shard 2 was added twice", () -> sum.add(2, "c"));
    refused(IllegalStateException.class, "shard 0 was added twice", () -> sum.add(0, "a"));
    for (int[] range : new int[][] {{0, 3}, {1, 3}, {3, 3}, {6, 8}, {-1, 0}, {2, 6}}) {
      refused(
          IllegalArgumentException.class,
          "[" + range[0] + ", " + range[1] + ") is no node of the tree over 7 shards",
          () -> sum.add(range[0], range[1], "x"));
    }
    refused(
        IllegalArgumentException.class,
        "a tree needs at least 1 shard, found 0",
        () -> new TreeSum<>(0, JOIN));
  }

  private static void refused(Class<? extends Exception> type, String message, Executable action) {
    assertEquals(message, assertThrows(type, action).getMessage());
  }
}
