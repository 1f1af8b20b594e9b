package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.secateur.nn.Network;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Model;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Connect server asks for the size of a model before and after it is trained. */
class ModelSizeTest {
  private static Dataset<Row> twoRows(int features) {
    Random random = new Random(1);
    StructType schema =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    List<Row> rows =
        List.of(
            RowFactory.create(Vectors.dense(random.doubles(features).toArray()), 0.0),
            RowFactory.create(Vectors.dense(random.doubles(features).toArray()), 1.0));
    return LocalSpark.session().createDataFrame(rows, schema);
  }

  private static NeuralNetworkClassifier classifier(int features) {
    return new NeuralNetworkClassifier().setMaxIter(1).setLayers(new int[] {features, 3, 2});
  }

  /** "model size estimation" of Spark's MultilayerPerceptronClassifierSuite. */
  @ParameterizedTest
  @ValueSource(ints = {10, 100, 1000, 10_000, 100_000})
  void theSizeBeforeTheFitIsThatAfterIt(int features) {
    Dataset<Row> data = twoRows(features);
    NeuralNetworkClassifier classifier = classifier(features);
    long before = classifier.estimateModelSize(data);
    NeuralNetworkClassificationModel model = classifier.fit(data);
    long after = model.estimatedSize();
    assertEquals(after, before, 0.05 * after);
    long weights = 4L * model.weights().size();
    assertTrue(after > weights && after < weights + 100_000, after + " for " + weights);
  }

  @Test
  void aNetworkIsCountedAsLayersAre() {
    Dataset<Row> data = twoRows(100);
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier()
            .setMaxIter(1)
            .setNetwork(Network.input(100).dense(30).batchNorm().relu().dense(2));
    long after = classifier.fit(data).estimatedSize();
    assertEquals(after, classifier.estimateModelSize(data), 0.05 * after);
  }

  /** A server calls Spark's methods, so ours must override them. */
  @Test
  void sparkFindsTheSizes() throws ReflectiveOperationException {
    Method before = method(Estimator.class, "estimateModelSize");
    Method after = method(Model.class, "estimatedSize");
    assumeTrue(before != null && after != null, "Spark 4.0 does not ask for sizes");
    Dataset<Row> data = twoRows(10);
    NeuralNetworkClassifier classifier = classifier(10);
    assertEquals(classifier.estimateModelSize(data), before.invoke(classifier, data));
    NeuralNetworkClassificationModel model = classifier.fit(data);
    assertEquals(model.estimatedSize(), after.invoke(model));
  }

  private static Method method(Class<?> type, String name) {
    return Arrays.stream(type.getMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElse(null);
  }
}
