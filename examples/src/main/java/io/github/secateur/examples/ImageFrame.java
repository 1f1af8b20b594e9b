package io.github.secateur.examples;

import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** An {@link ImageSet} as a DataFrame, one row for each image. */
public final class ImageFrame {
  public static final String ROW = "row";
  public static final String LABEL = "label";
  public static final String FEATURES = "features";
  public static final String VALIDATION = "validation";

  private ImageFrame() {}

  /**
   * Returns the training and validation rows, in {@code partitions} partitions of neighbouring
   * rows: row number in the image set, label, features (raw pixel values), and whether it is a
   * validation row.
   */
  public static Dataset<Row> training(SparkSession spark, ImageSet images, int partitions) {
    return frame(spark, images, partitions, Part.TRAINING, Part.VALIDATION);
  }

  /** Returns the test rows, as {@link #training} does. */
  public static Dataset<Row> test(SparkSession spark, ImageSet images, int partitions) {
    return frame(spark, images, partitions, Part.TEST, Part.TEST);
  }

  private static Dataset<Row> frame(
      SparkSession spark, ImageSet images, int partitions, Part first, Part second) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ImageSet> everywhere = context.broadcast(images);
    var numbers =
        IntStream.range(0, images.rows())
            .filter(row -> images.parts()[row] == first || images.parts()[row] == second)
            .boxed()
            .toList();
    JavaRDD<Row> rows =
        context.parallelize(numbers, partitions).map(row -> row(everywhere.value(), row));
    StructType schema =
        new StructType()
            .add(ROW, DataTypes.IntegerType, false)
            .add(LABEL, DataTypes.DoubleType, false)
            .add(FEATURES, SQLDataTypes.VectorType(), false)
            .add(VALIDATION, DataTypes.BooleanType, false);
    return spark.createDataFrame(rows, schema);
  }

  private static Row row(ImageSet images, int row) {
    return RowFactory.create(
        row,
        (double) images.labels()[row],
        Vectors.dense(images.image(row)),
        images.parts()[row] == Part.VALIDATION);
  }
}
