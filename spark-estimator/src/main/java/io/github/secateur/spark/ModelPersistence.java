package io.github.secateur.spark;

import io.github.secateur.spark.internal.InferenceEngines;
import io.github.secateur.spark.internal.ModelFiles;
import io.github.secateur.spark.internal.SavingPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsReader$;
import org.apache.spark.ml.util.DefaultParamsWriter$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Saves and loads models: params as Spark's own stages do, in {@code metadata/}, the network and
 * the weights in {@code data/}.
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
        ModelFiles.write(model.engines(), SavingPlace.of(path), configuration(sparkSession()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      // last: what was not written to the end has no metadata, and does not load
      DefaultParamsWriter$.MODULE$.saveMetadata(model, path, sparkSession());
    }
  }

  /** Loads a model. */
  static final class Reader extends MLReader<NeuralNetworkClassificationModel> {
    @Override
    public NeuralNetworkClassificationModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader$.MODULE$.loadMetadata(
              path, sparkSession(), NeuralNetworkClassificationModel.class.getName());
      InferenceEngines engines;
      try {
        engines = ModelFiles.read(SavingPlace.of(path), configuration(sparkSession()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      NeuralNetworkClassificationModel model =
          new NeuralNetworkClassificationModel(metadata.uid(), engines);
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }
}
