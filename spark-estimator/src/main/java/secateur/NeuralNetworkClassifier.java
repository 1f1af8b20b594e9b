package secateur;

/** A classifier that was loaded; all that it does is in its superclass. */
public final class NeuralNetworkClassifier
    extends io.github.secateur.spark.NeuralNetworkClassifier {
  private static final long serialVersionUID = 1L;

  /** Makes a classifier with a random uid. */
  public NeuralNetworkClassifier() {}

  /** Makes a classifier. */
  public NeuralNetworkClassifier(String uid) {
    super(uid);
  }
}
