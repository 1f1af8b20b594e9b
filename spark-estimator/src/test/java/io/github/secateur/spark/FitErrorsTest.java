package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

class FitErrorsTest {
  private final SparkContext context = LocalSpark.session().sparkContext();

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier().setLayers(new int[] {4, 5, 3}).setMaxIter(1);
  }

  private static Dataset<Row> data() {
    return TestData.deal(TestData.clusters(20), 2);
  }

  /** Fits, and returns the message of the error; checks that no job was started for it. */
  private String errorBeforeAnyJob(NeuralNetworkClassifier classifier, Dataset<Row> dataset) {
    AtomicInteger jobs = new AtomicInteger();
    SparkListener counter =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            jobs.incrementAndGet();
          }
        };
    LocalSpark.awaitListeners();
    context.addSparkListener(counter);
    try {
      return assertThrows(IllegalArgumentException.class, () -> classifier.fit(dataset))
          .getMessage();
    } finally {
      LocalSpark.awaitListeners();
      context.removeSparkListener(counter);
      assertEquals(0, jobs.get());
    }
  }

  @Test
  void aNetworkIsRequired() {
    assertEquals(
        "a network is required; call setNetwork, or setLayers for a plain one",
        errorBeforeAnyJob(new NeuralNetworkClassifier(), data()));
  }

  @Test
  void networkAndLayersExcludeEachOther() {
    assertEquals(
        "either network or layers must be set, found both; clear one of them",
        errorBeforeAnyJob(classifier().setNetwork(Network.input(4).dense(3)), data()));
  }

  @Test
  void namesOfFrozenLayersMustExist() {
    assertEquals(
        "no layer is named [dense_9]; the layers are [dense_1, relu_1, dense_2]",
        errorBeforeAnyJob(classifier().setFrozenLayers(new String[] {"dense_9"}), data()));
  }

  @Test
  void somethingMustBeLeftToTrain() {
    assertEquals(
        "all layers with weights are frozen, so there is nothing to train; leave at least one"
            + " unfrozen",
        errorBeforeAnyJob(
            classifier().setFrozenLayers(new String[] {"dense_1", "dense_2"}), data()));
  }

  @Test
  void aDamagedNetworkParamIsReported() {
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
    classifier.set(
        classifier.network(), "{\"version\":1,\"input\":[4],\"layers\":[{\"type\":\"dens\"}]}");
    assertTrue(errorBeforeAnyJob(classifier, data()).contains("\"dens\""));
  }

  @Test
  void featuresMustBeVectorsOrArrays() {
    Dataset<Row> strings = data().withColumn("features", functions.lit("1,2,3,4"));
    assertEquals(
        "Column features must be of type vector, array of numbers or booleans, binary or image but"
            + " was actually of type string.",
        errorBeforeAnyJob(classifier(), strings));
    Dataset<Row> texts =
        data().withColumn("features", functions.array(functions.lit("1"), functions.lit("2")));
    assertEquals(
        "Column features must be of type vector, array of numbers or booleans, binary or image but"
            + " was actually of type array<string>.",
        errorBeforeAnyJob(classifier(), texts));
  }

  @Test
  void labelsAndWeightsMustBeNumbers() {
    Dataset<Row> labels = data().withColumn("label", functions.lit("0"));
    assertTrue(
        errorBeforeAnyJob(classifier(), labels)
            .contains("Column label must be of type numeric but was actually of type string"));
    Dataset<Row> weights = data().withColumn("weight", functions.lit("1"));
    assertTrue(
        errorBeforeAnyJob(classifier().setWeightCol("weight"), weights)
            .contains("Column weight must be of type numeric but was actually of type string"));
  }

  @Test
  void theValidationIndicatorMustBeBoolean() {
    assertEquals(
        "Column weight must be of type boolean but was actually of type double.",
        errorBeforeAnyJob(classifier().setValidationIndicatorCol("weight"), data()));
  }

  @Test
  void anOutputColumnMustNotExist() {
    assertTrue(
        errorBeforeAnyJob(classifier().setProbabilityCol("weight"), data())
            .contains("weight already exists"));
  }

  @Test
  void theMetadataTellWrongWidthsBeforeAnyJob() {
    Dataset<Row> wide =
        data()
            .withColumn(
                "features",
                functions.col("features"),
                new AttributeGroup("features", 5).toMetadata());
    assertEquals(
        "the network reads 4 features, found 5 in column \"features\", by its metadata",
        errorBeforeAnyJob(classifier(), wide));
  }

  @Test
  void metadataOfMoreClassesAreAWarningAndALabelThatIsNoneIsAnError() {
    Column label = functions.col("label");
    Dataset<Row> texts =
        data()
            .withColumn(
                "label",
                functions.element_at(
                    functions.array(functions.lit("a"), functions.lit("b"), functions.lit("c")),
                    label.cast("int").plus(1)));
    Dataset<Row> rows =
        new StringIndexer()
            .setInputCol("label")
            .setOutputCol("index")
            .setStringOrderType("alphabetAsc")
            .setHandleInvalid("keep") // announces a fourth class
            .fit(texts)
            .transform(texts);
    NeuralNetworkClassifier classifier = classifier().setLabelCol("index");
    try (LogLines log = new LogLines(SchemaChecks.class)) {
      new Pipeline().setStages(new PipelineStage[] {classifier}).fit(rows);
      assertEquals(
          List.of(
              "column \"index\" has 4 classes by its metadata, the network distinguishes 3; a row"
                  + " with another label ends the fit"),
          log.all());
    }
    Vector weights = classifier().fit(data()).weights();
    assertEquals(weights, classifier.fit(rows).weights());
    NeuralNetworkClassifier two = classifier().setLayers(new int[] {4, 2}).setLabelCol("index");
    two.fit(rows.filter("index < 2"));
    assertEquals(
        "labels must be integers in [0, 2), found 2.0 in column \"index\"; index it with"
            + " StringIndexer, or widen the last layer",
        assertThrows(IllegalArgumentException.class, () -> two.fit(rows.orderBy("index")))
            .getMessage());
    try (LogLines log = new LogLines(SchemaChecks.class)) {
      classifier().fit(data());
      assertEquals(List.of(), log.all());
    }
  }

  @Test
  void aBadRowAnywhereIsReportedAndNothingStaysCached() {
    List<Row> rows = new ArrayList<>(TestData.clusters(100));
    rows.set(71, RowFactory.create(Vectors.dense(1, 2, 3, 4), 7.0, 1.0, false));
    Dataset<Row> dataset = TestData.deal(rows, 3);
    Exception e = assertThrows(IllegalArgumentException.class, () -> classifier().fit(dataset));
    assertEquals(
        "labels must be integers in [0, 3), found 7.0 in column \"label\"; index it with"
            + " StringIndexer, or widen the last layer",
        e.getMessage());
    assertTrue(context.getPersistentRDDs().isEmpty());
  }

  @Test
  void aLossThatIsNoNumberEndsTheFitAndNothingStaysCached() {
    Exception e =
        assertThrows(
            io.github.secateur.train.TrainingException.class,
            () -> classifier().setSolver("sgd").setStepSize(1e30).setMaxIter(50).fit(data()));
    assertTrue(e.getMessage().contains("set a smaller step size"), e.getMessage());
    assertTrue(context.getPersistentRDDs().isEmpty());
  }
}
