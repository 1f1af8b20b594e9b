package io.github.secateur.examples;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.expr;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.NeuralNetworkClassificationModel;
import io.github.secateur.spark.NeuralNetworkClassifier;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A network that learned from many images gets used to other ones, of which few are labelled. */
@Command(
    name = "FineTuneDigits",
    description = {
      "Trains on 1,442 digits, and saves the model. Then another scanner comes: its images are a third",
      "as bright, and a pixel further down and to the right. 51 of them have labels. The network starts",
      "from the saved weights with its convolutions frozen, which saves nearly all of the backward pass;",
      "beside it, with all layers trained, from those weights and from nothing. The 1,797 digits ship",
      "with it.",
      "Expect accuracy 0.3155 on the second scanner's images from the first model as it is, 0.8901 with",
      "the convolutions frozen, 0.8761 with all layers trained, and 0.7690 from nothing. With many",
      "labelled images it is the other way round: then train all layers."
    },
    showDefaultValues = true,
    sortOptions = false)
public final class FineTuneDigits extends ExampleProgram {
  private static final String[] STEM = {"stem_1", "stem_2"};
  private static final String OTHER_SCANNER =
      "transform(sequence(0, 63), i -> if(i % 8 = 0 or i < 8, 0D, features[i - 9] / 3))";

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = "target/fine-tuned",
      description = "Where to save the first model; what is there is replaced.")
  private Path model;

  @Option(names = "--seed", defaultValue = "42", description = "Of weights, row order and dropout.")
  private long seed;

  /** Runs the command. */
  public static void main(String[] args) {
    ExampleProgram.main(new FineTuneDigits(), args);
  }

  @Override
  void run(SparkSession spark) throws Exception {
    ImageSet digits = Digits.read();
    Dataset<Row> training = arrays(ImageFrame.training(spark, digits, 1));
    Dataset<Row> test = arrays(ImageFrame.test(spark, digits, 1));

    NeuralNetworkClassificationModel first = classifier().fit(training);
    first.write().overwrite().save(model.toString());
    sayAccuracy("first scanner", first.transform(test));

    Dataset<Row> few = otherScanner(training.filter("row < 60"));
    Dataset<Row> others = otherScanner(test).cache();
    sayAccuracy("second scanner, the model as it is", first.transform(others));

    NeuralNetworkClassifier tuning = classifier().setMaxIter(30).setBatchSize(10);
    NeuralNetworkClassificationModel fresh = tuning.fit(few);
    tuning.setInitialModelPath(model.toString());
    NeuralNetworkClassificationModel whole = tuning.fit(few);
    NeuralNetworkClassificationModel frozen = tuning.setFrozenLayers(STEM).fit(few);
    List<String> plan = frozen.explainBackward().lines().toList();
    say("%s", plan.get(0));
    plan.stream()
        .filter(line -> line.startsWith("operations per row, backward"))
        .forEach(line -> say("%s", line));
    sayAccuracy("second scanner, convolutions frozen", frozen.transform(others));
    sayAccuracy("second scanner, all layers trained", whole.transform(others));
    sayAccuracy("second scanner, from nothing", fresh.transform(others));
  }

  private static Dataset<Row> arrays(Dataset<Row> digits) {
    return digits.withColumn("features", vector_to_array(digits.col("features"), "float64"));
  }

  private static Dataset<Row> otherScanner(Dataset<Row> digits) {
    return digits.withColumn("features", expr(OTHER_SCANNER));
  }

  private NeuralNetworkClassifier classifier() {
    Network network =
        Network.image(8, 8, 1)
            .scale(1f / 16)
            .conv2d(16, 3)
            .named(STEM[0])
            .relu()
            .conv2d(32, 3)
            .named(STEM[1])
            .relu()
            .maxPool2d(2)
            .flatten()
            .dropout(0.25f)
            .dense(64)
            .relu()
            .dense(10);
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setMaxIter(15)
        .setBatchSize(32)
        .setStepSize(2e-3)
        .setSeed(seed);
  }
}
