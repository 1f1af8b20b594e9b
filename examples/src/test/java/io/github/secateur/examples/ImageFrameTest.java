package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ImageFrameTest {
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSession.builder().master("local[2]").getOrCreate();
  }

  @AfterAll
  static void stopSpark() throws IOException {
    spark.close();
  }

  @Test
  void trainingFrameHoldsTrainingAndValidationRows() throws IOException {
    ImageSet digits = Digits.read();

    Dataset<Row> frame = ImageFrame.training(spark, digits, 3);

    assertEquals(3, frame.rdd().getNumPartitions());
    assertEquals(digits.count(Part.VALIDATION), frame.where(ImageFrame.VALIDATION).count());
    assertEquals(digits.count(Part.TRAINING), frame.where("not validation").count());
  }

  @Test
  void rowsKeepTheirPixelsLabelsAndNumbers() throws IOException {
    ImageSet digits = Digits.read();

    List<Row> rows = ImageFrame.test(spark, digits, 2).collectAsList();

    assertEquals(digits.count(Part.TEST), rows.size());
    for (Row row : rows) {
      int number = row.getInt(0);
      assertEquals(Part.TEST, digits.parts()[number]);
      assertEquals(digits.labels()[number], row.getDouble(1));
      assertEquals(Vectors.dense(digits.image(number)), row.get(2));
    }
  }
}
