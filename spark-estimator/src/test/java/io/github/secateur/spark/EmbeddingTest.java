package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Networks over arrays of whole numbers. */
class EmbeddingTest {
  private static final int TOKENS = 6;
  private static final StructType SCHEMA =
      new StructType()
          .add("features", DataTypes.createArrayType(DataTypes.IntegerType))
          .add("label", DataTypes.IntegerType);

  /** Rows of up to six tokens in [1, 8), then 0; the label is whether 7 is among them. */
  private static Dataset<Row> rows(int count) {
    LocalSpark.session();
    Random random = new Random(4);
    List<List<Row>> partitions = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < count; i++) {
      int[] tokens = new int[TOKENS];
      int length = 2 + random.nextInt(TOKENS - 1);
      for (int j = 0; j < length; j++) {
        tokens[j] = 1 + random.nextInt(6);
      }
      int label = random.nextInt(2);
      if (label == 1) {
        tokens[random.nextInt(length)] = 7;
      }
      partitions.get(i % 2).add(RowFactory.create(tokens, label));
    }
    return LocalSpark.partitions(SCHEMA, partitions);
  }

  private static Network network(int vocabulary) {
    return Network.input(TOKENS)
        .paddingMask(0)
        .named("mask")
        .from("input")
        .embedding(vocabulary, 8, 0)
        .named("tokens")
        .transformerBlock(2, 8, "mask")
        .maskedMean("mask")
        .dense(2);
  }

  private static NeuralNetworkClassifier classifier(Network network) {
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setMaxIter(30)
        .setBatchSize(32)
        .setStepSize(0.01);
  }

  @Test
  void aTransformerLearnsWhichTokenDecides() {
    Dataset<Row> rows = rows(300);
    Dataset<Row> predicted = classifier(network(10)).fit(rows).transform(rows);
    long right =
        predicted.filter(functions.col("prediction").equalTo(functions.col("label"))).count();
    assertTrue(right >= 285, right + " of 300");
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefusedWhenRowsAreRead() {
    NeuralNetworkClassifier classifier = classifier(network(7));
    Exception e = assertThrows(IllegalArgumentException.class, () -> classifier.fit(rows(20)));
    String expected =
        "layer \"tokens\" (embedding) expects whole numbers in [0, 7), its vocabulary, found 7.0";
    assertEquals(expected, e.getMessage().substring(0, expected.length()));
  }
}
