package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.TrainingPlan;
import io.github.secateur.plan.print.PlanFormat;
import io.github.secateur.spark.files.ModelFiles;
import io.github.secateur.spark.files.OffloadedHistory;
import io.github.secateur.spark.files.SavingPlace;
import io.github.secateur.spark.prediction.BatchPrediction;
import io.github.secateur.spark.prediction.InferenceEngines;
import io.github.secateur.spark.prediction.Logits;
import io.github.secateur.spark.prediction.LogitsFunction;
import io.github.secateur.spark.prediction.PredictionColumns;
import io.github.secateur.spark.rows.FeatureReader;
import io.github.secateur.train.History;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple3;

/**
 * A trained network. {@code transform} appends up to three columns: {@code rawPrediction}, the
 * logits less their mean, which leaves their softmax as it is and orders rows by two classes as
 * their probabilities do; {@code probability}, the softmax, computed in double; {@code prediction},
 * the class of the largest probability, or of the largest probability / threshold if {@code
 * thresholds} are set. A column whose name is empty is left out.
 *
 * <p>Features may be in columns of any type that the estimator takes, whatever the model was
 * trained on. A row whose features are null, not finite, or of another number fails the query with
 * a message that says so.
 */
public class NeuralNetworkClassificationModel
    extends ProbabilisticClassificationModel<Vector, NeuralNetworkClassificationModel>
    implements NeuralNetworkParams, HasTrainingSummary<NeuralNetworkTrainingSummary>, MLWritable {
  private static final long serialVersionUID = 1L;

  // no initializer: it would run after the superclasses have asked for uid()
  private final String uid;
  private final ParamTable paramTable;
  private final InferenceEngines engines;
  private transient NeuralNetworkTrainingSummary summary;
  private transient long storedRowBytes;

  /**
   * Makes a model without a network; Spark Connect asks for it when it looks for classes.
   *
   * @hidden
   */
  public NeuralNetworkClassificationModel() {
    this("", (InferenceEngines) null);
  }

  /**
   * Makes a model. Only for the class by whose name Python finds its own.
   *
   * @hidden
   */
  protected NeuralNetworkClassificationModel(String uid, InferenceEngines engines) {
    this(uid, UidHandoff.offer(uid), engines);
  }

  private NeuralNetworkClassificationModel(
      String uid, UidHandoff handoff, InferenceEngines engines) {
    this.uid = uid;
    handoff.done();
    this.paramTable = new ParamTable(this);
    paramTable.setDefaults(this);
    this.engines = engines;
  }

  @Override
  public String uid() {
    return uid != null ? uid : UidHandoff.pending();
  }

  /**
   * @hidden
   */
  @Override
  public ParamTable paramTable() {
    return paramTable;
  }

  // ---- what it is ------------------------------------------------------------------------------

  /** Returns the network; the layers that were not trained are frozen in it. */
  public Network network() {
    return engines.network();
  }

  /**
   * Returns all weights, statistics included, in layer order: for each layer kernel, then bias;
   * row-major.
   */
  public Vector weights() {
    float[] parameters = engines.parameters();
    double[] weights = new double[parameters.length];
    Arrays.setAll(weights, i -> parameters[i]);
    return Vectors.dense(weights);
  }

  /** Returns the backward plan of the training, as a table for people. */
  public String explainBackward() {
    return explainBackward("text");
  }

  /**
   * Returns the backward plan of the training.
   *
   * @param format "text" for a table, "html" for one self-contained page with the graph drawn,
   *     "fragment" for the same drawing as a {@code <div>} that can stand in another page, such as
   *     a note
   */
  public String explainBackward(String format) {
    long rowBytes = storedRowBytes > 0 ? storedRowBytes : (long) Float.BYTES * numFeatures();
    FoldingPlan.Options options =
        new FoldingPlan.Options(getFolding(), getFoldingBudget(), rowBytes);
    return PlanFormat.named(format)
        .print(TrainingPlan.of(engines.graph(), getBackwardPruning(), options));
  }

  @Override
  public int numClasses() {
    return engines.classes();
  }

  @Override
  public int numFeatures() {
    return engines.width();
  }

  /** Notes how many bytes a row of the training set took, for {@link #explainBackward()}. */
  void setStoredRowBytes(long bytes) {
    storedRowBytes = bytes;
  }

  InferenceEngines engines() {
    return engines;
  }

  /**
   * Sets the names of columns that together hold the features, in the order of the network's
   * inputs, as VectorAssembler would join them. They take the place of the features column; an
   * empty array gives it its place back.
   */
  public NeuralNetworkClassificationModel setFeaturesCols(String[] value) {
    set(featuresCols(), value);
    return this;
  }

  // ---- predicting ------------------------------------------------------------------------------

  /**
   * Returns the logits of a row, less their mean: two classes become -m and m.
   *
   * @throws IllegalArgumentException if the features are null, not finite or of another number
   */
  @Override
  public Vector predictRaw(Vector features) {
    try {
      return new DenseVector(engines.rawPrediction(features));
    } catch (IllegalArgumentException e) {
      throw named(e);
    }
  }

  /** Names the column of the features, if it is one. */
  private IllegalArgumentException named(IllegalArgumentException e) {
    return getFeaturesCols().length > 0 ? e : FeatureReader.inColumn(getFeaturesCol(), e);
  }

  /** Replaces logits by their softmax: p(i) = exp(z(i) - max z) / Σ exp(z(j) - max z). */
  @Override
  public Vector raw2probabilityInPlace(Vector rawPrediction) {
    Logits.softmax(((DenseVector) rawPrediction).values());
    return rawPrediction;
  }

  /**
   * Returns the probability of each class for a row.
   *
   * @throws IllegalArgumentException if the features are null, not finite or of another number
   */
  @Override
  public Vector predictProbability(Vector features) {
    try {
      return new DenseVector(engines.probability(features));
    } catch (IllegalArgumentException e) {
      throw named(e);
    }
  }

  /**
   * Returns the class of a row: the one of the largest probability, or of the largest probability /
   * threshold.
   *
   * @throws IllegalArgumentException if the features are null, not finite or of another number
   */
  @Override
  public double predict(Vector features) {
    try {
      return engines.predict(features, thresholdsOrNull());
    } catch (IllegalArgumentException e) {
      throw named(e);
    }
  }

  private double[] thresholdsOrNull() {
    // not getThresholds(), which makes objects to check that the param is ours
    return paramMap().contains(thresholds()) ? paramMap().apply(thresholds()) : null;
  }

  /**
   * Appends the columns of the predictions. Networks are evaluated for many rows at a time, in
   * whichever query needs them; nothing runs here, and the data may be a stream.
   */
  @Override
  public Dataset<Row> transform(Dataset<?> dataset) {
    StructType schema = transformSchema(dataset.schema(), true);
    checkThresholds();
    BatchPrediction.install(dataset.sparkSession());
    InferenceEngines small = engines.inClosures(dataset.sparkSession().sparkContext());
    return new PredictionColumns(
            LogitsFunction.of(small, reader().on(dataset.schema())), schema, thresholdsOrNull())
        .append(dataset.toDF(), getRawPredictionCol(), getProbabilityCol(), getPredictionCol());
  }

  private void checkThresholds() {
    double[] values = thresholdsOrNull();
    if (values != null && values.length != numClasses()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "transform needs one threshold for each class: numClasses=%d, found %d thresholds",
              numClasses(),
              values.length));
    }
  }

  private FeatureReader reader() {
    return FeatureColumns.reader(this, engines.network());
  }

  @Override
  public StructType validateAndTransformSchema(
      StructType schema, boolean fitting, DataType featuresDataType) {
    OutputColumns.check(this, schema);
    return FeatureColumns.transform(
        schema,
        reader(),
        getFeaturesCol(),
        (columns, type) -> super.validateAndTransformSchema(columns, fitting, type));
  }

  // ---- summary ---------------------------------------------------------------------------------

  /**
   * Measures the model on a dataset with labels.
   *
   * @param dataset must have the label column, and the weight column if one is set
   */
  public NeuralNetworkClassificationSummary evaluate(Dataset<?> dataset) {
    SummaryModel summaryModel = summaryModel();
    return new NeuralNetworkClassificationSummary(
        () -> summaryModel.model().transform(dataset),
        summaryModel.predictionCol(),
        getLabelCol(),
        weightColOrEmpty());
  }

  private String weightColOrEmpty() {
    return isDefined(weightCol()) ? getWeightCol() : "";
  }

  /** A model that has a prediction column, and its name. */
  private record SummaryModel(NeuralNetworkClassificationModel model, String predictionCol) {}

  private SummaryModel summaryModel() {
    Tuple3<?, ?, ?> found = findSummaryModel();
    return new SummaryModel((NeuralNetworkClassificationModel) found._1(), (String) found._3());
  }

  // javac finds the inherited methods' generic return types in conflict without this override
  @Override
  @SuppressWarnings({"rawtypes", "unchecked"})
  public Tuple3 findSummaryModel() {
    return super.findSummaryModel();
  }

  /** Returns what is saved, beside the params. */
  ModelFiles.Contents contents() {
    return new ModelFiles.Contents(
        engines, summary == null ? null : summary.history(), storedRowBytes);
  }

  /** Takes what was saved beside the engines. To be called when the params are set. */
  void restore(ModelFiles.Contents contents) {
    storedRowBytes = contents.storedRowBytes();
    // a Connect server gives the summary back itself, with its rows, by loadSummary
    if (contents.history() != null && !SavingPlace.isLocal()) {
      summary =
          new NeuralNetworkTrainingSummary(
              () -> {
                throw new IllegalStateException(
                    "the rows of the training are not saved with a model, so its summary has the"
                        + " history only; call model.evaluate(rows) for predictions and metrics");
              },
              summaryModel().predictionCol(),
              getLabelCol(),
              weightColOrEmpty(),
              contents.history(),
              () -> explainBackward("html"));
    }
  }

  /** Keeps the course of the training, and the rows that it was trained on for later metrics. */
  void summarize(Dataset<?> trainingRows, History history) {
    SummaryModel summaryModel = summaryModel();
    summary =
        new NeuralNetworkTrainingSummary(
            () -> summaryModel.model().transform(trainingRows),
            summaryModel.predictionCol(),
            getLabelCol(),
            weightColOrEmpty(),
            history,
            () -> explainBackward("html"));
  }

  /**
   * @hidden
   */
  @Override
  public Option<NeuralNetworkTrainingSummary> trainingSummary() {
    return Option.apply(summary);
  }

  /**
   * @hidden
   */
  @Override
  public void trainingSummary_$eq(Option<NeuralNetworkTrainingSummary> newSummary) {
    summary = newSummary.isDefined() ? newSummary.get() : null;
  }

  /**
   * Returns the course of the training. The summary of a model that was loaded has the history, but
   * no predictions and metrics.
   *
   * <p>Throws {@link org.apache.spark.SparkException} if there is none; see {@code hasSummary()}.
   */
  @Override
  public NeuralNetworkTrainingSummary summary() {
    return HasTrainingSummary.super.summary();
  }

  // ---- in the memory of a Connect server
  // ---------------------------------------------------------
  // Spark 4.1 calls these; in 4.0 there is nothing that they override.

  /**
   * Returns the size of the model in bytes: params, network and weights. The summary refers to the
   * session, and is not counted.
   *
   * @hidden
   */
  public long estimatedSize() {
    return engines == null ? 0 : ModelSize.of(this, network());
  }

  /**
   * Writes the course of the training to a folder on the local disk.
   *
   * @hidden
   */
  public void saveSummary(String folder) {
    OffloadedHistory.write(summary().history(), folder);
  }

  /**
   * Gives the model its summary back.
   *
   * @param trainingSet what the model was fitted on
   * @hidden
   */
  public void loadSummary(String folder, Dataset<Row> trainingSet) {
    Dataset<Row> trainedOn = trainingSet;
    if (isDefined(validationIndicatorCol()) && !getValidationIndicatorCol().isEmpty()) {
      trainedOn = trainingSet.filter(functions.not(functions.col(getValidationIndicatorCol())));
    }
    summarize(trainedOn, OffloadedHistory.read(folder));
  }

  // ---- copying and saving ----------------------------------------------------------------------

  @Override
  public NeuralNetworkClassificationModel copy(ParamMap extra) {
    NeuralNetworkClassificationModel copied =
        copyValues(new NeuralNetworkClassificationModel(uid, engines), extra);
    copied.summary = summary;
    copied.storedRowBytes = storedRowBytes;
    return copied.setParent(parent());
  }

  @Override
  public MLWriter write() {
    return new ModelPersistence.Writer(this);
  }

  /** Returns a reader of saved models. */
  public static MLReader<NeuralNetworkClassificationModel> read() {
    return new ModelPersistence.Reader();
  }

  /**
   * Loads a saved model.
   *
   * @param path a folder on any file system that Spark can read
   */
  public static NeuralNetworkClassificationModel load(String path) {
    return read().load(path);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "NeuralNetworkClassificationModel: uid=%s, numLayers=%d, numClasses=%d, numFeatures=%d",
        uid,
        network().layers().size(),
        numClasses(),
        numFeatures());
  }
}
