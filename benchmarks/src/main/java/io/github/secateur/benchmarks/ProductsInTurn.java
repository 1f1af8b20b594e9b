package io.github.secateur.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Measures products in one JVM, the implementations in turn, and takes medians: for machines whose
 * speed changes from minute to minute, where what JMH measures one after the other is hard to
 * compare. The main class of the JVMs that {@link Benchmarks} starts for the kind {@code in-turn}.
 */
final class ProductsInTurn {
  private static final List<String> IMPLEMENTATIONS = List.of("vector", "native-blas", "java-blas");

  private ProductsInTurn() {}

  /**
   * Prints a table in GFLOP/s.
   *
   * @param args the length of a turn in ms, the number of turns that do not count (the JIT compiler
   *     needs some) and of those that do, transposes and shapes, both with commas between; see
   *     {@link GemmBenchmark}
   */
  public static void main(String[] args) {
    long nanos = Long.parseLong(args[0]) * 1_000_000;
    int warmups = Integer.parseInt(args[1]);
    int turns = Integer.parseInt(args[2]);
    SpeedTable table = new SpeedTable();
    for (String shape : args[4].split(",")) {
      for (String transposes : args[3].split(",")) {
        measure(shape, transposes, nanos, warmups, turns, table);
      }
    }
    System.out.print(table.print("%.1f"));
    System.out.print(table.ratios("vector", "native-blas"));
    System.out.print(table.ratios("vector", "java-blas"));
  }

  private static void measure(
      String shape, String transposes, long nanos, int warmups, int turns, SpeedTable table) {
    List<GemmBenchmark> products = new ArrayList<>();
    for (String implementation : IMPLEMENTATIONS) {
      GemmBenchmark product = new GemmBenchmark();
      product.shape = shape;
      product.transposes = transposes;
      product.implementation = implementation;
      product.makeMatrices();
      products.add(product);
    }
    double[][] speeds = new double[products.size()][turns];
    for (int turn = -warmups; turn < turns; turn++) {
      for (int i = 0; i < products.size(); i++) {
        double speed = speed(products.get(i), nanos);
        if (turn >= 0) {
          speeds[i][turn] = speed;
        }
      }
    }
    for (int i = 0; i < products.size(); i++) {
      double median = DoubleStream.of(speeds[i]).sorted().toArray()[turns / 2];
      table.put(shape + " " + transposes, IMPLEMENTATIONS.get(i), median);
    }
  }

  /** Returns the GFLOP/s of a turn. */
  private static double speed(GemmBenchmark product, long nanos) {
    int[] sizes = GemmBenchmark.sizes(product.shape);
    long start = System.nanoTime();
    long count = 0;
    long end;
    do {
      product.multiply();
      count++;
      end = System.nanoTime();
    } while (end - start < nanos);
    return 2.0 * sizes[0] * sizes[1] * sizes[2] * count / (end - start);
  }
}
