package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.NeuralNetworkClassificationModel;
import io.github.secateur.spark.NeuralNetworkClassifier;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A network that learned one task learns another one with most of its layers frozen. */
@Command(
    name = "FineTuneDigits",
    description = {
      "Trains a convolutional network on the digits 0 to 4, and saves it. Then starts from its weights,",
      "freezes the convolutions, and trains the rest on the digits 5 to 9: there is no backward pass",
      "through them, and they run once for each image. Beside it, all layers from nothing. The 1,797",
      "digits ship with it.",
      "Expect accuracy 0.9661 for 5 to 9 fine-tuned (171 of 177)."
    },
    showDefaultValues = true,
    sortOptions = false)
public final class FineTuneDigits extends ExampleProgram {
  private static final String[] STEM = {"stem_1", "stem_2"};

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = "target/fine-tuned",
      description = "Where to save the model of the first task; what is there is replaced.")
  private Path model;

  @Option(names = "--seed", defaultValue = "42", description = "Of weights and row order.")
  private long seed;

  /** Runs the command. */
  public static void main(String[] args) {
    ExampleProgram.main(new FineTuneDigits(), args);
  }

  @Override
  void run(SparkSession spark) throws Exception {
    ImageSet digits = Digits.read();
    Dataset<Row> training = ImageFrame.training(spark, digits, 2).filter("not validation").cache();
    Dataset<Row> test = ImageFrame.test(spark, digits, 2);

    NeuralNetworkClassificationModel first = classifier().fit(training.filter("label < 5"));
    first.write().overwrite().save(model.toString());
    sayAccuracy("digits 0 to 4, all layers trained", first.transform(test.filter("label < 5")));

    Dataset<Row> second = secondTask(training);
    Dataset<Row> others = secondTask(test);
    NeuralNetworkClassificationModel whole = classifier().fit(second);
    sayAccuracy("digits 5 to 9, all layers trained", whole.transform(others));
    NeuralNetworkClassificationModel tuned =
        classifier().setInitialModelPath(model.toString()).setFrozenLayers(STEM).fit(second);
    say("%s", tuned.explainBackward().lines().findFirst().orElseThrow());
    sayAccuracy("digits 5 to 9, fine-tuned", tuned.transform(others));
  }

  /** The digits 5 to 9, as classes 0 to 4. */
  private static Dataset<Row> secondTask(Dataset<Row> digits) {
    return digits.filter("label >= 5").selectExpr("label - 5 as label", "features");
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
            .dense(32)
            .relu()
            .dense(5);
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setMaxIter(15)
        .setBatchSize(32)
        .setStepSize(2e-3)
        .setSeed(seed);
  }
}
