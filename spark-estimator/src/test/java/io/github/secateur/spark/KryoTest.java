package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What must be registered where Kryo takes only classes that are: what the docs list, no more. */
class KryoTest {
  @TempDir private Path folder;

  /** Returns the classes that docs/questions.md lists. */
  private static List<String> listed() throws IOException {
    Matcher list =
        Pattern.compile("spark\\.kryo\\.classesToRegister=(\\S+)")
            .matcher(Files.readString(Path.of("..", "docs", "questions.md")));
    assertTrue(list.find());
    return List.of(list.group(1).split(","));
  }

  private static SparkSession session(List<String> registered) {
    return LocalSpark.session(
        2,
        new TreeMap<>(
            Map.of(
                "spark.serializer",
                "org.apache.spark.serializer.KryoSerializer",
                "spark.kryo.registrationRequired",
                "true",
                "spark.kryo.classesToRegister",
                String.join(",", registered),
                // no room for the cache in memory: blocks are written to disk, and read
                "spark.memory.fraction",
                "0.000001")));
  }

  private static Dataset<Row> rows(SparkSession session) {
    return session
        .range(0, 200, 1, 4)
        .selectExpr(
            "array(float(id % 3), float(id % 5), float(id % 7), 1f) features",
            "double(id % 3) label", "double(1 + id % 2) weight", "id % 5 = 0 check");
  }

  private NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {4, 8, 3})
        .setMaxIter(2)
        .setBatchSize(50)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check")
        .setClassWeighting("balanced");
  }

  @Test
  void whatTheDocsListIsEnoughToFitAndToTransform() throws IOException {
    Dataset<Row> rows = rows(session(listed()));
    List<NeuralNetworkClassifier> all = new ArrayList<>();
    all.add(classifier().setLocalSteps(2));
    all.add(classifier().setFrozenLayers(new String[] {"dense_1"}));
    all.add(classifier().setSolver("l-bfgs").setCheckpointDir(folder.toString()));
    for (NeuralNetworkClassifier classifier : all) {
      NeuralNetworkClassificationModel model = classifier.fit(rows);
      assertEquals(
          200, model.transform(rows).select("prediction", "probability").collectAsList().size());
    }
  }

  @Test
  void eachClassThatTheDocsListIsNeeded() throws IOException {
    List<String> listed = listed();
    for (String name : listed) {
      List<String> others = new ArrayList<>(listed);
      others.remove(name);
      Dataset<Row> rows = rows(session(others));
      Throwable e = assertThrows(Exception.class, () -> classifier().fit(rows));
      StringBuilder messages = new StringBuilder();
      for (; e != null; e = e.getCause()) {
        messages.append(e).append('\n');
      }
      assertTrue(messages.toString().contains("not registered: " + name), messages.toString());
    }
  }
}
