package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.classification.OneVsRestModel;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.RFormula;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;

/** The classifier works as a part of what Spark ML makes of classifiers. */
class CompositionTest {
  private final Dataset<Row> data = TestData.deal(TestData.clusters(200), 3);

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {4, 8, 3})
        .setMaxIter(20)
        .setSolver("l-bfgs")
        .setSeed(1);
  }

  private static double accuracy(Dataset<Row> predictions) {
    return new MulticlassClassificationEvaluator().setMetricName("accuracy").evaluate(predictions);
  }

  @Test
  void inAPipeline() {
    Dataset<Row> named =
        data.withColumn("class", functions.concat(functions.lit("c"), functions.col("label")))
            .drop("label");
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new StringIndexer().setInputCol("class").setOutputCol("label"),
                  new StandardScaler().setInputCol("features").setOutputCol("scaled"),
                  classifier().setFeaturesCol("scaled")
                });
    PipelineModel model = pipeline.fit(named);
    assertTrue(accuracy(model.transform(named)) > 0.75);
  }

  @Test
  void inACrossValidatorWithTwoThreads() {
    NeuralNetworkClassifier classifier = classifier();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(classifier.maxIter(), new int[] {0, 20}).build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .setNumFolds(2)
            .setParallelism(2)
            .fit(data);
    assertTrue(model.avgMetrics()[1] > model.avgMetrics()[0] + 0.1);
    NeuralNetworkClassificationModel best = (NeuralNetworkClassificationModel) model.bestModel();
    assertEquals(20, best.getMaxIter());
  }

  @Test
  void inATrainValidationSplit() {
    NeuralNetworkClassifier classifier = classifier();
    ParamMap[] grid =
        new ParamGridBuilder().addGrid(classifier.maxIter(), new int[] {20, 1}).build();
    TrainValidationSplitModel model =
        new TrainValidationSplit()
            .setEstimator(classifier)
            .setEstimatorParamMaps(grid)
            .setEvaluator(new MulticlassClassificationEvaluator().setMetricName("accuracy"))
            .fit(data);
    assertTrue(model.validationMetrics()[0] > model.validationMetrics()[1]);
  }

  @Test
  void inOneVersusRest() {
    OneVsRestModel model =
        new OneVsRest()
            .setClassifier(classifier().setLayers(new int[] {4, 8, 2}))
            .setWeightCol("weight")
            .fit(data);
    assertEquals(3, model.models().length);
    assertTrue(accuracy(model.transform(data)) > 0.75);
  }

  @Test
  void afterARFormula() {
    Dataset<Row> columns =
        data.select(
                org.apache
                    .spark
                    .ml
                    .functions
                    .vector_to_array(functions.col("features"), "float64")
                    .as("f"),
                functions.col("label").as("y"))
            .select(
                Stream.concat(
                        Stream.of(functions.col("y")),
                        Stream.of(0, 1, 2, 3).map(i -> functions.col("f").getItem(i).as("f" + i)))
                    .toArray(org.apache.spark.sql.Column[]::new));
    Pipeline pipeline =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new RFormula().setFormula("y ~ f0 + f1 + f2 + f3"), classifier()
                });
    assertTrue(accuracy(pipeline.fit(columns).transform(columns)) > 0.75);
  }

  @Test
  void withSeveralParamMapsAtOnce() {
    NeuralNetworkClassifier classifier = classifier();
    ParamMap one = new ParamMap().put(classifier.maxIter(), 1);
    ParamMap two = new ParamMap().put(classifier.maxIter(), 2);
    assertEquals(1, classifier.fit(data, one).summary().totalIterations());
    assertEquals(2, classifier.fit(data, two).summary().totalIterations());
    assertEquals(20, classifier.getMaxIter());
  }
}
