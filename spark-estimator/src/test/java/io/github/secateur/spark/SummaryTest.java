package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.StopReason;
import io.github.secateur.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private final Dataset<Row> data = TestData.deal(TestData.clusters(200), 2);

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {4, 6, 3})
        .setMaxIter(4)
        .setBatchSize(32)
        .setStepSize(0.01);
  }

  @Test
  void theSummaryTellsTheCourseOfTheTraining() {
    NeuralNetworkClassificationModel model =
        classifier().setValidationIndicatorCol("check").fit(data);
    assertTrue(model.hasSummary());
    NeuralNetworkTrainingSummary summary = model.summary();
    assertEquals(4, summary.totalIterations());
    double[] losses = summary.objectiveHistory();
    assertEquals(4, losses.length);
    assertTrue(losses[3] < losses[0]);
    History history = summary.history();
    assertEquals(StopReason.EPOCHS, history.stopReason());
    for (EpochRecord epoch : history.epochs()) {
      assertTrue(epoch.hasValidation());
      assertTrue(epoch.validationAccuracy() > 0 && epoch.validationAccuracy() <= 1);
    }
    // metrics are of the rows that were trained on
    assertEquals(160, summary.predictions().count());
  }

  @Test
  void theHistoryIsATableToo() {
    NeuralNetworkTrainingSummary summary =
        classifier().setValidationIndicatorCol("check").fit(data).summary();
    Dataset<Row> epochs = summary.epochs();
    assertTrue(
        List.of(epochs.columns())
            .containsAll(
                List.of(
                    "epoch",
                    "loss",
                    "validationLoss",
                    "validationAccuracy",
                    "learningRate",
                    "seconds",
                    "rowsPerSecond")));
    List<Row> rows = epochs.collectAsList();
    assertEquals(4, rows.size());
    for (int i = 0; i < 4; i++) {
      EpochRecord epoch = summary.history().epochs().get(i);
      assertEquals(i + 1, rows.get(i).<Integer>getAs("epoch"));
      assertEquals(epoch.loss(), rows.get(i).<Double>getAs("loss"));
      assertEquals(epoch.validationLoss(), rows.get(i).<Double>getAs("validationLoss"));
      assertEquals(0.01, rows.get(i).<Double>getAs("learningRate"));
      assertEquals(epoch.seconds(), rows.get(i).<Double>getAs("seconds"));
    }
    Row unvalidated = classifier().fit(data).summary().epochs().first();
    assertTrue(unvalidated.isNullAt(unvalidated.fieldIndex("validationLoss")));
  }

  @Test
  void trainingStopsWhenThereIsNothingToGain() {
    NeuralNetworkClassificationModel model =
        classifier()
            .setValidationIndicatorCol("check")
            .setMaxIter(50)
            .setPatience(2)
            .setMinDelta(10)
            .fit(data);
    assertEquals(StopReason.PATIENCE, model.summary().history().stopReason());
    assertEquals(3, model.summary().totalIterations());
  }

  @Test
  void metricsOfTheTrainingRowsAreThoseOfAnEvaluationOnThem() {
    NeuralNetworkClassificationModel model = classifier().setWeightCol("weight").fit(data);
    NeuralNetworkTrainingSummary trained = model.summary();
    NeuralNetworkClassificationSummary evaluated = model.evaluate(data);
    assertArrayEquals(evaluated.labels(), trained.labels());
    assertArrayEquals(evaluated.truePositiveRateByLabel(), trained.truePositiveRateByLabel());
    assertArrayEquals(evaluated.falsePositiveRateByLabel(), trained.falsePositiveRateByLabel());
    assertArrayEquals(evaluated.precisionByLabel(), trained.precisionByLabel());
    assertArrayEquals(evaluated.recallByLabel(), trained.recallByLabel());
    assertArrayEquals(evaluated.fMeasureByLabel(), trained.fMeasureByLabel());
    assertEquals(evaluated.accuracy(), trained.accuracy());
    assertEquals(evaluated.weightedFalsePositiveRate(), trained.weightedFalsePositiveRate());
    assertEquals(evaluated.weightedTruePositiveRate(), trained.weightedTruePositiveRate());
    assertEquals(evaluated.weightedPrecision(), trained.weightedPrecision());
    assertEquals(evaluated.weightedRecall(), trained.weightedRecall());
    assertEquals(evaluated.weightedFMeasure(), trained.weightedFMeasure());
    assertFalse(Double.isNaN(trained.accuracy()));
  }

  @Test
  void metricsNeedNoPredictionColumn() {
    NeuralNetworkClassificationModel model = classifier().fit(data);
    double accuracy = model.evaluate(data).accuracy();
    assertEquals(
        accuracy,
        classifier().setPredictionCol("").setProbabilityCol("").fit(data).summary().accuracy());
  }

  @Test
  void totalIterationsIsTheNumberOfIterations() {
    for (int maxIter : new int[] {0, 1, 5, 10}) {
      NeuralNetworkClassificationModel model =
          classifier().setSolver("l-bfgs").setMaxIter(maxIter).fit(data);
      assertEquals(maxIter, model.summary().totalIterations());
    }
  }

  @Test
  void aListenerHearsOfStepsAndEpochs() {
    List<EpochRecord> epochs = new ArrayList<>();
    List<StepRecord> steps = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            epochs.add(epoch);
          }

          @Override
          public void step(StepRecord step) {
            steps.add(step);
          }
        };
    NeuralNetworkClassificationModel model = classifier().setTrainingListener(listener).fit(data);
    assertEquals(model.summary().history().epochs(), epochs);
    assertEquals(4 * 7, steps.size());
    assertEquals(200, steps.stream().limit(7).mapToLong(StepRecord::rows).sum());
  }
}
