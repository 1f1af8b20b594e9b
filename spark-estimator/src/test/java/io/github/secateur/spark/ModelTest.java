package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.functions$;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  private static final Network NETWORK = Network.input(4).dense(6).relu().dense(3);

  private static NeuralNetworkClassificationModel model() {
    return new NeuralNetworkClassificationModel(
        "model", new InferenceEngines(NETWORK, NETWORK.initialParameters(3)));
  }

  private static Dataset<Row> data() {
    return TestData.deal(TestData.clusters(30), 2);
  }

  @Test
  void allCombinationsOfColumnsAgree() {
    Dataset<Row> all =
        model().transform(data()).select("features", "rawPrediction", "probability", "prediction");
    List<Row> expected = all.collectAsList();
    for (int bits = 0; bits < 8; bits++) {
      String raw = (bits & 1) != 0 ? "raw" : "";
      String probability = (bits & 2) != 0 ? "prob" : "";
      String prediction = (bits & 4) != 0 ? "pred" : "";
      NeuralNetworkClassificationModel some =
          model()
              .setRawPredictionCol(raw)
              .setProbabilityCol(probability)
              .setPredictionCol(prediction);
      Dataset<Row> found = some.transform(all);
      List<String> added = new ArrayList<>(List.of(raw, probability, prediction));
      added.removeIf(String::isEmpty);
      List<String> columns = new ArrayList<>(List.of(all.columns()));
      columns.addAll(added);
      assertEquals(columns, List.of(found.columns()));
      List<Row> rows = found.collectAsList();
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        checkEqual(expected.get(i).get(1), row, raw);
        checkEqual(expected.get(i).get(2), row, probability);
        checkEqual(expected.get(i).get(3), row, prediction);
      }
    }
  }

  private static void checkEqual(Object expected, Row row, String column) {
    if (!column.isEmpty()) {
      assertEquals(expected, row.getAs(column));
    }
  }

  @Test
  void oneRowAtATimeGivesTheSame() {
    NeuralNetworkClassificationModel model = model();
    for (Row row : model.transform(data()).collectAsList()) {
      Vector features = row.getAs("features");
      assertEquals(row.<Vector>getAs("rawPrediction"), model.predictRaw(features));
      assertEquals(row.<Vector>getAs("probability"), model.predictProbability(features));
      assertEquals(row.<Double>getAs("prediction"), model.predict(features));
      assertEquals(model.predictRaw(features), model.predictRaw(features.toSparse()));
    }
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheLogits() {
    NeuralNetworkClassificationModel model = model();
    assertEquals(
        Vectors.dense(0.25, 0.5, 0.25),
        model.raw2probabilityInPlace(Vectors.dense(0, Math.log(2), 0)));
    // no overflow, no NaN
    assertEquals(
        Vectors.dense(0, 1, 0), model.raw2probabilityInPlace(Vectors.dense(-5000, 5000, 0)));
    assertEquals(
        Vectors.dense(0.5, 0.5, 0),
        model.raw2probabilityInPlace(Vectors.dense(1e300, 1e300, -1e300)));
  }

  @Test
  void thresholdsWeighTheProbabilities() {
    NeuralNetworkClassificationModel model = model();
    Vector even = Vectors.dense(0.4, 0.4, 0.2);
    assertEquals(0, model.probability2prediction(even));
    model.setThresholds(new double[] {0.5, 0.5, 0.5});
    assertEquals(0, model.probability2prediction(even));
    model.setThresholds(new double[] {0.5, 0.5, 0.2});
    assertEquals(2, model.probability2prediction(even));
    model.setThresholds(new double[] {0.5, 0, 0.2});
    assertEquals(1, model.probability2prediction(even));
    assertEquals(2, model.probability2prediction(Vectors.dense(0.4, 0, 0.6)));
  }

  /** Whether the prediction is computed from a column of logits or probabilities, or from rows. */
  @Test
  void thresholdsGiveTheSameInATableAndForOneRow() {
    for (double[] thresholds : new double[][] {{0.9, 0.05, 0.3}, {0.5, 0, 0.5}, {1, 1, 1}}) {
      NeuralNetworkClassificationModel model = model().setThresholds(thresholds);
      List<Row> all = model.transform(data()).collectAsList();
      List<Row> alone =
          model()
              .setThresholds(thresholds)
              .setRawPredictionCol("")
              .setProbabilityCol("")
              .transform(data())
              .collectAsList();
      for (int i = 0; i < all.size(); i++) {
        double[] probability = all.get(i).<Vector>getAs("probability").toArray();
        int expected = 0;
        for (int c = 1; c < 3; c++) {
          if (probability[c] / thresholds[c] > probability[expected] / thresholds[expected]) {
            expected = c;
          }
        }
        assertEquals(expected, all.get(i).<Double>getAs("prediction"));
        assertEquals(expected, alone.get(i).<Double>getAs("prediction"));
        assertEquals(expected, model.predict(all.get(i).<Vector>getAs("features")));
      }
    }
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier().setLayers(new int[] {4, 3}).setMaxIter(1);
    double[] given = {0.2, 0.3, 0.5};
    assertArrayEquals(given, classifier.setThresholds(given).fit(data()).getThresholds());
  }

  @Test
  void badThresholdsAreRefused() {
    NeuralNetworkClassificationModel model = model();
    for (double[] bad : new double[][] {{0, 0, 1}, {0, 0, 0}, {-0.1, 1, 1}, {1, 1}}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> model.setThresholds(bad)).getMessage();
      assertTrue(message.contains("threshold"), message);
    }
    model.set(model.thresholds(), new double[] {0.5, 0.5});
    Exception e = assertThrows(IllegalArgumentException.class, () -> model.transform(data()));
    assertTrue(e.getMessage().contains("numClasses=3"), e.getMessage());
  }

  @Test
  void thePredictedColumnsCarryTheirAttributes() {
    Dataset<Row> predicted = model().transform(data());
    StructType schema = predicted.schema();
    assertEquals(3, AttributeGroup.fromStructField(schema.apply("rawPrediction")).size());
    assertEquals(3, AttributeGroup.fromStructField(schema.apply("probability")).size());
    NominalAttribute prediction =
        (NominalAttribute) Attribute.fromStructField(schema.apply("prediction"));
    assertEquals(3, prediction.getNumValues().get());
    StructType expected = model().transformSchema(data().schema());
    assertEquals(Set.of(expected.fieldNames()), Set.of(schema.fieldNames()));
  }

  @Test
  void anExistingColumnIsNotReplaced() {
    for (NeuralNetworkClassificationModel model :
        List.of(
            model().setPredictionCol("label"),
            model().setProbabilityCol("label"),
            model().setRawPredictionCol("label"))) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> model.transform(data()));
      assertTrue(e.getMessage().contains("label already exists"), e.getMessage());
    }
  }

  @Test
  void aColumnThatDiffersInCaseExistsAsSparkResolvesNames() {
    Dataset<Row> rows = data().withColumn("Prediction", functions.lit(1));
    NeuralNetworkClassificationModel model = model();
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier().setLayers(new int[] {4, 3});
    String expected =
        "predictionCol \"prediction\" already exists: \"Prediction\" is a column of the dataset,"
            + " and names that differ in case only are equal unless spark.sql.caseSensitive is"
            + " true; rename one of them";
    for (Executable call :
        List.<Executable>of(
            () -> model.transform(rows),
            () -> model.transformSchema(rows.schema()),
            () -> classifier.fit(rows),
            () -> classifier.transformSchema(rows.schema()))) {
      assertEquals(expected, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
    NeuralNetworkClassificationModel both = model().setProbabilityCol("P").setPredictionCol("p");
    Exception e = assertThrows(IllegalArgumentException.class, () -> both.transform(data()));
    assertTrue(e.getMessage().startsWith("predictionCol \"p\" already exists"), e.getMessage());
    rows.sparkSession().conf().set("spark.sql.caseSensitive", "true");
    try {
      List<Row> found = model.transform(rows).collectAsList();
      assertEquals(1, found.get(0).<Integer>getAs("Prediction"));
      assertEquals(30, both.transform(data()).select("P", "p").collectAsList().size());
    } finally {
      rows.sparkSession().conf().unset("spark.sql.caseSensitive");
    }
  }

  @Test
  void arraysArePredictedAsVectorsAre() {
    List<Row> expected = model().transform(data()).drop("features").collectAsList();
    for (String type : List.of("float32", "float64")) {
      Dataset<Row> arrays =
          data()
              .withColumn(
                  "features", functions$.MODULE$.vector_to_array(functions.col("features"), type));
      Dataset<Row> predicted = model().transform(arrays);
      assertEquals(arrays.schema().apply("features"), predicted.schema().apply("features"));
      assertEquals(expected, predicted.drop("features").collectAsList());
    }
  }

  @Test
  void badFeaturesFailWithAMessage() {
    NeuralNetworkClassificationModel model = model();
    assertEquals(
        "expected 4 features, found 3 in column \"features\"",
        assertThrows(IllegalArgumentException.class, () -> model.predict(Vectors.dense(1, 2, 3)))
            .getMessage());
    assertEquals(
        "features must be finite float32 numbers, found NaN at index 1 in column \"features\"",
        assertThrows(
                IllegalArgumentException.class,
                () -> model.predict(Vectors.dense(1, Double.NaN, 3, 4)))
            .getMessage());
    assertEquals(
        "expected 4 features, found null in column \"features\"",
        assertThrows(IllegalArgumentException.class, () -> model.predictRaw(null)).getMessage());
  }

  @Test
  void aStreamIsPredictedAsATableIs(@TempDir Path folder) throws Exception {
    Dataset<Row> data = data();
    String input = folder.resolve("input").toString();
    data.write().parquet(input);
    Dataset<Row> stream = data.sparkSession().readStream().schema(data.schema()).parquet(input);
    Dataset<Row> predicted = model().transform(stream);
    assertTrue(predicted.isStreaming());
    StreamingQuery query =
        predicted
            .writeStream()
            .format("memory")
            .queryName("predicted")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    List<String> expected = strings(model().transform(data));
    assertEquals(expected, strings(data.sparkSession().table("predicted")));
  }

  private static List<String> strings(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void aCopyKeepsItsParentAndSharesTheWeights() {
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier().setLayers(new int[] {4, 3}).setMaxIter(1);
    NeuralNetworkClassificationModel model = classifier.fit(data());
    assertEquals(classifier.uid(), model.uid());
    assertSame(classifier, model.parent());
    NeuralNetworkClassificationModel copy = model.copy(ParamMap.empty());
    assertNotSame(model, copy);
    assertSame(classifier, copy.parent());
    assertEquals(model.weights(), copy.weights());
    assertTrue(copy.hasSummary());
    copy.setPredictionCol("other");
    assertEquals("prediction", model.getPredictionCol());
  }

  @Test
  void theModelKnowsItsNetworkAndParams() {
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setNetwork(NETWORK)
            .setMaxIter(1)
            .setFeaturesCol("features")
            .setBatchSize(9)
            .fit(data());
    assertEquals(NETWORK, model.network());
    assertEquals(4, model.numFeatures());
    assertEquals(3, model.numClasses());
    assertEquals(4 * 6 + 6 + 6 * 3 + 3, model.weights().size());
    assertEquals(9, model.getBatchSize());
    assertFalse(model.isSet(model.stepSize()));
    assertTrue(model.explainBackward().contains("dense_2"));
    assertTrue(Arrays.asList(model.toString().split("[=, ]+")).contains("numClasses"));
  }
}
