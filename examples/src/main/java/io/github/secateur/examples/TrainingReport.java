package io.github.secateur.examples;

import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.TrainingListener;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Prints a training for a person, from top to bottom, as it goes. */
final class TrainingReport implements TrainingListener {
  private static final int FIRST = 3;
  private static final int LEAST_CERTAIN = 2;

  private final long startNanos = System.nanoTime();
  private final PrintWriter out;
  private final ImageSet images;

  TrainingReport(PrintWriter out, ImageSet images) {
    this.out = out;
    this.images = images;
  }

  static String version() {
    String version = Network.class.getPackage().getImplementationVersion();
    return version == null ? "of unknown version" : version;
  }

  /** Says what is going to be done: with what, on which data, to which network. */
  void start(SparkSession spark, Network network) {
    out.printf(
        Locale.ROOT,
        "Secateur %s on Spark %s, %s, Java %s, %s kernels%n",
        version(),
        spark.version(),
        spark.sparkContext().master(),
        Runtime.version().feature(),
        KernelProvider.chosen().name().toLowerCase(Locale.ROOT));
    out.printf(
        Locale.ROOT,
        "%s: %,d images of %d×%d for training, %,d for validation, %,d for the test%n",
        images.name(),
        images.count(Part.TRAINING),
        images.height(),
        images.width(),
        images.count(Part.VALIDATION),
        images.count(Part.TEST));
    title("The network");
    out.println(network);
    title("Its backward pass, pruned");
    out.println(network.explainBackward().stripTrailing());
    out.flush();
  }

  /** Begins the table of epochs; {@link #epoch} adds a line to it. */
  void training() {
    title("Training");
    out.println("epoch     loss   validation loss   validation accuracy     rows/s");
    out.flush();
  }

  @Override
  public void epoch(EpochRecord epoch) {
    out.printf(
        Locale.ROOT,
        "%5d %8.4f %17.4f %21.4f %,10.0f%n",
        epoch.epoch(),
        epoch.loss(),
        epoch.validationLoss(),
        epoch.validationAccuracy(),
        epoch.rowsPerSecond());
    out.flush();
  }

  /** Says which weights the training left. */
  void trained(History history) {
    out.printf(Locale.ROOT, "The weights of epoch %d are kept.%n", history.bestEpoch());
  }

  /**
   * Prints how many test images are classified correctly, which are mistaken for what, and a few of
   * them.
   */
  void test(Dataset<Row> tested) {
    List<Tested> results = collect(tested);
    ConfusionMatrix confusion = new ConfusionMatrix(images.classes());
    results.forEach(result -> confusion.add(result.label, result.prediction));
    title("The test");
    out.printf(
        Locale.ROOT,
        "accuracy %.4f: %,d of %,d images%n%n%s%n",
        confusion.accuracy(),
        confusion.right(),
        confusion.rows(),
        confusion);
    title("The first three test images, and the two least certain ones");
    out.println(new Drawing(images).draw(some(results).map(Tested::captioned).toList()));
  }

  /** Says where the model is, and how long it all took. */
  void end(String model) {
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    out.printf(Locale.ROOT, "%nThe model is in %s (%.0f s in all).%n", model, seconds);
    out.flush();
  }

  private void title(String title) {
    out.printf(Locale.ROOT, "%n== %s%n", title);
  }

  /** A test image: its number in the image set, the true label, and the model's. */
  private record Tested(int row, int label, int prediction, double probability) {
    Drawing.Captioned captioned() {
      String says = String.format(Locale.ROOT, "says %d  %.4f", prediction, probability);
      return new Drawing.Captioned(
          row, List.of(says, "is   " + label + (prediction == label ? "" : "  wrong")));
    }
  }

  private static List<Tested> collect(Dataset<Row> tested) {
    List<Tested> results = new ArrayList<>();
    for (Row row :
        tested
            .select(ImageFrame.ROW, ImageFrame.LABEL, "prediction", "probability")
            .collectAsList()) {
      int prediction = (int) row.getDouble(2);
      double probability = ((Vector) row.get(3)).apply(prediction);
      results.add(new Tested(row.getInt(0), (int) row.getDouble(1), prediction, probability));
    }
    return results;
  }

  private static Stream<Tested> some(List<Tested> results) {
    Stream<Tested> uncertain =
        results.stream()
            .skip(FIRST)
            .sorted(Comparator.comparingDouble(Tested::probability))
            .limit(LEAST_CERTAIN);
    return Stream.concat(results.stream().limit(FIRST), uncertain);
  }
}
