package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.nn.Network;
import io.github.secateur.optim.AdamOptions;
import io.github.secateur.optim.LbfgsOptions;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.LocalTraining;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingOptions.Builder;
import io.github.secateur.train.TrainingResult;
import io.github.secateur.train.ValidationMetric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each option of solvers, schedules, loss and stopping means on Spark what it means without. */
class SolverOptionsTest {
  private static final Network NETWORK = Network.input(4).dense(8).relu().dense(3);
  private static final List<Row> ROWS = TestData.clusters(200);
  private static final int PARTITIONS = 3;

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(6)
        .setBatchSize(32)
        .setStepSize(0.02)
        .setTol(0)
        .setPatience(0)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check");
  }

  private static Builder options() {
    return TrainingOptions.builder()
        .seed(7)
        .epochs(6)
        .batchSize(32)
        .learningRate(0.02)
        .tolerance(0)
        .patience(0);
  }

  private static TrainingResult withoutSpark(TrainingOptions options) {
    return LocalTraining.train(
        NETWORK.lower(),
        NETWORK.initialParameters(7),
        options,
        shards(false),
        shards(true),
        2,
        TrainingListener.NONE);
  }

  private static List<Shard> shards(boolean validation) {
    List<Shard> shards = new ArrayList<>();
    for (List<Row> rows : TestData.dealt(ROWS, PARTITIONS)) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.dense(4, blocks::add);
      for (Row row : rows) {
        if (row.getBoolean(3) == validation) {
          Vector features = row.getAs(0);
          writer.add(features.toArray(), (int) row.getDouble(1), (float) row.getDouble(2));
        }
      }
      writer.finish();
      shards.add(ArrowShard.of(4, blocks));
    }
    return shards;
  }

  @AfterAll
  static void usualSession() {
    LocalSpark.session();
  }

  /** An option as a param, and as an option of a training without Spark. */
  private record Option(
      String name,
      Consumer<NeuralNetworkClassifier> param,
      Consumer<Builder> option,
      String solver) {}

  private static ScheduleOptions schedule(String name) {
    return new ScheduleOptions(name, 2, 0.5, 1, 0.25, 0.125);
  }

  private static NeuralNetworkClassifier scheduled(
      NeuralNetworkClassifier classifier, String name) {
    return classifier
        .setLearningRateSchedule(name)
        .setStepEpochs(2)
        .setDropFactor(0.5)
        .setDropPatience(1)
        .setWarmupFraction(0.25)
        .setFinalFraction(0.125);
  }

  private static List<Option> all() {
    List<Option> all = new ArrayList<>();
    for (String name : List.of("step", "cosine", "warmup-cosine")) {
      all.add(new Option(name, c -> scheduled(c, name), b -> b.schedule(schedule(name)), "adam"));
    }
    // few improvements are that large
    all.add(
        new Option(
            "plateau",
            c -> scheduled(c, "plateau").setMinDelta(0.3),
            b -> b.schedule(schedule("plateau")).minDelta(0.3),
            "adam"));
    all.add(
        new Option(
            "plateau of accuracy",
            c -> scheduled(c, "plateau").setMinDelta(0.3).setValidationMetric("accuracy"),
            b ->
                b.schedule(schedule("plateau"))
                    .minDelta(0.3)
                    .validationMetric(ValidationMetric.ACCURACY),
            "sgd"));
    all.add(
        new Option(
            "beta1", c -> c.setBeta1(0.5), b -> b.adam(new AdamOptions(0.5, 0.999, 1e-8)), "adam"));
    all.add(
        new Option(
            "beta2", c -> c.setBeta2(0.9), b -> b.adam(new AdamOptions(0.9, 0.9, 1e-8)), "adamw"));
    all.add(
        new Option(
            "epsilon",
            c -> c.setEpsilon(0.01),
            b -> b.adam(new AdamOptions(0.9, 0.999, 0.01)),
            "adam"));
    all.add(
        new Option("momentum", c -> c.setMomentum(0), b -> b.sgd(new SgdOptions(0, false)), "sgd"));
    all.add(
        new Option(
            "nesterov", c -> c.setNesterov(true), b -> b.sgd(new SgdOptions(0.9, true)), "sgd"));
    all.add(
        new Option(
            "lbfgsMemory", c -> c.setLbfgsMemory(1), b -> b.lbfgs(new LbfgsOptions(1)), "l-bfgs"));
    for (String solver : Solver.labels()) {
      all.add(new Option("regParam", c -> c.setRegParam(0.1), b -> b.regularization(0.1), solver));
      all.add(
          new Option(
              "labelSmoothing", c -> c.setLabelSmoothing(0.1), b -> b.labelSmoothing(0.1), solver));
      all.add(
          new Option(
              "classWeights",
              c -> c.setClassWeights(new double[] {0.1, 1, 3}),
              b -> b.classWeights(ClassWeights.of(0.1, 1, 3)),
              solver));
      all.add(
          new Option(
              "balanced",
              c -> c.setClassWeighting("balanced"),
              b -> b.classWeights(ClassWeights.BALANCED),
              solver));
      if (!solver.equals("l-bfgs")) {
        all.add(
            new Option(
                "gradientClipNorm",
                c -> c.setGradientClipNorm(0.1),
                b -> b.gradientClipNorm(0.1),
                solver));
      }
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void eachOptionChangesTheResultAndGivesTheBitsOfATrainingWithoutSpark(boolean stepsInOneJob) {
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", String.valueOf(stepsInOneJob)));
    Dataset<Row> data = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(ROWS, PARTITIONS));
    for (Option option : all()) {
      String name = option.name() + " of " + option.solver();
      Builder builder = options().solver(Solver.parse(option.solver()));
      float[] without = withoutSpark(builder.build()).parameters();
      option.option().accept(builder);
      TrainingResult expected = withoutSpark(builder.build());
      assertFalse(Arrays.equals(without, expected.parameters()), name);
      NeuralNetworkClassifier classifier = classifier().setSolver(option.solver());
      option.param().accept(classifier);
      NeuralNetworkClassificationModel model = classifier.fit(data);
      assertArrayEquals(expected.parameters(), floats(model.weights()), name);
      assertArrayEquals(
          expected.history().objectiveHistory(), model.summary().objectiveHistory(), name);
    }
  }

  private static float[] floats(Vector vector) {
    float[] floats = new float[vector.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) vector.apply(i);
    }
    return floats;
  }

  @Test
  void classWeightsEqualAWeightColumnWithTheSameWeights() {
    Dataset<Row> data = TestData.deal(ROWS, PARTITIONS);
    Dataset<Row> weighted =
        data.withColumn(
            "weight",
            functions.expr("weight * case label when 0 then 0.1d when 1 then 1d else 3d end"));
    NeuralNetworkClassificationModel byColumn = classifier().fit(weighted);
    NeuralNetworkClassificationModel byClass =
        classifier().setClassWeights(new double[] {0.1, 1, 3}).fit(data);
    assertEquals(byColumn.weights(), byClass.weights());
  }

  @Test
  void weightsThatAreNoFloat32AreRoundedBeforeClassWeightsMultiplyThem() {
    Dataset<Row> data =
        TestData.deal(ROWS, PARTITIONS).withColumn("weight", functions.expr("weight / 3"));
    String classWeight = "case label when 0 then 0.1d when 1 then 1d else 3d end";
    Dataset<Row> rounded =
        data.withColumn("weight", functions.expr("double(float(weight)) * " + classWeight));
    Dataset<Row> exact = data.withColumn("weight", functions.expr("weight * " + classWeight));
    Vector byClass = classifier().setClassWeights(new double[] {0.1, 1, 3}).fit(data).weights();
    assertEquals(classifier().fit(rounded).weights(), byClass);
    Vector byExact = classifier().fit(exact).weights();
    assertNotEquals(byExact, byClass);
    assertArrayEquals(byExact.toArray(), byClass.toArray(), 1e-3);
  }

  @Test
  void balancedClassesEqualAWeightColumnToo() {
    Dataset<Row> data = TestData.deal(ROWS, PARTITIONS).drop("weight");
    long[] counts = new long[3];
    for (Row row : ROWS) {
      counts[(int) row.getDouble(1)] += row.getBoolean(3) ? 0 : 1;
    }
    double rows = counts[0] + counts[1] + counts[2];
    Dataset<Row> weighted =
        data.withColumn(
            "weight",
            functions
                .when(functions.col("label").equalTo(0), rows / (3 * counts[0]))
                .when(functions.col("label").equalTo(1), rows / (3 * counts[1]))
                .otherwise(rows / (3 * counts[2])));
    NeuralNetworkClassifier plain = classifier();
    plain.clear(plain.weightCol());
    NeuralNetworkClassificationModel balanced = plain.setClassWeighting("balanced").fit(data);
    assertEquals(classifier().fit(weighted).weights(), balanced.weights());
  }

  @Test
  void theSavedModelPredictsAsAccurateAsTheBestEpoch(@TempDir Path folder) throws Exception {
    Dataset<Row> data = TestData.deal(ROWS, PARTITIONS);
    NeuralNetworkClassificationModel model =
        classifier().setMaxIter(40).setPatience(4).setValidationMetric("accuracy").fit(data);
    double best =
        model.summary().history().epochs().stream()
            .mapToDouble(EpochRecord::validationAccuracy)
            .max()
            .getAsDouble();
    model.save(folder.resolve("model").toString());
    NeuralNetworkClassificationModel loaded =
        NeuralNetworkClassificationModel.load(folder.resolve("model").toString());
    assertEquals("accuracy", loaded.getValidationMetric());
    assertEquals(best, loaded.evaluate(data.filter("check")).accuracy(), 1e-12);
    assertEquals(model.transform(data).collectAsList(), loaded.transform(data).collectAsList());
    assertTrue(model.summary().history().epochs().size() < 40);
  }

  static List<Arguments> contradictions() {
    Consumer<NeuralNetworkClassifier> both =
        c -> c.setClassWeights(new double[] {1, 2, 3}).setClassWeighting("balanced");
    Consumer<NeuralNetworkClassifier> two = c -> c.setClassWeights(new double[] {1, 2});
    Consumer<NeuralNetworkClassifier> atRest = c -> c.setNesterov(true).setMomentum(0);
    return List.of(
        Arguments.of(
            both,
            "either classWeights or classWeighting \"balanced\" must be set, found both; clear one of them"),
        Arguments.of(
            two, "expected a class weight for each of the 3 classes of the network, found 2"),
        Arguments.of(
            atRest,
            "momentum must be above 0 with Nesterov's momentum, found 0.0; a usual value is 0.9"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void optionsThatContradictEachOtherAreRefusedWithTheSchema(
      Consumer<NeuralNetworkClassifier> setter, String message) {
    NeuralNetworkClassifier classifier = classifier();
    setter.accept(classifier);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> classifier.transformSchema(TestData.SCHEMA));
    assertEquals(message, e.getMessage());
  }
}
