package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.secateur.nn.Network;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a Spark Connect server does with a model, beside what every program does. */
class ConnectServerTest {
  private static final Network NETWORK = Network.input(2).dense(3).relu().dense(2);

  @TempDir Path folder;

  private static Dataset<Row> rows() {
    return LocalSpark.session()
        .range(0, 40, 1, 2)
        .select(
            functions.expr("array(cast(id % 2 as double), cast(id % 5 as double))").as("features"),
            functions.expr("id % 2").as("label"),
            functions.expr("id % 4 = 0").as("validation"));
  }

  private static NeuralNetworkClassificationModel fit() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setMaxIter(3)
        .setValidationIndicatorCol("validation")
        .fit(rows());
  }

  @Test
  void theSummaryComesBackFromDisk() {
    NeuralNetworkClassificationModel model = fit();
    NeuralNetworkTrainingSummary before = model.summary();
    String path = folder.resolve("a/summary").toString();
    model.saveSummary(path);
    model.trainingSummary_$eq(scala.Option.empty());
    assertFalse(model.hasSummary());

    model.loadSummary(path, rows());
    assertEquals(before.history(), model.summary().history());
    assertEquals(30, model.summary().predictions().count()); // without the validation rows
    assertEquals(before.accuracy(), model.summary().accuracy());
  }

  @Test
  void aModelGoesToTheLocalDiskWhateverTheDefaultFileSystemIs() throws Exception {
    assumeTrue(
        Arrays.stream(MLWriter.class.getMethods()).anyMatch(m -> m.getName().equals("saveToLocal")),
        "Spark 4.0 keeps models in memory");
    NeuralNetworkClassificationModel model = fit();
    String path = folder.resolve("model").toString();
    Configuration hadoop = LocalSpark.session().sparkContext().hadoopConfiguration();
    String before = hadoop.get("fs.defaultFS");
    hadoop.set("fs.defaultFS", "nowhere://host/");
    try {
      call(model.write(), MLWriter.class, "saveToLocal", path);
      assertTrue(Files.exists(folder.resolve("model/data/weights.arrow")));
      NeuralNetworkClassificationModel loaded =
          (NeuralNetworkClassificationModel)
              call(NeuralNetworkClassificationModel.read(), MLReader.class, "loadFromLocal", path);
      assertArrayEquals(model.weights().toArray(), loaded.weights().toArray());
      assertEquals(3, loaded.getMaxIter());
    } finally {
      hadoop.set("fs.defaultFS", before);
    }
  }

  private static Object call(Object target, Class<?> type, String method, String path)
      throws ReflectiveOperationException {
    try {
      return type.getMethod(method, String.class).invoke(target, path);
    } catch (InvocationTargetException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
