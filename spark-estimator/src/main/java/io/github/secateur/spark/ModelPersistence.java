package io.github.secateur.spark;

import io.github.secateur.spark.files.ModelFiles;
import io.github.secateur.spark.files.SavingPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Saves and loads models: params as Spark's own stages do, in {@code metadata/}, the network, the
 * weights and the history in {@code data/}. Saves and loads classifiers, of which there are params
 * only.
 *
 * <p>What is loaded is of the class in the package {@code secateur}, and what is saved names that
 * class, whatever class it is of: by this name Python finds its class for it, in a process that has
 * not imported it.
 */
final class ModelPersistence {
  private ModelPersistence() {}

  private static Configuration configuration(SparkSession session) {
    return session.sparkContext().hadoopConfiguration();
  }

  /** Saves a model. */
  static final class Writer extends MLWriter {
    private final NeuralNetworkClassificationModel model;

    Writer(NeuralNetworkClassificationModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      try {
        ModelFiles.write(model.contents(), SavingPlace.of(path), configuration(sparkSession()));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      // last: what was not written to the end has no metadata, and does not load
      NeuralNetworkClassificationModel named =
          new secateur.NeuralNetworkClassificationModel(model.uid(), model.engines());
      DefaultParamsWriter$.MODULE$.saveMetadata(
          model.copyValues(named, ParamMap.empty()), path, sparkSession());
    }
  }

  /** Saves a classifier. */
  static final class ClassifierWriter extends MLWriter {
    private final NeuralNetworkClassifier classifier;

    ClassifierWriter(NeuralNetworkClassifier classifier) {
      this.classifier = classifier;
    }

    @Override
    public void saveImpl(String path) {
      NeuralNetworkClassifier named = new secateur.NeuralNetworkClassifier(classifier.uid());
      DefaultParamsWriter$.MODULE$.saveMetadata(
          classifier.copyValues(named, ParamMap.empty()), path, sparkSession());
    }
  }

  /** Loads a model. */
  static final class Reader extends MLReader<NeuralNetworkClassificationModel> {
    @Override
    public NeuralNetworkClassificationModel load(String path) {
      SparkRelease.requireSupported();
      DefaultParamsReader.Metadata metadata =
          readMetadata(
              path, () -> metadata(path, sparkSession(), NeuralNetworkClassificationModel.class));
      ModelFiles.Contents contents;
      try {
        contents = ModelFiles.read(SavingPlace.of(path), configuration(sparkSession()));
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      NeuralNetworkClassificationModel model =
          new secateur.NeuralNetworkClassificationModel(metadata.uid(), contents.engines());
      return readMetadata(
          path,
          () -> {
            metadata.getAndSetParams(model, Option.empty());
            model.restore(contents);
            return model;
          });
    }
  }

  /** Loads a classifier. */
  static final class ClassifierReader extends MLReader<NeuralNetworkClassifier> {
    @Override
    public NeuralNetworkClassifier load(String path) {
      SparkRelease.requireSupported();
      return readMetadata(
          path,
          () -> {
            DefaultParamsReader.Metadata metadata =
                metadata(path, sparkSession(), NeuralNetworkClassifier.class);
            NeuralNetworkClassifier classifier =
                new secateur.NeuralNetworkClassifier(metadata.uid());
            metadata.getAndSetParams(classifier, Option.empty());
            return classifier;
          });
    }
  }

  /** Reads the metadata of a class, which has two names. */
  private static DefaultParamsReader.Metadata metadata(
      String path, SparkSession session, Class<?> expected) {
    DefaultParamsReader.Metadata metadata =
        DefaultParamsReader$.MODULE$.loadMetadata(path, session, "");
    String found = metadata.className();
    if (!found.equals("secateur." + expected.getSimpleName())
        && !found.equals(expected.getName())) {
      throw new IllegalArgumentException(
          "expected what a " + expected.getSimpleName() + " saved, found class name " + found);
    }
    return metadata;
  }

  /**
   * Reads with Spark's reader, and says which file it was that could not be read: Spark assumes
   * that the metadata are as it wrote them, and fails with whatever comes of that.
   */
  private static <T> T readMetadata(String path, Supplier<T> read) {
    try {
      return read.get();
    } catch (Exception e) { // checked ones come out of Scala too
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      String message =
          String.format(Locale.ROOT, "cannot read the metadata in %s/metadata: %s", path, reason);
      throw new UncheckedIOException(message, new IOException(message, e));
    }
  }
}
