package secateur;

import io.github.secateur.spark.prediction.InferenceEngines;

/** A model that was loaded; all that it does is in its superclass. */
public final class NeuralNetworkClassificationModel
    extends io.github.secateur.spark.NeuralNetworkClassificationModel {
  private static final long serialVersionUID = 1L;

  /**
   * Makes a model without a network; Spark Connect asks for it when it looks for classes.
   *
   * @hidden
   */
  public NeuralNetworkClassificationModel() {}

  /**
   * Makes a model.
   *
   * @hidden
   */
  public NeuralNetworkClassificationModel(String uid, InferenceEngines engines) {
    super(uid, engines);
  }
}
