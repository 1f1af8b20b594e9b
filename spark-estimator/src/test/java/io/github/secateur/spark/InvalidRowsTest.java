package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A row that cannot be trained on ends the fit with the column and the value: the cases of
 * testInvalidClassificationLabels, testInvalidWeights and testInvalidVectors in Spark's MLTest.
 */
class InvalidRowsTest {
  private static final Vector FINE = Vectors.dense(1, 2);
  private static final Row GOOD = RowFactory.create(FINE, 1.0, 1.0, false);

  static Stream<Arguments> rows() {
    double infinity = Double.POSITIVE_INFINITY;
    return Stream.of(
        Arguments.of(FINE, null, 1.0, "label", "null"),
        Arguments.of(FINE, Double.NaN, 1.0, "label", "NaN"),
        Arguments.of(FINE, 3.0, 1.0, "label", "3.0"),
        Arguments.of(FINE, -3.0, 1.0, "label", "-3.0"),
        Arguments.of(FINE, infinity, 1.0, "label", "Infinity"),
        Arguments.of(FINE, 0.1, 1.0, "label", "0.1"),
        Arguments.of(FINE, 1.0, null, "weight", "null"),
        Arguments.of(FINE, 1.0, Double.NaN, "weight", "NaN"),
        Arguments.of(FINE, 1.0, -3.0, "weight", "-3.0"),
        Arguments.of(FINE, 1.0, infinity, "weight", "Infinity"),
        Arguments.of(null, 1.0, 1.0, "features", "null"),
        Arguments.of(Vectors.dense(Double.NaN, 2), 1.0, 1.0, "features", "NaN"),
        Arguments.of(Vectors.dense(1, -infinity), 1.0, 1.0, "features", "-Infinity"),
        Arguments.of(
            Vectors.sparse(2, new int[] {1}, new double[] {infinity}),
            1.0,
            1.0,
            "features",
            "Infinity"),
        // not among Spark's, whose classifier fails with an index out of bounds
        Arguments.of(Vectors.dense(1, 2, 3), 1.0, 1.0, "features", "3"),
        Arguments.of(Vectors.dense(1), 1.0, 1.0, "features", "1"));
  }

  @ParameterizedTest(name = "{4} in column {3}")
  @MethodSource("rows")
  void theMessageNamesColumnAndValue(
      Vector features, Double label, Double weight, String column, String value) {
    LocalSpark.session();
    Row bad = RowFactory.create(features, label, weight, false);
    for (List<Row> rows : List.of(List.of(GOOD, bad), List.of(bad, GOOD))) {
      Dataset<Row> data = LocalSpark.partitions(TestData.SCHEMA, List.of(rows));
      NeuralNetworkClassifier classifier =
          new NeuralNetworkClassifier()
              .setLayers(new int[] {2, 5, 2})
              .setWeightCol("weight")
              .setMaxIter(1);
      String message =
          assertThrows(IllegalArgumentException.class, () -> classifier.fit(data)).getMessage();
      assertTrue(message.contains("\"" + column + "\""), message);
      assertTrue(message.contains("found " + value), message);
      assertEquals(0, data.sparkSession().sparkContext().getPersistentRDDs().size());
    }
  }
}
