package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.nn.TrainedNetwork;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.functions$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** What Spark's evaluators and meta-algorithms read of the columns that {@code transform} adds. */
class EvaluatorsTest {
  private static final int WIDTH = 10;
  private static final StructType SCHEMA =
      new StructType()
          .add("features", SQLDataTypes.VectorType())
          .add("label", DataTypes.DoubleType);

  private final SparkSession spark = LocalSpark.session(2);

  /** Rows with labels that follow from some features and much noise. */
  private Dataset<Row> rows(int count, int classes) {
    Random random = new Random(7);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] features = new double[WIDTH];
      Arrays.setAll(features, f -> random.nextGaussian());
      double score = features[0] + features[1] * features[2] + 1.5 * random.nextGaussian();
      double label = Math.max(0, Math.min(classes - 1, Math.floor(score + classes / 2.0)));
      rows.add(RowFactory.create(Vectors.dense(features), label));
    }
    return spark.createDataFrame(rows, SCHEMA).repartition(2).cache();
  }

  private static NeuralNetworkClassifier classifier(int classes) {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {WIDTH, 32, classes})
        .setMaxIter(6)
        .setBatchSize(64)
        .setSeed(3);
  }

  private static double area(Dataset<Row> predictions, String column, String metric) {
    return new BinaryClassificationEvaluator()
        .setRawPredictionCol(column)
        .setMetricName(metric)
        .setNumBins(0) // bins depend on where a sample of the scores cuts partitions
        .evaluate(predictions);
  }

  @Test
  void theAreasByRawPredictionAreThoseByProbability() {
    Dataset<Row> rows = rows(2000, 2);
    NeuralNetworkClassificationModel model = classifier(2).fit(rows);
    Dataset<Row> predictions = model.transform(rows);
    for (String metric : List.of("areaUnderROC", "areaUnderPR")) {
      double byProbability = area(predictions, "probability", metric);
      assertEquals(byProbability, area(predictions, "rawPrediction", metric), 1e-12);
      assertTrue(byProbability > 0.6, metric + " " + byProbability);
    }
    assertEquals(
        area(predictions, "probability", "areaUnderROC"),
        new BinaryClassificationEvaluator().evaluate(predictions),
        1e-4);
    // one logit as the network gives it orders rows otherwise, so the test can fail
    Network network = model.network();
    double[] weights = model.weights().toArray();
    float[] parameters = new float[weights.length];
    for (int i = 0; i < weights.length; i++) {
      parameters[i] = (float) weights[i];
    }
    TrainedNetwork trained = TrainedNetwork.of(network, parameters);
    List<Row> logits = new ArrayList<>();
    for (Row row : rows.collectAsList()) {
      double[] features = row.<Vector>getAs("features").toArray();
      float[] floats = new float[WIDTH];
      for (int f = 0; f < WIDTH; f++) {
        floats[f] = (float) features[f];
      }
      float[] values = trained.logits(new float[][] {floats})[0];
      logits.add(RowFactory.create(Vectors.dense(values[0], values[1]), row.getDouble(1)));
    }
    double byLogit = area(spark.createDataFrame(logits, SCHEMA), "features", "areaUnderROC");
    assertNotEquals(area(predictions, "probability", "areaUnderROC"), byLogit, 1e-3);
  }

  @Test
  void rawPredictionsAreCenteredAndTheRestHasTheBitsOfTheLogits() {
    for (int classes : new int[] {2, 3, 7}) {
      Network network = Network.input(WIDTH).dense(16).relu().dense(classes);
      float[] parameters = network.initialParameters(classes);
      NeuralNetworkClassificationModel model =
          new NeuralNetworkClassificationModel("m", new InferenceEngines(network, parameters));
      TrainedNetwork trained = TrainedNetwork.of(network, parameters);
      List<Row> found = model.transform(rows(100, 2)).collectAsList();
      for (Row row : found) {
        double[] features = row.<Vector>getAs("features").toArray();
        float[] floats = new float[WIDTH];
        for (int f = 0; f < WIDTH; f++) {
          floats[f] = (float) features[f];
        }
        float[] logits = trained.logits(new float[][] {floats})[0];
        double sum = 0;
        double exponentials = 0;
        double largest = Double.NEGATIVE_INFINITY;
        int prediction = 0;
        for (int c = 0; c < classes; c++) {
          sum += logits[c];
          largest = Math.max(largest, logits[c]);
          prediction = logits[c] > logits[prediction] ? c : prediction;
        }
        for (int c = 0; c < classes; c++) {
          exponentials += Math.exp(logits[c] - largest);
        }
        double[] raw = row.<Vector>getAs("rawPrediction").toArray();
        double[] probability = row.<Vector>getAs("probability").toArray();
        for (int c = 0; c < classes; c++) {
          assertEquals(logits[c] - sum / classes, raw[c]);
          assertEquals(Math.exp(logits[c] - largest) / exponentials, probability[c]);
        }
        assertEquals(prediction, row.<Double>getAs("prediction"));
        assertEquals(row.getAs("rawPrediction"), model.predictRaw(row.getAs("features")));
        assertEquals(row.getAs("probability"), model.predictProbability(row.getAs("features")));
        if (classes == 2) {
          assertEquals(-raw[1], raw[0]);
        }
      }
    }
  }

  @Test
  void multiclassMetricsAreThoseOfTheProbabilities() {
    Dataset<Row> rows = rows(400, 3);
    NeuralNetworkClassificationModel model = classifier(3).fit(rows);
    List<Row> predicted = model.transform(rows).collectAsList();
    double loss = 0;
    int correct = 0;
    for (Row row : predicted) {
      double[] probability = row.<Vector>getAs("probability").toArray();
      double[] raw = row.<Vector>getAs("rawPrediction").toArray();
      int label = (int) row.<Double>getAs("label").doubleValue();
      loss -= Math.log(Math.max(1e-15, probability[label])) / predicted.size();
      correct += row.<Double>getAs("prediction") == label ? 1 : 0;
      assertEquals(Vectors.dense(raw).argmax(), row.<Double>getAs("prediction"));
    }
    assertEquals(loss, metric("logLoss", model.transform(rows)), 1e-9);
    double accuracy = correct / (double) predicted.size();
    assertEquals(accuracy, metric("accuracy", model.transform(rows)), 1e-12);
    assertEquals(1 - accuracy, metric("hammingLoss", model.transform(rows)), 1e-12);
    for (String name : List.of("f1", "weightedPrecision", "weightedRecall", "recallByLabel")) {
      double value = metric(name, model.transform(rows));
      assertTrue(value > 0 && value <= 1, name + " " + value);
    }
  }

  private static double metric(String name, Dataset<Row> predictions) {
    return new MulticlassClassificationEvaluator().setMetricName(name).evaluate(predictions);
  }

  @Test
  void oneVersusRestChoosesTheClassWhoseModelIsMostCertain() {
    Dataset<Row> rows = rows(300, 3);
    OneVsRestModel model = new OneVsRest().setClassifier(classifier(2)).fit(rows);
    List<Row> predicted = model.transform(rows).collectAsList();
    for (Row row : predicted) {
      int best = 0;
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < 3; c++) {
        NeuralNetworkClassificationModel one = (NeuralNetworkClassificationModel) model.models()[c];
        double probability = one.predictProbability(row.getAs("features")).apply(1);
        if (probability > largest) {
          largest = probability;
          best = c;
        }
      }
      assertEquals(best, row.<Double>getAs("prediction"));
    }
  }

  @Test
  void crossValidationChoosesByTheAreaOfTheProbabilities() {
    Dataset<Row> rows = rows(600, 2);
    NeuralNetworkClassifier classifier = classifier(2);
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(classifier.stepSize(), new double[] {1e-5, 0.01}).build();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setSeed(1);
    CrossValidatorModel byRaw =
        validator.setEvaluator(new BinaryClassificationEvaluator()).fit(rows);
    CrossValidatorModel byProbability =
        validator
            .setEvaluator(new BinaryClassificationEvaluator().setRawPredictionCol("probability"))
            .fit(rows);
    for (int i = 0; i < 2; i++) {
      assertEquals(byProbability.avgMetrics()[i], byRaw.avgMetrics()[i], 1e-12);
    }
  }

  @Test
  void thresholdsMoveThePredictionAndNothingElse() {
    Dataset<Row> rows = rows(200, 2);
    NeuralNetworkClassificationModel model = classifier(2).fit(rows);
    List<Row> before = model.transform(rows).collectAsList();
    model.setThresholds(new double[] {0.9, 0.1});
    List<Row> after = model.transform(rows).collectAsList();
    int moved = 0;
    for (int i = 0; i < before.size(); i++) {
      assertEquals(before.get(i).get(2), after.get(i).get(2));
      assertEquals(before.get(i).get(3), after.get(i).get(3));
      moved += before.get(i).get(4).equals(after.get(i).get(4)) ? 0 : 1;
      double p = before.get(i).<Vector>getAs("probability").apply(1);
      assertEquals(p / 0.1 > (1 - p) / 0.9 ? 1 : 0, after.get(i).<Double>getAs("prediction"));
    }
    assertTrue(moved > 0);
  }

  /** A query that reads one of the columns, or an element of it, computes what the whole has. */
  @Test
  void eachColumnAloneIsTheSame() {
    Dataset<Row> rows = rows(50, 2);
    NeuralNetworkClassificationModel model = classifier(2).fit(rows);
    List<Row> all = model.transform(rows).collectAsList();
    List<Row> ones =
        model
            .transform(rows)
            .select(
                functions$
                    .MODULE$
                    .vector_to_array(functions.col("rawPrediction"), "float64")
                    .getItem(1))
            .collectAsList();
    for (int i = 0; i < all.size(); i++) {
      assertEquals(all.get(i).<Vector>getAs("rawPrediction").apply(1), ones.get(i).getDouble(0));
    }
  }
}
