package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.NeuralNetworkClassifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A table with numbers, words and gaps, through a Pipeline. */
@Command(
    name = "ClassifyPenguins",
    description = {
      "Tells the species of a penguin from its measures, its sex and its island: a table with",
      "categorical columns and missing values, through a Pipeline. The 344 rows ship with it.",
      "Expect accuracy 0.9853 (67 of 68)."
    },
    showDefaultValues = true,
    sortOptions = false)
public final class ClassifyPenguins extends ExampleProgram {
  private static final String[] WORDS = {"island", "sex"};
  private static final String[] NUMBERS = {
    "beak_length", "beak_depth", "flipper_length", "body_mass"
  };
  private static final String[] FILLED = {"length", "depth", "flipper", "mass"};

  @Option(names = "--epochs", defaultValue = "60", description = "Passes over the training rows.")
  private int epochs;

  @Option(names = "--seed", defaultValue = "42", description = "Of weights and row order.")
  private long seed;

  /** Runs the command. */
  public static void main(String[] args) {
    ExampleProgram.main(new ClassifyPenguins(), args);
  }

  @Override
  void run(SparkSession spark) throws IOException {
    Dataset<Row> penguins = read(spark);
    Dataset<Row> training = penguins.filter("row % 5 != 4").coalesce(1);
    Dataset<Row> test = penguins.filter("row % 5 = 4");

    PipelineModel fitted = pipeline().fit(training);
    sayAccuracy("test penguins", fitted.transform(test));
  }

  private Pipeline pipeline() {
    // three islands, and two sexes or none, besides four numbers
    Network network = Network.input(3 + 2 + 4).dense(16).relu().dense(3);
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer().setInputCol("species").setOutputCol("label"),
              new StringIndexer()
                  .setInputCols(WORDS)
                  .setOutputCols(new String[] {"island_index", "sex_index"})
                  .setHandleInvalid("keep"), // a missing sex is a value of its own
              new OneHotEncoder()
                  .setInputCols(new String[] {"island_index", "sex_index"})
                  .setOutputCols(new String[] {"island_vector", "sex_vector"}),
              new Imputer().setInputCols(NUMBERS).setOutputCols(FILLED).setStrategy("median"),
              new VectorAssembler().setInputCols(FILLED).setOutputCol("numbers"),
              new StandardScaler().setInputCol("numbers").setOutputCol("scaled").setWithMean(true),
              new VectorAssembler()
                  .setInputCols(new String[] {"island_vector", "sex_vector", "scaled"})
                  .setOutputCol("features"),
              new NeuralNetworkClassifier()
                  .setNetwork(network)
                  .setMaxIter(epochs)
                  .setBatchSize(32)
                  .setStepSize(0.01)
                  .setSeed(seed)
            });
  }

  /** Reads the table that ships with the program; "row" is the number of a row, from 0. */
  private static Dataset<Row> read(SparkSession spark) throws IOException {
    List<String> lines;
    try (BufferedReader file =
        new BufferedReader(
            new InputStreamReader(
                ClassifyPenguins.class.getResourceAsStream("penguins/penguins.csv"),
                StandardCharsets.US_ASCII))) {
      lines = file.lines().toList();
    }
    return spark
        .read()
        .option("header", true)
        .schema(
            "species string, island string, beak_length double, beak_depth double,"
                + " flipper_length double, body_mass double, sex string")
        .csv(spark.createDataset(lines, Encoders.STRING()).coalesce(1))
        .withColumn("row", functions.monotonically_increasing_id());
  }
}
