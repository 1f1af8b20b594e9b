package io.github.secateur.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Measures products in one JVM, the implementations in turn: for machines whose speed changes from
 * minute to minute, where what JMH measures one after the other is hard to compare. Speeds are
 * medians of all turns, and so are ratios, each of two turns that follow one another, as the
 * machine mostly has one speed in both. The main class of the JVMs that {@link Benchmarks} starts
 * for the kind {@code in-turn}.
 */
final class ProductsInTurn {
  private static final String OURS = "vector";
  private static final List<String> OTHERS = List.of("native-blas", "java-blas");

  private final long nanos;
  private final int warmups;
  private final int turns;
  private final SpeedTable speeds = new SpeedTable();
  private final SpeedTable ratios = new SpeedTable();

  private ProductsInTurn(long nanos, int warmups, int turns) {
    this.nanos = nanos;
    this.warmups = warmups;
    this.turns = turns;
  }

  /**
   * Prints a table in GFLOP/s.
   *
   * @param args the length of a turn in ms, the number of turns that do not count (the JIT compiler
   *     needs some) and of those that do, transposes and shapes, both with commas between; see
   *     {@link GemmBenchmark}
   */
  public static void main(String[] args) {
    ProductsInTurn measurement =
        new ProductsInTurn(
            Long.parseLong(args[0]) * 1_000_000,
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]));
    for (String shape : args[4].split(",")) {
      for (String transposes : args[3].split(",")) {
        measurement.measure(shape, transposes);
      }
    }
    System.out.print(measurement.speeds.print("%.1f"));
    System.out.println(OURS + " divided by");
    System.out.print(measurement.ratios.print("%.2f"));
    for (String other : OTHERS) {
      System.out.print(measurement.ratios.summary(other, OURS + " / " + other));
    }
  }

  private void measure(String shape, String transposes) {
    List<String> names = new ArrayList<>(OTHERS);
    names.add(1, OURS);
    List<GemmBenchmark> products =
        names.stream().map(name -> product(shape, transposes, name)).toList();
    double[][] measured = new double[products.size()][turns];
    for (int turn = -warmups; turn < turns; turn++) {
      for (int i = 0; i < products.size(); i++) {
        double speed = speed(products.get(i));
        if (turn >= 0) {
          measured[i][turn] = speed;
        }
      }
    }
    String row = shape + " " + transposes;
    double[] ours = measured[names.indexOf(OURS)];
    for (int i = 0; i < names.size(); i++) {
      speeds.put(row, names.get(i), median(DoubleStream.of(measured[i])));
    }
    for (String other : OTHERS) {
      double[] theirs = measured[names.indexOf(other)];
      double[] ratio = IntStream.range(0, turns).mapToDouble(t -> ours[t] / theirs[t]).toArray();
      ratios.put(row, other, median(DoubleStream.of(ratio)));
    }
  }

  private static GemmBenchmark product(String shape, String transposes, String implementation) {
    GemmBenchmark product = new GemmBenchmark();
    product.shape = shape;
    product.transposes = transposes;
    product.implementation = implementation;
    product.makeMatrices();
    return product;
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Returns the GFLOP/s of a turn. */
  private double speed(GemmBenchmark product) {
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
