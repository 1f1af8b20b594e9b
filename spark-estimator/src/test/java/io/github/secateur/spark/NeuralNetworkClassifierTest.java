package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/**
 * What it learns; for the most part the checks that Spark makes of MultilayerPerceptronClassifier.
 */
class NeuralNetworkClassifierTest {

  private static NeuralNetworkClassifier fullBatch(int... layers) {
    return new NeuralNetworkClassifier()
        .setLayers(layers)
        .setActivation("tanh")
        .setSeed(123)
        .setMaxIter(200)
        .setSolver("l-bfgs");
  }

  @Test
  void learnsExclusiveOr() {
    Dataset<Row> xor = TestData.xor();
    for (String solver : List.of("l-bfgs", "adam", "sgd")) {
      NeuralNetworkClassificationModel model =
          fullBatch(2, 8, 2).setSolver(solver).setStepSize(0.1).setBatchSize(4).fit(xor);
      for (Row row : model.transform(xor).select("prediction", "label").collectAsList()) {
        assertEquals(row.getDouble(1), row.getDouble(0), solver);
      }
    }
  }

  @Test
  void probabilitiesOfContradictoryRowsAreCalibrated() {
    List<Row> rows =
        List.of(
            RowFactory.create(Vectors.dense(1, 2, 3, 4), 0.0, 1.0, false),
            RowFactory.create(Vectors.dense(4, 3, 2, 1), 1.0, 1.0, false),
            RowFactory.create(Vectors.dense(1, 1, 1, 1), 0.0, 1.0, false),
            RowFactory.create(Vectors.dense(1, 1, 1, 1), 1.0, 1.0, false));
    NeuralNetworkClassificationModel model = fullBatch(4, 5, 2).fit(TestData.deal(rows, 1));
    double[] expected = {0, 1, 0.5, 0.5};
    for (int i = 0; i < 4; i++) {
      Vector probability = model.predictProbability((Vector) rows.get(i).get(0));
      assertEquals(expected[i], probability.apply(1), 1e-3);
      assertEquals(1, probability.apply(0) + probability.apply(1), 1e-15);
    }
  }

  @Test
  void threeClassesAreToldApartAsByLogisticRegression() {
    Dataset<Row> data = TestData.deal(irisLike(1000), 2);
    double expected =
        new LogisticRegression().setRegParam(0).setMaxIter(100).fit(data).summary().accuracy();
    double found = fullBatch(4, 5, 4, 3).setMaxIter(100).fit(data).summary().accuracy();
    assertEquals(expected, found, 0.02);
  }

  /** Rows drawn from a logistic model of three classes; coefficients of Spark's OneVsRestSuite. */
  private static List<Row> irisLike(int count) {
    double[][] coefficients = {
      {0, 0, 0, 0, 0},
      {-0.57997, 0.912083, -0.371077, -0.819866, 2.688191},
      {-0.16624, -0.84355, -0.048509, -0.301789, 4.170682}
    };
    double[] mean = {5.843, 3.057, 3.758, 1.199};
    double[] variance = {0.6856, 0.1899, 3.116, 0.581};
    Random random = new Random(1);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[4];
      Arrays.setAll(x, j -> mean[j] + random.nextGaussian() * Math.sqrt(variance[j]));
      double[] odds = new double[3];
      for (int c = 0; c < 3; c++) {
        double margin = coefficients[c][4];
        for (int j = 0; j < 4; j++) {
          margin += coefficients[c][j] * x[j];
        }
        odds[c] = Math.exp(margin);
      }
      double draw = random.nextDouble() * (odds[0] + odds[1] + odds[2]);
      int label = draw < odds[0] ? 0 : draw < odds[0] + odds[1] ? 1 : 2;
      rows.add(RowFactory.create(Vectors.dense(x), (double) label, 1.0, false));
    }
    return rows;
  }

  @Test
  void labelsAndWeightsOfAllNumericTypesGiveTheSameModel() {
    Dataset<Row> data =
        TestData.deal(TestData.clusters(60), 2)
            .withColumn("weight", functions.ceil(functions.col("weight")));
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier()
            .setLayers(new int[] {4, 3})
            .setMaxIter(2)
            .setWeightCol("weight");
    Vector expected = classifier.fit(data).weights();
    for (String type : List.of("byte", "short", "int", "long", "float", "decimal(10,0)")) {
      Dataset<Row> cast =
          data.withColumn("label", functions.col("label").cast(type))
              .withColumn("weight", functions.col("weight").cast(type));
      assertEquals(expected, classifier.fit(cast).weights(), type);
    }
  }

  @Test
  void aWeightCountsAsThatManyRows() {
    List<Row> weighted = new ArrayList<>();
    List<Row> repeated = new ArrayList<>();
    Random random = new Random(3);
    for (Row row : TestData.clusters(100)) {
      int times = 1 + random.nextInt(3);
      weighted.add(RowFactory.create(row.get(0), row.get(1), (double) times, false));
      for (int i = 0; i < times; i++) {
        repeated.add(RowFactory.create(row.get(0), row.get(1), 1.0, false));
      }
    }
    NeuralNetworkClassifier classifier = fullBatch(4, 3).setMaxIter(10).setRegParam(0.1);
    Vector expected = classifier.fit(TestData.deal(repeated, 1)).weights();
    Vector found = classifier.setWeightCol("weight").fit(TestData.deal(weighted, 1)).weights();
    assertClose(expected, found);
  }

  @Test
  void rowsOfTinyWeightHardlyMatter() {
    List<Row> rows = TestData.clusters(100);
    List<Row> withOutliers = new ArrayList<>(rows.stream().map(r -> weighted(r, 1)).toList());
    for (Row row : rows) {
      Row other = RowFactory.create(row.get(0), (row.getDouble(1) + 1) % 3, 1.0, false);
      withOutliers.add(weighted(other, 1e-6));
    }
    NeuralNetworkClassifier classifier = fullBatch(4, 3).setMaxIter(10).setRegParam(0.1);
    Vector expected = classifier.fit(TestData.deal(rows, 1)).weights();
    Vector found = classifier.setWeightCol("weight").fit(TestData.deal(withOutliers, 1)).weights();
    assertClose(expected, found);
  }

  @Test
  void theScaleOfAllWeightsDoesNotMatter() {
    List<Row> rows = TestData.clusters(100);
    NeuralNetworkClassifier classifier =
        fullBatch(4, 3).setSolver("adam").setMaxIter(3).setWeightCol("weight");
    Vector expected = fit(classifier, rows, 1);
    assertClose(expected, fit(classifier, rows, 0.01));
    assertClose(expected, fit(classifier, rows, 1000));
    // powers of two are exact
    assertEquals(expected, fit(classifier, rows, 0.25));
  }

  private static Vector fit(NeuralNetworkClassifier classifier, List<Row> rows, double scale) {
    List<Row> scaled = rows.stream().map(row -> weighted(row, scale)).toList();
    return classifier.fit(TestData.deal(scaled, 2)).weights();
  }

  private static Row weighted(Row row, double weight) {
    return RowFactory.create(row.get(0), row.get(1), weight, false);
  }

  private static void assertClose(Vector expected, Vector found) {
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.apply(i) - found.apply(i)));
    }
    assertTrue(largest < 1e-4, "weights differ by " + largest);
  }

  @Test
  void validationRowsAreNotTrainedOn() {
    List<Row> rows = TestData.clusters(100);
    List<Row> training = rows.stream().filter(row -> !row.getBoolean(3)).toList();
    NeuralNetworkClassifier classifier = fullBatch(4, 3).setSolver("adam").setMaxIter(3);
    Vector expected = classifier.fit(TestData.deal(training, 1)).weights();
    assertEquals(
        expected,
        classifier
            .setValidationIndicatorCol("check")
            .setPatience(0)
            .fit(TestData.deal(rows, 1))
            .weights());
  }
}
