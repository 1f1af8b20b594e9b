package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** Features, label, weight and validation indicator under names of all kinds that Spark takes. */
class ColumnNamesTest {
  private static final String CASE_SENSITIVE = "spark.sql.caseSensitive";

  private final Dataset<Row> data = TestData.deal(TestData.clusters(40), 2);

  private static NeuralNetworkClassifier classifier(
      String features, String label, String weight, String validation) {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {4, 3})
        .setMaxIter(2)
        .setFeaturesCol(features)
        .setLabelCol(label)
        .setWeightCol(weight)
        .setValidationIndicatorCol(validation);
  }

  private NeuralNetworkClassificationModel expected() {
    return classifier("features", "label", "weight", "check").fit(data);
  }

  private static void assertSame(
      NeuralNetworkClassificationModel expected,
      Dataset<Row> expectedRows,
      NeuralNetworkClassificationModel model,
      Dataset<Row> rows) {
    assertEquals(expected.weights(), model.weights());
    assertEquals(
        expected.summary().history().epochs().get(1).validationLoss(),
        model.summary().history().epochs().get(1).validationLoss());
    assertEquals(expected.summary().accuracy(), model.summary().accuracy());
    assertEquals(
        expected.evaluate(expectedRows).accuracy(), model.evaluate(rows).accuracy(), "weighted");
    assertEquals(
        expected.transform(expectedRows).select("probability").collectAsList(),
        model.transform(rows).select("probability").collectAsList());
  }

  @Test
  void fieldsOfStructsAreReadWhateverTheirTypes() {
    Dataset<Row> nested =
        data.select(
            functions
                .struct(
                    functions.struct("features", "check").as("in"),
                    functions.col("label").cast("int").as("label"),
                    functions.col("weight").cast("decimal(10,2)").as("weight"))
                .as("row"));
    NeuralNetworkClassificationModel model =
        classifier("row.in.features", "row.label", "row.weight", "row.in.check").fit(nested);
    assertSame(expected(), data, model, nested);
    assertEquals(
        List.of("row", "rawPrediction", "probability", "prediction"),
        List.of(model.summary().predictions().columns()));
  }

  @Test
  void namesWithDotsAreQuoted() {
    Dataset<Row> dotted =
        data.toDF("my.features", "my.label", "my.weight", "my.check")
            .withColumn("my.label", functions.col("`my.label`").cast("int"));
    NeuralNetworkClassificationModel model =
        classifier("`my.features`", "`my.label`", "`my.weight`", "`my.check`").fit(dotted);
    assertSame(expected(), data, model, dotted);
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> classifier("my.features", "`my.label`", "", "").fit(dotted));
    assertEquals(
        "there is no column \"my.features\", which featuresCol names; the columns are my.features,"
            + " my.label, my.weight, my.check; write `my.features` for a name with dots",
        e.getMessage());
  }

  @Test
  void upperAndLowerCaseAreTheSameUnlessTheSessionSaysOtherwise() {
    NeuralNetworkClassificationModel expected = expected();
    NeuralNetworkClassifier other = classifier("FEATURES", "Label", "Weight", "CHECK");
    assertSame(expected, data, other.fit(data), data);
    data.sparkSession().conf().set(CASE_SENSITIVE, true);
    try {
      Exception e = assertThrows(IllegalArgumentException.class, () -> other.fit(data));
      assertTrue(e.getMessage().startsWith("there is no column \"Label\""), e.getMessage());
      Dataset<Row> both = data.withColumn("Label", functions.lit("a string"));
      NeuralNetworkClassificationModel model =
          classifier("features", "label", "weight", "check").fit(both);
      assertSame(expected, data, model, both);
    } finally {
      data.sparkSession().conf().unset(CASE_SENSITIVE);
    }
  }

  @Test
  void aMissingColumnIsNamedWithItsParam() {
    List<NeuralNetworkClassifier> classifiers =
        List.of(
            classifier("x", "label", "weight", "check"),
            classifier("features", "x", "weight", "check"),
            classifier("features", "label", "x", "check"),
            classifier("features", "label", "weight", "x"));
    List<String> params = List.of("featuresCol", "labelCol", "weightCol", "validationIndicatorCol");
    for (int i = 0; i < params.size(); i++) {
      NeuralNetworkClassifier classifier = classifiers.get(i);
      Exception e = assertThrows(IllegalArgumentException.class, () -> classifier.fit(data));
      assertEquals(
          "there is no column \"x\", which "
              + params.get(i)
              + " names; the columns are features, label, weight, check",
          e.getMessage());
    }
  }
}
