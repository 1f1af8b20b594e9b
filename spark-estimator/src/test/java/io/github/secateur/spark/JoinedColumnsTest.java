package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Input;
import io.github.secateur.nn.Network;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code featuresCols} of all types: the same as the one column that VectorAssembler makes. */
class JoinedColumnsTest {
  private static final int WIDTH = 3 + 1 + 2 + 4 + 2 + 1 + 3;
  private static final String[] COLUMNS = {
    "vector", "number", "array", "sparse", "bytes", "flag", "image"
  };
  private static final StructType SCHEMA =
      new StructType()
          .add("label", DataTypes.IntegerType)
          .add("vector", SQLDataTypes.VectorType())
          .add("number", DataTypes.LongType)
          .add("array", DataTypes.createArrayType(DataTypes.FloatType))
          .add("sparse", SQLDataTypes.VectorType())
          .add("bytes", DataTypes.BinaryType)
          .add("flag", DataTypes.BooleanType)
          .add("image", ImageSchema.columnSchema())
          .add("bytesAsVector", SQLDataTypes.VectorType())
          .add("imageAsVector", SQLDataTypes.VectorType());

  private static Row row(Random random) {
    byte[] bytes = {(byte) random.nextInt(256), (byte) random.nextInt(256)};
    byte[] pixel = {(byte) random.nextInt(256), (byte) random.nextInt(256), 7};
    int label = random.nextInt(2);
    return RowFactory.create(
        label,
        Vectors.dense(random.nextGaussian(), label, random.nextGaussian()),
        (long) random.nextInt(9),
        new Float[] {random.nextFloat(), -0f},
        Vectors.sparse(4, new int[] {random.nextInt(4)}, new double[] {1}),
        bytes,
        random.nextBoolean(),
        RowFactory.create("file:/a.png", 1, 1, 3, 16, pixel),
        Vectors.dense(bytes[0] & 0xff, bytes[1] & 0xff),
        Vectors.dense(pixel[2], pixel[1] & 0xff, pixel[0] & 0xff));
  }

  private static Dataset<Row> data(int rows) {
    Random random = new Random(3);
    List<List<Row>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < rows; i++) {
      partitions.get(i % 2).add(row(random));
    }
    LocalSpark.session();
    return LocalSpark.partitions(SCHEMA, partitions);
  }

  private static Dataset<Row> assembled(Dataset<Row> data) {
    return new VectorAssembler()
        .setInputCols(
            new String[] {
              "vector", "number", "doubles", "sparse", "bytesAsVector", "flag", "imageAsVector"
            })
        .setOutputCol("features")
        .transform(
            data.withColumn(
                "doubles", org.apache.spark.ml.functions.array_to_vector(functions.col("array"))));
  }

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(Network.input(WIDTH).dense(5).relu().dense(2))
        .setMaxIter(2)
        .setBatchSize(8)
        .setSeed(1);
  }

  private static NeuralNetworkClassifier joined() {
    return classifier().setFeaturesCols(COLUMNS);
  }

  private static List<Row> probabilities(
      NeuralNetworkClassificationModel model, Dataset<Row> rows) {
    return model.transform(rows).select("probability").collectAsList();
  }

  @Test
  void theyGiveTheBitsOfTheirAssembledVector(@TempDir Path folder) throws Exception {
    Dataset<Row> data = data(40);
    NeuralNetworkClassificationModel expected = classifier().fit(assembled(data));
    NeuralNetworkClassificationModel model = joined().fit(data);
    assertEquals(expected.weights(), model.weights());
    List<Row> probabilities = probabilities(expected, assembled(data));
    assertEquals(probabilities, probabilities(model, data));
    Row first = assembled(data).first();
    assertEquals(probabilities.get(0).get(0), model.predictProbability(first.getAs("features")));
    // row by row
    List<Row> rowByRow =
        model
            .transform(data)
            .select(functions.expr("case when label >= 0 then probability end"))
            .collectAsList();
    assertEquals(probabilities.toString(), rowByRow.toString());
    // saved, loaded, and on a stream
    model.write().save(folder.resolve("model").toString());
    NeuralNetworkClassificationModel loaded =
        NeuralNetworkClassificationModel.load(folder.resolve("model").toString());
    assertEquals(probabilities, probabilities(loaded, data));
    String files = folder.resolve("rows").toString();
    data.coalesce(1).write().parquet(files);
    StreamingQuery query =
        loaded
            .transform(data.sparkSession().readStream().schema(SCHEMA).parquet(files))
            .select("probability")
            .writeStream()
            .format("memory")
            .queryName("joined")
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    List<String> streamed =
        data.sparkSession().table("joined").collectAsList().stream()
            .map(Row::toString)
            .sorted()
            .toList();
    assertEquals(probabilities.stream().map(Row::toString).sorted().toList(), streamed);
  }

  @Test
  void wideSparsePartsStaySparseAndBytesStayBytes() {
    Dataset<Row> data = data(40).select("label", "number", "sparse", "bytes", "bytesAsVector");
    Dataset<Row> wide =
        data.sparkSession()
            .createDataFrame(
                data.javaRDD()
                    .map(
                        row ->
                            RowFactory.create(
                                row.get(0),
                                row.get(1),
                                Vectors.sparse(500, new int[] {row.getInt(0)}, new double[] {1}))),
                new StructType()
                    .add("label", DataTypes.IntegerType)
                    .add("number", DataTypes.LongType)
                    .add("sparse", SQLDataTypes.VectorType()));
    NeuralNetworkClassifier classifier = classifier().setNetwork(Network.input(501).dense(2));
    NeuralNetworkClassificationModel model =
        classifier.setFeaturesCols(new String[] {"number", "sparse"}).fit(wide);
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(new String[] {"number", "sparse"})
            .setOutputCol("features")
            .setHandleInvalid("keep")
            .transform(
                wide.withColumn(
                    "sparse",
                    functions.col("sparse"),
                    new AttributeGroup("sparse", 500).toMetadata()));
    classifier.clear(classifier.featuresCols());
    NeuralNetworkClassificationModel expected = classifier.fit(assembled);
    assertEquals(expected.weights(), model.weights());
    assertEquals(probabilities(expected, assembled), probabilities(model, wide));
    assertTrue(model.contents().storedRowBytes() < 100, "sparse");
    assertEquals(
        3 * 4, // 4 values of 4 bytes or of 1
        storedRowBytes(data.withColumn("bytesAsVector", functions.expr("array(0.5, 1.5)")))
            - storedRowBytes(data),
        1);
  }

  private static long storedRowBytes(Dataset<Row> data) {
    return classifier()
        .setNetwork(Network.input(4).dense(2))
        .setFeaturesCols(new String[] {"bytes", "bytesAsVector"})
        .fit(data)
        .contents()
        .storedRowBytes();
  }

  @Test
  void eachRowMustHaveTheWidthsOfTheFirst() {
    Dataset<Row> data = data(10);
    Dataset<Row> moved =
        data.withColumn("array", functions.expr("if(label = 1, array(1f), array(1f, 2f))"))
            .withColumn("more", functions.expr("if(label = 1, array(1f, 2f), array(1f))"));
    NeuralNetworkClassifier classifier =
        classifier()
            .setNetwork(Network.input(3).dense(2))
            .setFeaturesCols(new String[] {"array", "more"});
    String message =
        assertThrows(IllegalArgumentException.class, () -> classifier.fit(moved)).getMessage();
    assertTrue(message.matches("expected [12] features, found [12] in column \"array\""), message);
    NeuralNetworkClassificationModel model = classifier.fit(moved.filter("label = 0"));
    assertEquals(model.weights(), classifier.fit(moved.filter("label = 0")).weights());
    Exception e = assertThrows(Exception.class, () -> model.transform(moved).collect());
    assertTrue(causes(e).contains("in column \"array\""), causes(e));
  }

  private static String causes(Throwable e) {
    return e == null ? "" : e.getMessage() + "\n" + causes(e.getCause());
  }

  @Test
  void widthsThatCannotFitAreRefusedBeforeAnyJob() {
    Dataset<Row> data = data(4);
    Dataset<Row> told =
        data.withColumn(
            "vector", functions.col("vector"), new AttributeGroup("vector", 3).toMetadata());
    NeuralNetworkClassifier classifier = classifier().setNetwork(Network.input(4).dense(2));
    assertEquals(
        "the network reads 4 features, found 5 in the 3 columns of featuresCols: 3 in vector",
        error(classifier.setFeaturesCols(new String[] {"vector", "number", "flag"}), told));
    assertEquals(
        "the network reads 4 features, found at least 5 in the 3 columns of featuresCols: 3 in"
            + " vector",
        error(classifier.setFeaturesCols(new String[] {"vector", "number", "array"}), told));
    // the one that is not known is what is left
    assertEquals(
        "expected 1 features, found 2 in column \"array\"",
        error(classifier.setFeaturesCols(new String[] {"vector", "array"}), told));
    assertEquals(
        "the network reads 4 features, found 5 in the 2 columns of featuresCols: 3 in vector, 2 in"
            + " array",
        error(classifier.setFeaturesCols(new String[] {"vector", "array"}), data));
    assertEquals(
        "features must be numbers, found null in column \"vector\"; fill it, or drop the row",
        error(
            classifier.setFeaturesCols(new String[] {"vector", "number"}),
            told.withColumn("vector", functions.lit(null).cast(SQLDataTypes.VectorType()))));
  }

  private static String error(NeuralNetworkClassifier classifier, Dataset<Row> data) {
    return assertThrows(IllegalArgumentException.class, () -> classifier.fit(data)).getMessage();
  }

  @Test
  void aColumnThatHoldsFeaturesOfTwoInputsIsRefused() {
    Network network =
        Network.inputs(Input.of("first", 2), Input.of("second", 3)).concat("second").dense(2);
    Dataset<Row> data = data(20);
    NeuralNetworkClassifier classifier = classifier().setNetwork(network);
    String advice =
        "; featuresCols names one column or more for each input, in order, and featuresCol one for"
            + " all inputs";
    assertEquals(
        "column \"vector\" holds 3 features, but input \"first\" takes 2 more" + advice,
        error(classifier.setFeaturesCols(new String[] {"vector", "array"}), data));
    assertEquals(
        "column \"array\" holds 2 features, but input \"first\" takes 1 more" + advice,
        error(classifier.setFeaturesCols(new String[] {"number", "array", "array"}), data));
    // what the metadata tells is enough, before any row is read
    StructType told =
        data.withColumn(
                "vector", functions.col("vector"), new AttributeGroup("vector", 3).toMetadata())
            .schema();
    classifier.setFeaturesCols(new String[] {"number", "vector", "flag"});
    assertEquals(
        "column \"vector\" holds 3 features, but input \"first\" takes 1 more" + advice,
        assertThrows(IllegalArgumentException.class, () -> classifier.transformSchema(told))
            .getMessage());
    NeuralNetworkClassificationModel model =
        classifier.setFeaturesCols(new String[] {"array", "vector"}).fit(data);
    model.setFeaturesCols(new String[] {"number", "vector", "flag"});
    assertEquals(
        "column \"vector\" holds 3 features, but input \"first\" takes 1 more" + advice,
        assertThrows(IllegalArgumentException.class, () -> model.transformSchema(told))
            .getMessage());
  }

  /** Two inputs, one column for each but the last, which two columns make together. */
  @Test
  void aColumnForEachInputTrainsANetworkOfSeveralInputs(@TempDir Path folder) throws Exception {
    Network network =
        Network.inputs(Input.of("image", 1, 1, 3), Input.of("table", 4))
            .gate(x -> x.globalAvgPool2d().dense(3).sigmoid())
            .flatten()
            .named("seen")
            .from("table")
            .dense(3)
            .tanh()
            .concat("seen")
            .dense(2);
    Dataset<Row> data = data(40);
    NeuralNetworkClassifier classifier =
        classifier().setNetwork(network).setFeaturesCols(new String[] {"image", "vector", "flag"});
    NeuralNetworkClassificationModel model = classifier.fit(data);
    assertEquals(network, model.network());
    assertEquals(network, Network.fromJson(network.toJson()));
    NeuralNetworkClassificationModel assembled =
        classifier()
            .setNetwork(Network.fromJson(network.toJson()))
            .fit(
                new VectorAssembler()
                    .setInputCols(new String[] {"imageAsVector", "vector", "flag"})
                    .setOutputCol("features")
                    .transform(data));
    assertEquals(assembled.weights(), model.weights());
    assertEquals(
        model.weights(), classifier.setBackwardPruning(false).fit(data).weights(), "unpruned");
    model.write().save(folder.resolve("model").toString());
    NeuralNetworkClassificationModel loaded =
        NeuralNetworkClassificationModel.load(folder.resolve("model").toString());
    assertEquals(probabilities(model, data), probabilities(loaded, data));
    assertTrue(loaded.explainBackward().contains("gate_1"), loaded.explainBackward());
    String page = loaded.explainBackward("html");
    for (String name : List.of("image", "table", "seen", "gate_1", "concat_1")) {
      assertTrue(page.contains("<title>" + name + "</title>"), name);
    }
  }
}
