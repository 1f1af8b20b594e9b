package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import org.apache.spark.ml.param.Params;
import org.apache.spark.util.SizeEstimator;

/** How much memory a model takes, as a Spark Connect server wants to know before it keeps one. */
final class ModelSize {
  private ModelSize() {}

  /**
   * Returns the bytes of a model, counted as Spark counts those of its own: params, and all
   * weights. What is made from them for prediction comes and goes, and is left out.
   *
   * @param stage the model, or the estimator before it has trained one
   */
  static long of(Params stage, Network network) {
    long params =
        SizeEstimator.estimate(
            new Object[] {stage.paramMap(), stage.defaultParamMap(), stage.uid()});
    return params + network.toJson().length() + (long) Float.BYTES * network.parameterCount();
  }
}
