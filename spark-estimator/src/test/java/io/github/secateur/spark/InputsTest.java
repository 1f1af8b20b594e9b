package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.mllib.util.MLUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Features in columns of all types: the same 12 pixels, of 2×2 colored images, in each of them. */
class InputsTest {
  private static final int PIXELS = 12;
  private static final Network NETWORK =
      Network.image(2, 2, 3).scale(1f / 255).conv2d(4, 2).relu().flatten().dense(3);

  private static final List<String> ALL =
      List.of(
          "dense",
          "sparse",
          "floats",
          "doubles",
          "bytes",
          "shorts",
          "ints",
          "longs",
          "decimals",
          "binary",
          "image",
          "columns");

  private static final DataType[] NUMERIC = {
    DataTypes.ShortType,
    DataTypes.IntegerType,
    DataTypes.LongType,
    DataTypes.FloatType,
    DataTypes.DoubleType,
    DataTypes.createDecimalType(20, 3)
  };

  private static final StructType SCHEMA = schema();

  private static StructType schema() {
    StructType schema =
        new StructType()
            .add("label", DataTypes.DoubleType)
            .add("dense", SQLDataTypes.VectorType())
            .add("sparse", SQLDataTypes.VectorType())
            .add("floats", DataTypes.createArrayType(DataTypes.FloatType))
            .add("doubles", DataTypes.createArrayType(DataTypes.DoubleType))
            .add("bytes", DataTypes.createArrayType(DataTypes.ByteType))
            .add("shorts", DataTypes.createArrayType(DataTypes.ShortType))
            .add("ints", DataTypes.createArrayType(DataTypes.IntegerType))
            .add("longs", DataTypes.createArrayType(DataTypes.LongType))
            .add("decimals", DataTypes.createArrayType(DataTypes.createDecimalType(20, 3)))
            .add("binary", DataTypes.BinaryType)
            .add("image", ImageSchema.columnSchema());
    for (int i = 0; i < PIXELS; i++) {
      schema = schema.add("pixel" + i, NUMERIC[i % NUMERIC.length]);
    }
    return schema;
  }

  private static String[] pixelColumns() {
    String[] names = new String[PIXELS];
    Arrays.setAll(names, i -> "pixel" + i);
    return names;
  }

  private static Row row(int label, int[] pixels) {
    double[] doubles = Arrays.stream(pixels).asDoubleStream().toArray();
    Float[] floats = new Float[PIXELS];
    Double[] boxed = new Double[PIXELS];
    Byte[] bytes = new Byte[PIXELS];
    Short[] shorts = new Short[PIXELS];
    Integer[] ints = new Integer[PIXELS];
    Long[] longs = new Long[PIXELS];
    BigDecimal[] decimals = new BigDecimal[PIXELS];
    byte[] binary = new byte[PIXELS];
    byte[] blueFirst = new byte[PIXELS];
    for (int i = 0; i < PIXELS; i++) {
      floats[i] = (float) pixels[i];
      boxed[i] = doubles[i];
      bytes[i] = (byte) pixels[i];
      shorts[i] = (short) pixels[i];
      ints[i] = pixels[i];
      longs[i] = (long) pixels[i];
      decimals[i] = BigDecimal.valueOf(pixels[i]);
      binary[i] = (byte) pixels[i];
      blueFirst[i / 3 * 3 + 2 - i % 3] = (byte) pixels[i];
    }
    List<Object> values =
        new ArrayList<>(
            List.of(
                (double) label,
                Vectors.dense(doubles),
                Vectors.dense(doubles).toSparse(),
                floats,
                boxed,
                bytes,
                shorts,
                ints,
                longs,
                decimals,
                binary,
                image(2, 2, 3, 16, blueFirst)));
    for (int i = 0; i < PIXELS; i++) {
      values.add(number(pixels[i], NUMERIC[i % NUMERIC.length]));
    }
    return RowFactory.create(values.toArray());
  }

  private static Object number(int value, DataType type) {
    return switch (type.typeName()) {
      case "short" -> (short) value;
      case "integer" -> value;
      case "long" -> (long) value;
      case "float" -> (float) value;
      case "double" -> (double) value;
      default -> BigDecimal.valueOf(value);
    };
  }

  private static Row image(int height, int width, int channels, int mode, byte[] data) {
    return RowFactory.create("file:/a.png", height, width, channels, mode, data);
  }

  /** Returns rows whose class is the brightest of the colors. */
  private static Dataset<Row> data(int rows) {
    Random random = new Random(11);
    List<List<Row>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < rows; i++) {
      int label = random.nextInt(3);
      int[] pixels = new int[PIXELS];
      for (int p = 0; p < PIXELS; p++) {
        boolean bright = p % 3 == label || random.nextInt(4) == 0;
        pixels[p] = bright ? 100 + random.nextInt(156) : 0;
      }
      partitions.get(i % 2).add(row(label, pixels));
    }
    LocalSpark.session();
    return LocalSpark.partitions(SCHEMA, partitions);
  }

  private static NeuralNetworkClassifier classifier(String input) {
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier().setNetwork(NETWORK).setMaxIter(2).setBatchSize(16).setSeed(3);
    return input.equals("columns")
        ? classifier.setFeaturesCols(pixelColumns())
        : classifier.setFeaturesCol(input);
  }

  private static NeuralNetworkClassificationModel reading(
      String input, NeuralNetworkClassificationModel model) {
    NeuralNetworkClassificationModel copy = model.copy(ParamMap.empty());
    copy.clear(copy.featuresCol()).clear(copy.featuresCols());
    return input.equals("columns")
        ? copy.setFeaturesCols(pixelColumns())
        : copy.setFeaturesCol(input);
  }

  private static List<Row> predictions(NeuralNetworkClassificationModel model, Dataset<Row> data) {
    return model
        .transform(data)
        .select("rawPrediction", "probability", "prediction")
        .collectAsList();
  }

  @Test
  void allTypesGiveTheSameBitsWhateverWasTrainedOnAndWhateverIsPredicted() {
    Dataset<Row> data = data(60);
    NeuralNetworkClassificationModel first = classifier("dense").fit(data);
    List<Row> expected = predictions(first, data);
    for (String trained : ALL) {
      NeuralNetworkClassificationModel model = classifier(trained).fit(data);
      assertEquals(first.weights(), model.weights(), trained);
      for (String predicted : trained.equals("dense") ? ALL : List.of(trained)) {
        assertEquals(
            expected, predictions(reading(predicted, model), data), trained + ", " + predicted);
      }
    }
  }

  @Test
  void booleansAreOneAndZero() {
    Dataset<Row> data =
        data(20)
            .withColumn("flags", functions.expr("transform(ints, x -> x > 127)"))
            .withColumn("ones", functions.expr("transform(ints, x -> if(x > 127, 1D, 0D))"));
    String[] names = pixelColumns();
    for (String name : names) {
      data = data.withColumn("is_" + name, functions.col(name).gt(127));
    }
    NeuralNetworkClassificationModel expected = classifier("ones").fit(data);
    NeuralNetworkClassificationModel flags = classifier("flags").fit(data);
    assertEquals(expected.weights(), flags.weights());
    assertEquals(predictions(expected, data), predictions(flags, data));
    String[] flagColumns = Arrays.stream(names).map("is_"::concat).toArray(String[]::new);
    NeuralNetworkClassificationModel columns =
        classifier("columns").setFeaturesCols(flagColumns).fit(data);
    assertEquals(expected.weights(), columns.weights());
    assertEquals(predictions(expected, data), predictions(columns, data));
  }

  @Test
  void wholeNumbersAndDecimalsAreRoundedFromDoubleOnce() {
    Dataset<Row> rows =
        LocalSpark.session()
            .sql(
                "select 0 label, array(16777217, -3) ints, array(9007199791611905L, -7L) longs,"
                    + " array(0.1000000014901161138BD, -1234567890.123456789BD) decimals,"
                    + " array(true, null) broken");
    for (String column : List.of("ints", "longs", "decimals")) {
      Dataset<Row> both = rows.withColumn("doubles", functions.col(column).cast("array<double>"));
      double[] expected = identity(both, Network.input(2), "doubles");
      assertArrayEquals(expected, identity(both, Network.input(2), column), column);
      Dataset<Row> unpacked =
          both.select(
              functions.col(column).getItem(0).as("a"), functions.col(column).getItem(1).as("b"));
      assertArrayEquals(expected, identity(unpacked, Network.input(2), "a", "b"), column);
    }
    Exception e = assertThrows(Exception.class, () -> identity(rows, Network.input(2), "broken"));
    assertTrue(causes(e).contains("features must be numbers, found null at index 1"), causes(e));
  }

  @Test
  void aMeanThatIsSubtractedFromNumbersBeyondFloat32IsAWarning() {
    Dataset<Row> data =
        data(8)
            .withColumn("time", functions.expr("1700000000000L + ints[0]"))
            .withColumn("times", functions.expr("array(0L, time)"))
            .withColumn("fine", functions.expr("array(ints[0], 16777216)"));
    NeuralNetworkClassifier centering =
        classifier("times")
            .setNetwork(Network.image(1, 1, 2).scale(1e-3f).flatten().batchNorm().dense(3));
    try (LogLines log = new LogLines(LostDigits.class)) {
      centering.fit(data);
      assertEquals(
          List.of(
              "index 1 of column \"times\" holds values beyond 2^24, which float32 rounds, and"
                  + " layer \"batchNorm_1\" subtracts a mean from what is left; subtract one"
                  + " before, in double, as StandardScaler with withMean does"),
          log.all());
    }
    try (LogLines log = new LogLines(LostDigits.class)) {
      centering.clear(centering.featuresCol());
      centering.setNetwork(Network.input(2).normalize(1, 2).dense(3));
      centering.setFeaturesCols(new String[] {"label", "time"}).fit(data);
      assertTrue(log.all().toString().contains("[column \"time\" holds"), log.all().toString());
    }
    try (LogLines log = new LogLines(LostDigits.class)) {
      classifier("fine").setNetwork(Network.input(2).batchNorm().dense(3)).fit(data);
      classifier("times")
          .setNetwork(Network.input(2).dense(3).batchNorm().dense(3))
          .setMaxIter(0)
          .fit(data);
      assertEquals(List.of(), log.all());
    }
  }

  @Test
  void vectorsOfTheOldPackageAreRefusedWithTheWayToConvertThem() {
    Dataset<Row> old = MLUtils.convertVectorColumnsFromML(data(10), "dense");
    assertEquals(
        "Column dense holds vectors of the old package org.apache.spark.mllib; convert them with"
            + " MLUtils.convertVectorColumnsToML(dataset, \"dense\"), or each with asML()",
        fitError(classifier("dense"), old));
    NeuralNetworkClassificationModel model = classifier("floats").fit(old);
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> reading("dense", model).transform(old))
            .getMessage()
            .contains("asML()"));
    Dataset<Row> converted = MLUtils.convertVectorColumnsToML(old, "dense");
    assertEquals(model.weights(), classifier("dense").fit(converted).weights());
  }

  @Test
  void bytesAreReadUnsigned() {
    Dataset<Row> data = data(2).filter("pixel0 > 127 or pixel1 > 127 or pixel2 > 127");
    Row row = data.first();
    NeuralNetworkClassificationModel model = classifier("bytes").fit(data);
    Vector expected = model.predictRaw(row.getAs("dense"));
    assertEquals(expected, model.transform(data).select("rawPrediction").first().get(0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dense", "sparse", "floats", "doubles", "bytes", "longs", "binary", "image", "columns"
      })
  void aPipelineThatWasSavedAndLoadedPredictsAStreamOfIt(String input, @TempDir Path folder)
      throws Exception {
    Dataset<Row> data = data(20);
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {classifier(input)}).fit(data);
    pipeline.save(folder.resolve("model").toString());
    PipelineModel loaded = PipelineModel.load(folder.resolve("model").toString());
    String rows = folder.resolve("rows").toString();
    data.write().parquet(rows);
    Dataset<Row> stream = data.sparkSession().readStream().schema(SCHEMA).parquet(rows);
    StreamingQuery query =
        loaded
            .transform(stream)
            .select("rawPrediction", "prediction")
            .writeStream()
            .format("memory")
            .queryName("of_" + input)
            .option("checkpointLocation", folder.resolve("checkpoint").toString())
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    assertEquals(
        strings(pipeline.transform(data).select("rawPrediction", "prediction")),
        strings(data.sparkSession().table("of_" + input)));
  }

  private static List<String> strings(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void theFeaturesStayAsTheyAreAndNoColumnIsLeftOver() {
    Dataset<Row> data = data(10);
    for (String input : ALL) {
      Dataset<Row> predicted = classifier(input).fit(data).transform(data);
      List<String> expected = new ArrayList<>(List.of(data.columns()));
      expected.addAll(List.of("rawPrediction", "probability", "prediction"));
      assertEquals(expected, List.of(predicted.columns()), input);
      assertEquals(
          SCHEMA.apply("bytes").dataType(), predicted.schema().apply("bytes").dataType(), input);
    }
  }

  @Test
  void grayAndTransparentImagesKeepTheirChannels() {
    Dataset<Row> gray = images(image(1, 3, 1, 0, new byte[] {0, 7, (byte) 200}));
    assertArrayEquals(new double[] {0, 7, 200}, pixels(gray, Network.image(1, 3, 1)));
    byte[] blueGreenRedAlpha = {1, 2, 3, 4, 5, 6, 7, 8};
    Dataset<Row> transparent = images(image(2, 1, 4, 24, blueGreenRedAlpha));
    assertArrayEquals(
        new double[] {3, 2, 1, 4, 7, 6, 5, 8}, pixels(transparent, Network.image(2, 1, 4)));
  }

  @Test
  void aPlainNetworkReadsAnImageAsAVector() {
    Dataset<Row> gray = images(image(1, 3, 1, 0, new byte[] {0, 7, (byte) 200}));
    assertArrayEquals(new double[] {0, 7, 200}, pixels(gray, Network.input(3)));
  }

  private static Dataset<Row> images(Row image) {
    LocalSpark.session();
    StructType nullable = new StructType();
    for (StructField field : ImageSchema.columnSchema().fields()) {
      nullable = nullable.add(field.name(), field.dataType(), true);
    }
    StructType schema = new StructType().add("image", nullable).add("label", DataTypes.DoubleType);
    return LocalSpark.partitions(schema, List.of(List.of(RowFactory.create(image, 0.0))));
  }

  private static double[] pixels(Dataset<Row> images, Network input) {
    return identity(images, input, "image");
  }

  /**
   * Returns what a network that does nothing gives for the first row. It gives each number and its
   * negative, so that the mean of the logits is 0.
   */
  private static double[] identity(Dataset<Row> rows, Network input, String... columns) {
    Network identity = input.inputShape().rank() == 1 ? input : input.flatten();
    int size = input.inputSize();
    float[] parameters = new float[2 * size * size + 2 * size];
    for (int i = 0; i < size; i++) {
      parameters[i * 2 * size + i] = 1;
      parameters[i * 2 * size + size + i] = -1;
    }
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassificationModel(
            "identity", new InferenceEngines(identity.dense(2 * size), parameters));
    if (columns.length == 1) {
      model.setFeaturesCol(columns[0]);
    } else {
      model.setFeaturesCols(columns);
    }
    Vector logits = (Vector) model.transform(rows).select("rawPrediction").first().get(0);
    return Arrays.copyOf(logits.toArray(), size);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2|2|3|18|12|images must have mode CV_8UC1 (0), CV_8UC3 (16) or CV_8UC4 (24), found 18 (file:/a.png) in column "image"
          2|2|1|16|12|images of mode 16 have 3 channels, found 1 (file:/a.png) in column "image"
          2|2|3|16|11|an image of 2×2×3 has 12 bytes, found 11 (file:/a.png) in column "image"
          4|1|3|16|12|the network reads images of 2×2×3, found an image of 4×1×3 (height, width, channels) (file:/a.png) in column "image"; resize it, or change the network's input
          2|2|1|0|4|the network reads images of 2×2×3, found an image of 2×2×1 (height, width, channels) (file:/a.png) in column "image"; resize it, or change the network's input
          -1|-1|-1|-1|0|found a file that is no image (file:/a.png) in column "image"; read images with option dropInvalid
          """)
  void anImageThatDoesNotFitIsRefused(
      int height, int width, int channels, int mode, int bytes, String message) {
    Dataset<Row> images = images(image(height, width, channels, mode, new byte[bytes]));
    assertEquals(message, fitError(classifier("image"), images));
  }

  @Test
  void anImageThatIsNullOrLacksAFieldIsRefused() {
    assertEquals(
        "expected 12 features, found null in column \"image\"",
        fitError(classifier("image"), images(null)));
    assertEquals(
        "an image must have height, width, nChannels, mode and data, found no data (file:/a.png) in"
            + " column \"image\"",
        fitError(classifier("image"), images(image(2, 2, 3, 16, null))));
  }

  private static String fitError(NeuralNetworkClassifier classifier, Dataset<Row> data) {
    return assertThrows(IllegalArgumentException.class, () -> classifier.fit(data)).getMessage();
  }

  @Test
  void aColumnWithoutANumberIsNamed() {
    Dataset<Row> data = data(10);
    Dataset<Row> unknown = data.withColumn("pixel4", functions.lit(null).cast("double"));
    assertEquals(
        "features must be numbers, found null in column \"pixel4\"; fill it, or drop the row",
        fitError(classifier("columns"), unknown));
    Dataset<Row> noNumber = data.withColumn("pixel3", functions.lit(Float.NaN));
    assertEquals(
        "features must be finite float32 numbers, found NaN in column \"pixel3\"",
        fitError(classifier("columns"), noNumber));
    NeuralNetworkClassificationModel model = classifier("columns").fit(data);
    Exception e = assertThrows(Exception.class, () -> model.transform(noNumber).collect());
    assertTrue(causes(e).contains("found NaN in column \"pixel3\""), causes(e));
  }

  private static String causes(Throwable e) {
    return e == null ? "" : e.getMessage() + "\n" + causes(e.getCause());
  }

  @Test
  void columnsMustHoldFeaturesAndAsManyAsTheNetworkReads() {
    Dataset<Row> data = data(10);
    assertEquals(
        "Column pixel4, one of featuresCols, must be of type numeric, boolean, vector, array of"
            + " numbers or booleans, binary or image but was actually of type string; cast or index"
            + " it",
        fitError(classifier("columns"), data.withColumn("pixel4", functions.lit("red"))));
    assertEquals(
        "the network reads 12 features, found 2 in the 2 columns of featuresCols",
        fitError(classifier("columns").setFeaturesCols(new String[] {"pixel0", "pixel1"}), data));
    assertTrue(
        fitError(classifier("columns"), data.drop("pixel7"))
            .startsWith(
                "there is no column \"pixel7\", which featuresCols names; the columns are"));
  }

  @Test
  void oneColumnAndSeveralExcludeEachOther() {
    Dataset<Row> data = data(10);
    NeuralNetworkClassifier both = classifier("columns").setFeaturesCol("dense");
    assertEquals(
        "either featuresCol or featuresCols must be set, found both; clear one of them",
        fitError(both, data));
    both.setFeaturesCols(new String[0]);
    assertEquals(12, both.fit(data).numFeatures());
  }

  @Test
  void aColumnInsideAStructIsFoundByItsPath() {
    Dataset<Row> data = data(10);
    Dataset<Row> nested = data.select(functions.col("label"), functions.struct("floats").as("in"));
    NeuralNetworkClassificationModel model = classifier("in.floats").fit(nested);
    assertEquals(classifier("floats").fit(data).weights(), model.weights());
    assertEquals(predictions(reading("floats", model), data), predictions(model, nested));
  }
}
