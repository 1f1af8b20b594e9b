package io.github.secateur.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Small datasets with columns features, label, weight and check, which is true for every fifth row.
 */
final class TestData {
  static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType)
          .add("weight", DataTypes.DoubleType)
          .add("check", DataTypes.BooleanType);

  private TestData() {}

  /** Returns the four rows of "exclusive or", in one partition. */
  static Dataset<Row> xor() {
    return partitions(
        List.of(
            List.of(
                row(0.0, 0.0, 0.0), row(1.0, 0.0, 1.0), row(1.0, 1.0, 0.0), row(0.0, 1.0, 1.0))));
  }

  /** Returns rows of 4 features around 3 centers, with their class as label. */
  static List<Row> clusters(int rows) {
    Random random = new Random(5);
    List<Row> result = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      int label = random.nextInt(3);
      double[] features = new double[4];
      for (int f = 0; f < 4; f++) {
        // float32 numbers, so that all types of columns can hold them; some are 0
        features[f] = (float) Math.max(0, (f == label ? 2 : 0) + random.nextGaussian());
      }
      result.add(
          RowFactory.create(
              Vectors.dense(features), (double) label, 0.5 + random.nextInt(3), i % 5 == 0));
    }
    return result;
  }

  /** Returns rows dealt to partitions, one after the other; the empty ones get none. */
  static Dataset<Row> deal(List<Row> rows, int partitions, Integer... empty) {
    return partitions(dealt(rows, partitions, empty));
  }

  /** Returns the rows of each partition; see {@link #deal}. */
  static List<List<Row>> dealt(List<Row> rows, int partitions, Integer... empty) {
    List<List<Row>> dealt = new ArrayList<>();
    List<Integer> holders = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      dealt.add(new ArrayList<>());
      if (!List.of(empty).contains(p)) {
        holders.add(p);
      }
    }
    for (int i = 0; i < rows.size(); i++) {
      dealt.get(holders.get(i % holders.size())).add(rows.get(i));
    }
    return dealt;
  }

  private static Dataset<Row> partitions(List<List<Row>> partitions) {
    LocalSpark.session();
    return LocalSpark.partitions(SCHEMA, partitions);
  }

  private static Row row(double label, double... features) {
    return RowFactory.create(Vectors.dense(features), label, 1.0, false);
  }
}
