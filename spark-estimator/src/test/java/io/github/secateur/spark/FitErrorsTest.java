package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
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
        "all layers with weights are frozen, so there is nothing to train; leave at least one unfrozen",
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
        "Column features must be of type vector, array<float>, array<double>, array<byte>, binary or image but was actually of type string.",
        errorBeforeAnyJob(classifier(), strings));
    Dataset<Row> integers =
        data().withColumn("features", functions.array(functions.lit(1), functions.lit(2)));
    assertEquals(
        "Column features must be of type vector, array<float>, array<double>, array<byte>, binary or image but was actually of type array<int>.",
        errorBeforeAnyJob(classifier(), integers));
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
  void theMetadataTellsWrongWidthsAndTooManyClassesBeforeAnyJob() {
    Dataset<Row> wide =
        data()
            .withColumn(
                "features",
                functions.col("features"),
                new AttributeGroup("features", 5).toMetadata());
    assertEquals(
        "the network reads 4 features, found 5 in column \"features\", by its metadata",
        errorBeforeAnyJob(classifier(), wide));
    Dataset<Row> fine =
        data()
            .withColumn(
                "label",
                functions.col("label"),
                NominalAttribute.defaultAttr().withName("label").withNumValues(4).toMetadata());
    assertEquals(
        "the network distinguishes 3 classes, found 4 in column \"label\", by its metadata; widen the last layer",
        errorBeforeAnyJob(classifier(), fine));
  }

  @Test
  void aBadRowAnywhereIsReportedAndNothingStaysCached() {
    List<Row> rows = new ArrayList<>(TestData.clusters(100));
    rows.set(71, RowFactory.create(Vectors.dense(1, 2, 3, 4), 7.0, 1.0, false));
    Dataset<Row> dataset = TestData.deal(rows, 3);
    Exception e = assertThrows(IllegalArgumentException.class, () -> classifier().fit(dataset));
    assertEquals(
        "labels must be integers in [0, 3), found 7.0 in column \"label\"; index it with StringIndexer",
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
