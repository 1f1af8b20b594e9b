package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.TrainingSet;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.Network;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.Rounds;
import io.github.secateur.train.Trainer;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.ValidationMetric;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.mllib.util.MLUtils;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** docs/errors.md has every message that a user can get, and every one of them can be got. */
class ErrorTableTest {
  private static final Network NETWORK = Network.input(4).dense(3);

  /** Parts of messages that no user gets: they tell of mistakes in the code, or of forged files. */
  private static final Set<String> INTERNAL =
      Set.of(
          // what the code does to itself
          "no axis holds the batch",
          "an input is no operator",
          "no operator over tokens",
          "weights of",
          "constants cannot be merged into",
          "a tree needs at least 1 shard",
          "is no node of the tree over",
          "was added twice",
          "the driver no longer waits for these steps",
          "shards are missing from the sum",
          "balanced class weights must be resolved first",
          "a round must lie in its epoch",
          "a step must lie in its epoch",
          "training needs at least 1 thread",
          "a training state could not be",
          "training needs at least one layer with weights",
          "training needs at least 1 row",
          "the number of outputs of the network; found",
          "the network reads rows of … values",
          "writing to memory failed",
          "reading from memory failed",
          "only networks whose first layers",
          "a range must satisfy",
          "l-bfgs does not take single steps",
          "this version of Breeze has another",
          "the input operator has no inputs",
          "is no constant",
          "is not in the jar",
          "cells, found",
          "expected … parameters and a state of",
          "every JDK has SHA-256",
          "a row has at least 1 feature",
          "expected as many values as indices",
          "indices must ascend",
          "the writer is finished",
          "a block of … rows may hold",
          "the shard is dense",
          "expected blocks of … rows",
          "expected sparse blocks or dense ones",
          "not a block of rows of",
          "unexpected columns",
          "a shard holds at most 2^31 - 1 rows",
          "one row needs more than 2^31 values",
          "no layer reads the value of",
          "a network may have at most 2^31 - 9 parameters",
          "the memory of this optimizer",
          "no element of features",
          "vector kernels need the Vector API",
          "an engine needs room for at least 1 row",
          "an engine needs kernels for at least 1 thread",
          "training and inference place the input differently",
          "expected an engine for training and a gradient of",
          "expected … parameters and at most … rows",
          "expected … parameters, at most … rows and a label and a weight for each",
          "the input is not evaluated",
          "was not made for",
          // with a batch of one row the network's own check comes first
          "a batch of … rows needs a workspace of",
          "fewer rows or a smaller network",
          // ends of messages that the table has
          "a branch whose output has the shape of its shortcut",
          "exceeds that",
          // behind a checksum that is checked first
          "expected an object for each epoch",
          "expected an epoch of a history",
          "it does not say which fit it belongs to",
          "the checkpoint has no",
          "it belongs to another training",
          "parameter … is missing",
          "is missing",
          "there are more parameters than the network has",
          "it is no Arrow file",
          "expected format …, found",
          "expected the columns",
          "expected parameter … of shape",
          // needs a file system that loses a file between two calls
          "cannot rename … to");

  /** Where a checkpoint says how long its header is. */
  private static final int LENGTH = 12;

  private final Map<String, Executable> cases = new LinkedHashMap<>();
  private final Supplier<String> release = SparkRelease.current;

  @TempDir private Path folder;

  @BeforeEach
  void session() {
    LocalSpark.session();
  }

  @AfterEach
  void putBack() {
    SparkRelease.current = release;
  }

  private void says(String message, Executable action) {
    assertEquals(null, cases.put(message, action), message);
  }

  @Test
  void everyMessageOfTheTableCanBeGotAndIsWhatTheTableSays() throws IOException {
    params();
    columns();
    rows();
    training();
    models();
    checkpoints();
    kernels();
    new ErrorsWithoutSpark(this::says).add();
    assertEquals(new TreeSet<>(ErrorTable.messages()), new TreeSet<>(cases.keySet()));
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, Executable> each : cases.entrySet()) {
      String found = messagesOf(each.getValue());
      if (!ErrorTable.matches(each.getKey(), found)) {
        wrong.add("expected: " + each.getKey() + "\n   found: " + found);
      }
    }
    assertTrue(wrong.isEmpty(), String.join("\n", wrong));
  }

  /** Returns the messages of an exception and its causes. */
  private static String messagesOf(Executable action) {
    try {
      action.execute();
      return "nothing";
    } catch (Throwable e) {
      StringBuilder messages = new StringBuilder();
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        messages.append(cause.getMessage()).append('\n');
      }
      return messages.toString();
    }
  }

  @Test
  void everyMessageOfTheSourcesIsInTheTable() {
    List<String> table = ErrorTable.messages();
    List<String> missing = new ArrayList<>();
    int known = 0;
    for (String packageName : ErrorTable.packages()) {
      for (ErrorTable.Text text : ErrorTable.textsIn(packageName)) {
        if (table.stream().anyMatch(message -> message.contains(text.text()))) {
          known++;
        } else if (INTERNAL.stream().noneMatch(part -> text.text().contains(part))) {
          missing.add(text.file() + ": " + text.text());
        }
      }
    }
    assertTrue(
        missing.isEmpty(),
        "add these to docs/errors.md, with a case in this test:\n" + String.join("\n", missing));
    assertTrue(known > 50, "found " + known);
  }

  // ---- cases -----------------------------------------------------------------------------------

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier().setNetwork(NETWORK).setMaxIter(1);
  }

  private static Dataset<Row> data() {
    return TestData.deal(TestData.clusters(20), 2);
  }

  private static Executable fit(Consumer<NeuralNetworkClassifier> setter) {
    return () -> {
      NeuralNetworkClassifier classifier = classifier();
      setter.accept(classifier);
      classifier.fit(data());
    };
  }

  private static Executable fitOn(UnaryOperator<Dataset<Row>> change) {
    return () ->
        classifier()
            .setWeightCol("weight")
            .setValidationIndicatorCol("check")
            .fit(change.apply(data()));
  }

  private static Executable with(String column, Column value) {
    return fitOn(data -> data.withColumn(column, value));
  }

  private void params() {
    says(
        "a network is required; call setNetwork, or setLayers for a plain one",
        () -> new NeuralNetworkClassifier().fit(data()));
    says(
        "either network or layers must be set, found both; clear one of them",
        fit(c -> c.setLayers(new int[] {4, 3})));
    says(
        "either featuresCol or featuresCols must be set, found both; clear one of them",
        fit(c -> c.setFeaturesCols(new String[] {"a"}).setFeaturesCol("features")));
    says(
        "either classWeights or classWeighting \"balanced\" must be set, found both; clear one of"
            + " them",
        fit(c -> c.setClassWeights(new double[] {1, 2, 3}).setClassWeighting("balanced")));
    says(
        "expected a class weight for each of the … classes of the network, found …",
        fit(c -> c.setClassWeights(new double[] {1, 2})));
    says("class weights must be finite and at least 0, found …", () -> ClassWeights.of(1, -1));
    says("at least one class weight must be above 0, found …", () -> ClassWeights.of(0, 0));
    says("… must be …, found …; a usual value is …", fit(c -> c.setNesterov(true).setMomentum(0)));
    says("parameter … given invalid value …", () -> classifier().setMaxIter(-1));
    says("no layer is named …; the layers are …", fit(c -> c.setFrozenLayers(new String[] {"x"})));
    says(
        "all layers with weights are frozen, so there is nothing to train; leave at least one"
            + " unfrozen",
        fit(c -> c.setFrozenLayers(new String[] {"dense_1"})));
    says(
        "the network has no layer with weights, so there is nothing to train; add a dense or conv2d"
            + " layer",
        fit(c -> c.setNetwork(Network.input(4).relu())));
    says(
        "transform needs one threshold for each class: numClasses=…, found … thresholds",
        () -> {
          NeuralNetworkClassificationModel model = classifier().fit(data());
          model.set(model.thresholds(), new double[] {1, 2});
          model.transform(data());
        });
    says("solver must be one of …, found \"…\"", () -> Solver.parse("gd"));
    says("learning-rate schedule must be one of …, found \"…\"", () -> ScheduleOptions.named("x"));
    says("validation metric must be one of …, found \"…\"", () -> ValidationMetric.parse("f1"));
    says(
        "the format of a plan must be \"text\", \"html\" or \"fragment\", found \"…\"",
        () -> NETWORK.explainBackward("pdf"));
    for (String old : List.of("4.0.0", "3.5.1")) {
      says(
          old.equals("4.0.0")
              ? "Secateur cannot run on Spark …: it builds params in another way than 4.0.1 and"
                  + " later do; use Spark 4.0.1 or later, which run the same programs"
              : "Secateur cannot run on Spark …; use Spark 4.0.1 or later, with Scala 2.13",
          () -> {
            try {
              SparkRelease.current = () -> old;
              classifier().fit(data());
            } finally {
              SparkRelease.current = release;
            }
          });
    }
  }

  private void kernels() {
    says(
        "system property secateur.kernels must be scalar or vector, found \"…\"",
        () -> chooseKernels("fast", true));
    says(
        "system property secateur.kernels asks for vector kernels, but the module is missing; add"
            + " …",
        () -> chooseKernels("vector", false));
    says(
        "system property secateur.vectorBits must be 128, 256 or 512, found \"…\"",
        () -> {
          String before = System.setProperty("secateur.vectorBits", "64");
          try {
            KernelProvider.create(KernelChoice.VECTOR);
          } finally {
            if (before == null) {
              System.clearProperty("secateur.vectorBits");
            } else {
              System.setProperty("secateur.vectorBits", before);
            }
          }
        });
  }

  private static void chooseKernels(String property, boolean modulePresent) throws Exception {
    Method choose =
        KernelProvider.class.getDeclaredMethod(
            "choose", String.class, boolean.class, System.Logger.class);
    choose.setAccessible(true); // a JVM chooses once
    choose.invoke(null, property, modulePresent, System.getLogger("kernels"));
  }

  private void columns() {
    says(
        "Column … must be of type vector, array of numbers or booleans, binary or image but was"
            + " actually of type ….",
        with("features", functions.lit("1")));
    says(
        "Column … holds vectors of the old package org.apache.spark.mllib; convert them with"
            + " MLUtils.convertVectorColumnsToML(dataset, \"…\"), or each with asML()",
        fitOn(data -> MLUtils.convertVectorColumnsFromML(data, "features")));
    says(
        "there is no column \"…\", which … names; the columns are …",
        fitOn(data -> data.drop("label")));
    says(
        "Column …, one of featuresCols, must be of type numeric, boolean, vector, array of numbers"
            + " or booleans, binary or image but was actually of type …; cast or index it",
        () ->
            classifier()
                .setFeaturesCols(new String[] {"text"})
                .fit(data().withColumn("text", functions.lit("red"))));
    says(
        "column \"…\" holds … features, but input \"…\" takes … more; featuresCols names one column"
            + " or more for each input, in order, and featuresCol one for all inputs",
        fit(
            c ->
                c.setFeaturesCols(new String[] {"features"})
                    .setNetwork(
                        Network.inputs(Input.of("a", 2), Input.of("b", 2)).concat("b").dense(3))));
    says(
        "the network reads … features, found … in the … columns of featuresCols…",
        fit(c -> c.setFeaturesCols(new String[] {"weight"})));
    says(
        "the network reads … features, found … in column \"…\", by its metadata",
        fitOn(
            data ->
                data.withColumn(
                    "features",
                    functions.col("features"),
                    new AttributeGroup("features", 5).toMetadata())));
    says(
        "images have a height, a width and 1, 3 or 4 channels, the network reads …; change its"
            + " input",
        () ->
            classifier()
                .setNetwork(Network.image(2, 2, 2).flatten().dense(3))
                .fit(
                    data()
                        .withColumn(
                            "features", functions.lit(null).cast(ImageSchema.columnSchema()))));
    says(
        "Column … must be of type boolean but was actually of type ….",
        fit(c -> c.setValidationIndicatorCol("weight")));
    says(
        "Column … must be of type numeric but was actually of type ….",
        with("label", functions.lit("0")));
    says("Column … already exists.", fit(c -> c.setPredictionCol("label")));
    says(
        "… \"…\" already exists: \"…\" is …, and names that differ in case only are equal unless"
            + " spark.sql.caseSensitive is true; rename one of them",
        fit(c -> c.setPredictionCol("Label")));
  }

  /** Fits on one row with features of a type. */
  private static Executable features(DataType type, Object features) {
    return () -> {
      StructType schema = new StructType().add("features", type).add("label", DataTypes.DoubleType);
      Row row = RowFactory.create(features, 0.0);
      classifier().fit(LocalSpark.partitions(schema, List.of(List.of(row))));
    };
  }

  private static Executable image(Integer height, int width, int channels, int mode, int bytes) {
    return () -> {
      StructType image = new StructType();
      for (StructField field : ImageSchema.columnSchema().fields()) {
        image = image.add(field.name(), field.dataType(), true);
      }
      Row row = RowFactory.create("file:/a", height, width, channels, mode, new byte[bytes]);
      StructType schema =
          new StructType().add("features", image).add("label", DataTypes.DoubleType);
      classifier()
          .setNetwork(Network.image(2, 2, 1).flatten().dense(3))
          .fit(LocalSpark.partitions(schema, List.of(List.of(RowFactory.create(row, 0.0)))));
    };
  }

  private void rows() {
    says(
        "labels must be integers in [0, …), found … in column \"…\"; index it with StringIndexer,"
            + " or widen the last layer",
        with("label", functions.lit(7)));
    says(
        "weights must be finite numbers of at least 0, found … in column \"…\"",
        with("weight", functions.lit(-1)));
    says(
        "validation indicators must be true or false, found null in column \"…\"",
        with("check", functions.lit(null).cast("boolean")));
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType);
    says(
        "expected … features, found … in column \"…\"",
        features(SQLDataTypes.VectorType(), Vectors.dense(1, 2)));
    says(
        "features must be numbers, found null at index … in column \"…\"",
        features(floats, new Float[] {1f, null, 2f, 3f}));
    says(
        "features must be finite float32 numbers, found … at index … in column \"…\"",
        features(SQLDataTypes.VectorType(), Vectors.dense(1, 2, 3, 1e39)));
    says(
        "features must be numbers, found null in column \"…\"; fill it, or drop the row",
        severalColumns(functions.lit(null).cast("double")));
    says(
        "features must be finite float32 numbers, found … in column \"…\"",
        severalColumns(functions.lit(Double.NaN)));
    says(
        "an image must have height, width, nChannels, mode and data, found no …",
        image(null, 2, 1, 0, 4));
    says(
        "found a file that is no image…; read images with option dropInvalid",
        image(-1, -1, -1, -1, 0));
    says(
        "images must have mode CV_8UC1 (0), CV_8UC3 (16) or CV_8UC4 (24), found …",
        image(2, 2, 1, 5, 4));
    says("images of mode … have … channels, found …", image(2, 2, 3, 0, 4));
    says(
        "the network reads …, found an image of … (height, width, channels)…; resize it, or change"
            + " the network's input",
        image(3, 2, 1, 0, 6));
    says("an image of …×…×… has … bytes, found …", image(2, 2, 1, 0, 3));
    says(
        "the dataset has no rows to train on",
        () -> classifier().fit(data().filter(functions.lit(false))));
    says(
        "the dataset has no rows to train on, none has false in column \"…\"",
        with("check", functions.lit(true)));
    says(
        "at least one weight must be above 0, all are 0 in column \"…\"",
        with("weight", functions.lit(0)));
  }

  private static Executable severalColumns(Column last) {
    return () -> {
      Dataset<Row> data = data();
      for (String name : List.of("a", "b", "c")) {
        data = data.withColumn(name, functions.lit(1));
      }
      classifier()
          .setFeaturesCols(new String[] {"a", "b", "c", "d"})
          .fit(data.withColumn("d", last));
    };
  }

  private void training() {
    says(
        "the loss became … in epoch …, step … of …, at a learning rate of …; …",
        fit(
            c ->
                c.setNetwork(Network.input(4).dense(5).relu().dense(3))
                    .setSolver("sgd")
                    .setStepSize(1e30)
                    .setMaxIter(50)));
    says(
        "a weight became … in epoch …, at a learning rate of …; …",
        fit(c -> c.setSolver("sgd").setStepSize(1e300)));
    says(
        "…; set a smaller step size, or scale the features",
        fit(c -> c.setSolver("sgd").setStepSize(1e300)));
    says(
        "…; scale the features: the loss was … at the initial weights",
        () ->
            classifier()
                .setNetwork(Network.input(4).scale(1e9f).dense(5).relu().dense(3))
                .setFolding(false)
                .setSolver("sgd")
                .setStepSize(1e30)
                .fit(data()));
    says(
        "…; make the weights of rows or classes less unequal, or set a gradientClipNorm, a larger"
            + " batch size or a smaller step size: the rows of one step weighed … times as much as"
            + " the mean of all",
        () ->
            classifier()
                .setNetwork(Network.input(4).dense(5).dense(3))
                .setSolver("sgd")
                .setStepSize(1e6)
                .setBatchSize(2)
                .setMaxIter(50)
                .setWeightCol("weight")
                .fit(
                    data()
                        .withColumn(
                            "weight",
                            functions.expr("if(monotonically_increasing_id() = 0, 1000, 1e-6)"))));
    float[][] huge = {{1e38f, -1e38f}, {-1e38f, 1e38f}};
    says(
        "the loss is … at the initial weights; scale the features",
        () ->
            Network.input(2)
                .scale(1e30f)
                .dense(2)
                .train(
                    TrainingSet.of(huge, new int[] {0, 1}, 1),
                    TrainingOptions.builder().solver(Solver.LBFGS).folding(false).build()));
    says(
        "the weights of the … rows must have a sum above 0, found …; check the weight column",
        fitOn(data -> data.withColumn("weight", functions.expr("if(check, 0, 1)"))));
    says(
        "the weights of the … rows must have a sum from … to …, since float32 numbers end soon"
            + " beyond, found …; check the weight column and the class weights for a number that is"
            + " out of place, or multiply all weights by one number, which changes nothing else",
        with("weight", functions.lit(3e38)));
    says(
        "an epoch may have at most 2^31 - 1 steps, found … rows in batches of …; set a larger batch"
            + " size",
        () ->
            Trainer.train(
                NETWORK.lower(),
                NETWORK.initialParameters(1),
                TrainingOptions.builder().batchSize(1).build(),
                withRows(1L << 31),
                TrainingListener.NONE));
    says(
        "the training was interrupted",
        () -> {
          TrainingSet rows = TrainingSet.of(new float[3][4], new int[] {0, 1, 2}, 1);
          Thread.currentThread().interrupt();
          try {
            NETWORK.train(rows, TrainingOptions.DEFAULTS);
          } finally {
            Thread.interrupted();
          }
        });
  }

  /** Returns rounds over so many rows, with nothing else. */
  private static Rounds withRows(long rows) {
    return (Rounds)
        Proxy.newProxyInstance(
            Rounds.class.getClassLoader(),
            new Class<?>[] {Rounds.class},
            (proxy, method, arguments) ->
                method.getName().equals("rows")
                    ? rows
                    : method.getName().equals("weightSum")
                        ? (Object) 1.0
                        : method.getReturnType() == long.class ? 0L : null);
  }

  // ---- models and checkpoints ------------------------------------------------------------------

  /** Changes a file of a saved model, and loads it. */
  private Executable damaged(String file, String content) {
    return () -> {
      Path path = Files.createTempDirectory(folder, "model");
      classifier().fit(data()).write().overwrite().save(path.toString());
      Path target = path.resolve("data").resolve(file);
      Files.deleteIfExists(target.resolveSibling("." + file + ".crc"));
      if (content == null) {
        Files.delete(target);
      } else {
        Files.writeString(target, content);
      }
      NeuralNetworkClassificationModel.load(path.toString());
    };
  }

  private void models() {
    says(
        "expected what a … saved, found class name …", () -> NeuralNetworkClassifier.load(saved()));
    says(
        "there is no model file …; the folder holds something else, or was not written to the end",
        damaged("network.json", null));
    says(
        "there is no model file …; the folder does not exist",
        fit(c -> c.setInitialModelPath(folder.resolve("nowhere").toString())));
    says(
        "there is no model file …; the folder is that of a pipeline; take the one of its stage, …",
        () -> {
          String pipeline = folder.resolve("pipeline").toString();
          new Pipeline()
              .setStages(new PipelineStage[] {classifier()})
              .fit(data())
              .write()
              .save(pipeline);
          classifier().setInitialModelPath(pipeline).fit(data());
        });
    says("cannot read the model file …: …", damaged("manifest.json", "{"));
    says(
        "it is damaged or was changed: its SHA-256 is not that of the manifest",
        damaged("network.json", "{}"));
    says("it is no manifest of a model", damaged("manifest.json", "{}"));
    says("expected a JSON object", damaged("manifest.json", "[]"));
    says(
        "a newer version of Secateur wrote it, in format …; this version reads formats up to …:"
            + " update Secateur",
        damaged("manifest.json", "{\"format\":99}"));
    says(
        "the rows of the training are not saved with a model, so its summary has the history only;"
            + " call model.evaluate(rows) for predictions and metrics",
        () -> NeuralNetworkClassificationModel.load(saved()).summary().accuracy());
    says(
        "initialModelPath must hold a model whose layers have the names and shapes of the"
            + " network's, but expected …, found … in …; set the network of that model, or clear"
            + " initialModelPath",
        () ->
            classifier()
                .setNetwork(Network.input(4).dense(5).dense(3))
                .setInitialModelPath(saved())
                .fit(data()));
    says(
        "cannot start from the model in initialModelPath: …",
        fit(c -> c.setInitialModelPath(folder.resolve("nothing").toString())));
  }

  private String saved() throws IOException {
    String path = Files.createTempDirectory(folder, "saved").toString();
    classifier().fit(data()).write().overwrite().save(path);
    return path;
  }

  private static NeuralNetworkClassifier keeping(Path checkpoints) {
    return classifier()
        .setMaxIter(4)
        .setTol(0)
        .setCheckpointDir(checkpoints.toString())
        .setCheckpointInterval(1);
  }

  /** Interrupts a fit after its first checkpoint. */
  private Path interrupted() throws IOException {
    Path checkpoints = Files.createTempDirectory(folder, "checkpoints");
    NeuralNetworkClassifier doomed = keeping(checkpoints);
    doomed.setTrainingListener(
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            if (epoch.epoch() == 2) {
              throw new IllegalStateException("enough");
            }
          }
        });
    assertEquals("enough\n", messagesOf(() -> doomed.fit(data())));
    return checkpoints;
  }

  /** Changes the checkpoints of an interrupted fit, and goes on. */
  private Executable changed(UnaryOperator<byte[]> change) {
    return () -> {
      Path checkpoints = interrupted();
      try (Stream<Path> files = Files.walk(checkpoints)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          if (file.toString().endsWith(".checkpoint.crc")) {
            Files.delete(file);
          } else if (file.toString().endsWith(".checkpoint")) {
            Files.write(file, change.apply(Files.readAllBytes(file)));
          }
        }
      }
      keeping(checkpoints).fit(data());
    };
  }

  private void checkpoints() {
    says(
        "the checkpoint …, after epoch …, is of another fit: …; make them equal to go on with that"
            + " fit, delete the folder … to begin anew, or set another checkpointDir",
        () -> keeping(interrupted()).setStepSize(0.5).fit(data()));
    says(
        "cannot use the checkpoint folder …: …",
        () -> {
          Path file = Files.createTempFile(folder, "no", "folder");
          keeping(file).fit(data());
        });
    says(
        "no checkpoint in it can be read, …; delete the folder to begin anew",
        changed(bytes -> Arrays.copyOf(bytes, bytes.length - 5)));
    says(
        "it is no checkpoint",
        changed(bytes -> "hello, what is this?".repeat(9).getBytes(StandardCharsets.UTF_8)));
    says(
        "its first bytes make no sense",
        changed(bytes -> ByteBuffer.wrap(bytes).putInt(LENGTH, -1).array()));
    says("the checksum of its header is wrong", changed(bytes -> flipped(bytes, 40)));
    says("the checksum of \"…\" is wrong", changed(bytes -> flipped(bytes, bytes.length - 1)));
    says("it is truncated", changed(bytes -> Arrays.copyOf(bytes, bytes.length - 1)));
    says(
        "it is longer than it should be", changed(bytes -> Arrays.copyOf(bytes, bytes.length + 1)));
  }

  private static byte[] flipped(byte[] bytes, int at) {
    bytes[at] ^= 1;
    return bytes;
  }
}
