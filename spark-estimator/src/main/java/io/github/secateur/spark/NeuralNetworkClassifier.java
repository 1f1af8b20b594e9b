package io.github.secateur.spark;

import io.github.secateur.graph.Vocabularies;
import io.github.secateur.nn.Network;
import io.github.secateur.optim.AdamOptions;
import io.github.secateur.optim.LbfgsOptions;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.spark.files.FitCheckpoints;
import io.github.secateur.spark.prediction.InferenceEngines;
import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.spark.rounds.SparkTraining;
import io.github.secateur.spark.rows.ColumnResolver;
import io.github.secateur.spark.rows.FeatureReader;
import io.github.secateur.spark.rows.TrainingCache;
import io.github.secateur.spark.rows.TrainingColumns;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingResult;
import io.github.secateur.train.ValidationMetric;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.classification.ProbabilisticClassifier;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/**
 * Trains a neural network to classify rows, by mini-batches over all partitions of the dataset.
 *
 * <pre>{@code
 * Network network = Network.image(28, 28, 1)
 *     .scale(1f / 255).conv2d(32, 3).relu().maxPool2d(2)
 *     .flatten().dense(128).relu().dense(10);
 * NeuralNetworkClassificationModel model = new NeuralNetworkClassifier()
 *     .setNetwork(network)
 *     .setMaxIter(10).setBatchSize(256).setStepSize(1e-3).setSeed(42L)
 *     .fit(train);
 * }</pre>
 *
 * <p>Six params matter first: {@link #setNetwork}, {@link #setMaxIter}, {@link #setBatchSize},
 * {@link #setStepSize}, {@link #setSolver} and {@link #setValidationIndicatorCol}. The page
 * docs/params.md has all of them in groups, those for experts last.
 *
 * <p>Features are a vector, dense or sparse; an array of numbers or booleans; an array of bytes, or
 * binary, as unsigned numbers; an image as Spark reads them; or several columns of these, of
 * numbers and of booleans. Equal numbers give the same result, whatever holds them. Labels are
 * integers from 0, of any numeric type. Every row is checked before training: a feature that is
 * null, not finite or one too many, a label that is no class, a weight that is negative raise an
 * {@link IllegalArgumentException} that names the column and the value.
 *
 * <p>The same dataset, partitioned in the same way, and the same params give the same weights, bit
 * for bit, on any number of cores and executors.
 */
public class NeuralNetworkClassifier
    extends ProbabilisticClassifier<
        Vector, NeuralNetworkClassifier, NeuralNetworkClassificationModel>
    implements NeuralNetworkParams, DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  // no initializer: it would run after the superclasses have asked for uid()
  private final String uid;
  private final ParamTable paramTable;
  private final Param<String> network;
  private transient TrainingListener listener;
  private Set<String> fits; // shared with copies; see FitCheckpoints

  /** Makes a classifier with a random uid. */
  public NeuralNetworkClassifier() {
    this(Identifiable$.MODULE$.randomUID("nnc"));
  }

  /** Makes a classifier. */
  public NeuralNetworkClassifier(String uid) {
    this(uid, UidHandoff.offer(uid));
  }

  private NeuralNetworkClassifier(String uid, UidHandoff handoff) {
    this.uid = uid;
    handoff.done();
    paramTable = new ParamTable(this);
    paramTable.setDefaults(this);
    fits = ConcurrentHashMap.newKeySet();
    network = new Param<>(this, "network", "the network, as JSON. Excludes layers");
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

  // ---- training --------------------------------------------------------------------------------

  /**
   * Trains on the rows of a dataset.
   *
   * @throws IllegalArgumentException if a param, a column or a row does not fit; the message says
   *     which, and what to do
   */
  @Override
  public NeuralNetworkClassificationModel fit(Dataset<?> dataset) {
    // not Spark's own, which knows no label or weight inside a struct
    StructType schema = dataset.schema();
    transformSchema(schema, true);
    SchemaChecks.warnOfClasses(label(schema), getLabelCol(), resolveNetwork().classes());
    Dataset<?> rows = withDoubles(dataset, label(schema), getLabelCol());
    StructField weight = fieldOrNull(schema, weightCol());
    if (weight != null) {
      rows = withDoubles(rows, weight, getWeightCol());
    }
    return train(rows).setParent(this);
  }

  private StructField label(StructType schema) {
    return ColumnResolver.field(schema, getLabelCol(), labelCol().name());
  }

  /** Returns the field that a param names, or null if it names none. */
  private StructField fieldOrNull(StructType schema, Param<String> column) {
    String name = nameOrNull(column);
    return name == null ? null : ColumnResolver.field(schema, name, column.name());
  }

  /**
   * Returns a dataset with a column of numbers as doubles, as Spark's classifiers show it in their
   * summary. A number inside a struct stays what it is.
   */
  private static Dataset<?> withDoubles(Dataset<?> dataset, StructField field, String column) {
    Seq<String> path = UnresolvedAttribute.parseAttributeName(column);
    if (path.length() > 1 || field.dataType().equals(DataTypes.DoubleType)) {
      return dataset;
    }
    Column number = functions.col(column).cast(DataTypes.DoubleType);
    return dataset.withColumn(field.name(), number.as(field.name(), field.metadata()));
  }

  /** Called by {@code fit}, which has checked the schema. */
  @Override
  public NeuralNetworkClassificationModel train(Dataset<?> dataset) {
    Network resolved = resolveNetwork();
    TrainingOptions options = trainingOptions();
    float[] initial = initialParameters(dataset, resolved);
    SparkTraining.Trained trained = train(dataset, resolved, initial, options);
    TrainingResult result = trained.result();
    NeuralNetworkClassificationModel model =
        copyValues(
            new NeuralNetworkClassificationModel(
                uid, new InferenceEngines(resolved, result.parameters())),
            ParamMap.empty());
    model.setStoredRowBytes(trained.storedRowBytes());
    model.summarize(trainingRows(dataset), result.history());
    return model;
  }

  private SparkTraining.Trained train(
      Dataset<?> dataset, Network resolved, float[] initial, TrainingOptions options) {
    JobDescription description = new JobDescription(dataset.sparkSession().sparkContext(), uid);
    TrainingListener told = listener == null ? TrainingListener.NONE : listener;
    if (description.context().conf().getBoolean(ProgressLine.SETTING, false)) {
      told = TrainingListener.both(ProgressLine.onStandardError(uid, options.epochs()), told);
    }
    TrainingListener logged = new EpochLog(uid, options.epochs(), told);
    TrainingColumns columns = columns(dataset, resolved, description);
    try (FitCheckpoints checkpoints = checkpoints(dataset, resolved, initial);
        TrainingCache cache =
            TrainingCache.of(dataset, columns, getSeed(), "training set of " + uid, description)) {
      LostDigits.warn(resolved.lower(), cache, columns.features(), description);
      checkpoints.begin(cache, description);
      SparkTraining.Trained trained =
          SparkTraining.train(
              resolved,
              initial,
              options,
              cache,
              checkpoints,
              getAggregationDepth(),
              description,
              logged);
      checkpoints.remove();
      return trained;
    }
  }

  private float[] initialParameters(Dataset<?> dataset, Network resolved) {
    return isDefined(initialModelPath())
        ? WarmStart.parameters(resolved, getInitialModelPath(), hadoopConfiguration(dataset))
        : resolved.initialParameters(getSeed());
  }

  private FitCheckpoints checkpoints(Dataset<?> dataset, Network resolved, float[] initial) {
    return isDefined(checkpointDir()) && getCheckpointInterval() > 0
        ? FitCheckpoints.open(
            getCheckpointDir(),
            getCheckpointInterval(),
            FitSettings.of(this, resolved, initial),
            fits,
            hadoopConfiguration(dataset))
        : FitCheckpoints.none();
  }

  private static Configuration hadoopConfiguration(Dataset<?> dataset) {
    return dataset.sparkSession().sparkContext().hadoopConfiguration();
  }

  /**
   * Returns the network that {@code network} or {@code layers} describes, frozen layers included.
   */
  private Network resolveNetwork() {
    if (isSet(network) == isSet(layers())) {
      throw new IllegalArgumentException(
          isSet(network)
              ? "either network or layers must be set, found both; clear one of them"
              : "a network is required; call setNetwork, or setLayers for a plain one");
    }
    Network described =
        isSet(network) ? Network.fromJson(getNetwork()) : Network.mlp(getLayers(), getActivation());
    return described.withFrozen(List.of(getFrozenLayers()));
  }

  private TrainingOptions trainingOptions() {
    return TrainingOptions.builder()
        .solver(Solver.parse(getSolver()))
        .epochs(getMaxIter())
        .batchSize(getBatchSize())
        .localSteps(getLocalSteps())
        .learningRate(getStepSize())
        .schedule(
            new ScheduleOptions(
                getLearningRateSchedule(),
                getStepEpochs(),
                getDropFactor(),
                getDropPatience(),
                getWarmupFraction(),
                getFinalFraction()))
        .sgd(new SgdOptions(getMomentum(), getNesterov()))
        .adam(new AdamOptions(getBeta1(), getBeta2(), getEpsilon()))
        .lbfgs(new LbfgsOptions(getLbfgsMemory()))
        .regularization(getRegParam())
        .tolerance(getTol())
        .patience(getPatience())
        .minDelta(getMinDelta())
        .validationMetric(ValidationMetric.parse(getValidationMetric()))
        .classWeights(weightsOfClasses())
        .labelSmoothing(getLabelSmoothing())
        .gradientClipNorm(getGradientClipNorm())
        .seed(getSeed())
        .backwardPruning(getBackwardPruning())
        .folding(getFolding())
        .foldingBudget(getFoldingBudget())
        .build();
  }

  private ClassWeights weightsOfClasses() {
    if (getClassWeighting().equals("none")) {
      return ClassWeights.of(getClassWeights());
    }
    if (getClassWeights().length > 0) {
      throw new IllegalArgumentException(
          "either classWeights or classWeighting \"balanced\" must be set, found both; clear one of"
              + " them");
    }
    return ClassWeights.BALANCED;
  }

  private TrainingColumns columns(
      Dataset<?> dataset, Network resolved, JobDescription description) {
    return new TrainingColumns(
        features(dataset, resolved, description),
        getLabelCol(),
        resolved.classes(),
        nameOrNull(weightCol()),
        nameOrNull(validationIndicatorCol()),
        Vocabularies.of(resolved.lower()));
  }

  private FeatureReader features(Dataset<?> dataset, Network resolved, JobDescription description) {
    FeatureReader reader = FeatureColumns.reader(this, resolved).on(dataset.schema());
    if (!reader.needsFirstRow()) {
      return reader;
    }
    List<Row> first =
        description.during(
            "read the widths of the features", () -> dataset.select(reader.column()).takeAsList(1));
    return first.isEmpty() ? reader : reader.withWidthsOf(first.get(0).getStruct(0));
  }

  /** Returns a column's name, or null if it is not set, or empty. */
  private String nameOrNull(Param<String> column) {
    return isDefined(column) && !getOrDefault(column).isEmpty() ? getOrDefault(column) : null;
  }

  private Dataset<?> trainingRows(Dataset<?> dataset) {
    String validation = nameOrNull(validationIndicatorCol());
    return validation == null ? dataset : dataset.filter(functions.not(functions.col(validation)));
  }

  /**
   * Checks all that is known before a row is read: the network, the types of the columns, and, as
   * far as their metadata tells, the number of features and of classes.
   */
  @Override
  public StructType validateAndTransformSchema(
      StructType schema, boolean fitting, DataType featuresDataType) {
    Network resolved = resolveNetwork();
    SchemaChecks.checkNumeric(label(schema), getLabelCol());
    StructField weight = fieldOrNull(schema, weightCol());
    if (weight != null) {
      SchemaChecks.checkNumeric(weight, getWeightCol());
    }
    OutputColumns.check(this, schema);
    StructType transformed =
        FeatureColumns.transform(
            schema,
            FeatureColumns.reader(this, resolved),
            getFeaturesCol(),
            (columns, type) -> super.validateAndTransformSchema(columns, fitting, type));
    trainingOptions().classWeights().check(resolved.classes());
    SchemaChecks.requireTrainable(resolved, getBackwardPruning());
    if (getFeaturesCols().length == 0) {
      StructField features = ColumnResolver.field(schema, getFeaturesCol(), featuresCol().name());
      SchemaChecks.checkWidth(features, getFeaturesCol(), resolved.inputSize());
    }
    StructField validation = fieldOrNull(schema, validationIndicatorCol());
    if (validation != null) {
      SchemaChecks.checkBoolean(validation, getValidationIndicatorCol());
    }
    return transformed;
  }

  /**
   * Returns the size of the model in bytes, before it is trained. Spark 4.1's Connect server asks
   * for it, and refuses what is larger than it may keep.
   *
   * @hidden
   */
  public long estimateModelSize(Dataset<?> dataset) {
    return ModelSize.of(this, resolveNetwork());
  }

  // ---- params ----------------------------------------------------------------------------------

  /** Returns the param for the network as JSON. */
  public Param<String> network() {
    return network;
  }

  /** Returns the network as JSON. */
  public String getNetwork() {
    return getOrDefault(network);
  }

  /** Sets the network to train. Its weights are drawn from the seed. */
  public NeuralNetworkClassifier setNetwork(Network value) {
    set(network, value.toJson());
    return this;
  }

  /**
   * Sets the network to train, as JSON.
   *
   * @throws IllegalArgumentException if it is not a network; the message says where
   */
  public NeuralNetworkClassifier setNetwork(String json) {
    return setNetwork(Network.fromJson(json));
  }

  /**
   * Sets the names of columns that together hold the features, in the order of the network's
   * inputs, as VectorAssembler would join them: vectors, arrays, binaries, images, numbers,
   * booleans. They take the place of the features column.
   */
  public NeuralNetworkClassifier setFeaturesCols(String[] value) {
    set(featuresCols(), value);
    return this;
  }

  /**
   * Sets the sizes of the layers of a plain network, from the number of features to the number of
   * classes.
   */
  public NeuralNetworkClassifier setLayers(int[] value) {
    set(layers(), value);
    return this;
  }

  /** Sets the activation between {@link #layers()}. Default is "relu". */
  public NeuralNetworkClassifier setActivation(String value) {
    set(activation(), value);
    return this;
  }

  /** Sets the largest number of epochs; with solver "l-bfgs", of iterations. Default is 20. */
  public NeuralNetworkClassifier setMaxIter(int value) {
    set(maxIter(), value);
    return this;
  }

  /** Sets the rows per optimizer step, over all partitions. Default is 256. */
  public NeuralNetworkClassifier setBatchSize(int value) {
    set(batchSize(), value);
    return this;
  }

  /**
   * Sets the optimizer steps that each partition takes on its own rows before all partitions are
   * averaged. Default is 1: each step is over the rows of all partitions. More make fewer rounds,
   * and another result.
   */
  public NeuralNetworkClassifier setLocalSteps(int value) {
    set(localSteps(), value);
    return this;
  }

  /** Sets the optimizer: "adam" (the default), "adamw", "sgd" or "l-bfgs". */
  public NeuralNetworkClassifier setSolver(String value) {
    set(solver(), value);
    return this;
  }

  /** Sets the learning rate. Default is 1e-3. */
  public NeuralNetworkClassifier setStepSize(double value) {
    set(stepSize(), value);
    return this;
  }

  /** Sets the momentum of solver "sgd". Default is 0.9. */
  public NeuralNetworkClassifier setMomentum(double value) {
    set(momentum(), value);
    return this;
  }

  /**
   * Sets the decay of the running mean of the gradient, of solvers "adam" and "adamw". Default is
   * 0.9.
   */
  public NeuralNetworkClassifier setBeta1(double value) {
    set(beta1(), value);
    return this;
  }

  /**
   * Sets the decay of the running mean of the squared gradient, of solvers "adam" and "adamw".
   * Default is 0.999.
   */
  public NeuralNetworkClassifier setBeta2(double value) {
    set(beta2(), value);
    return this;
  }

  /** Sets what solvers "adam" and "adamw" add to the denominator. Default is 1e-8. */
  public NeuralNetworkClassifier setEpsilon(double value) {
    set(epsilon(), value);
    return this;
  }

  /** Sets how many past steps solver "l-bfgs" remembers. Default is 10. */
  public NeuralNetworkClassifier setLbfgsMemory(int value) {
    set(lbfgsMemory(), value);
    return this;
  }

  /** Sets the epochs between two drops of schedule "step". Default is 10. */
  public NeuralNetworkClassifier setStepEpochs(int value) {
    set(stepEpochs(), value);
    return this;
  }

  /**
   * Sets what a drop of schedules "step" and "plateau" multiplies the learning rate by. Default is
   * 0.1.
   */
  public NeuralNetworkClassifier setDropFactor(double value) {
    set(dropFactor(), value);
    return this;
  }

  /**
   * Sets the epochs without improvement before schedule "plateau" drops: of the validation metric,
   * or without validation rows of the training loss. Default is 2.
   */
  public NeuralNetworkClassifier setDropPatience(int value) {
    set(dropPatience(), value);
    return this;
  }

  /** Sets the part of all steps during which schedule "warmup-cosine" rises. Default is 0.05. */
  public NeuralNetworkClassifier setWarmupFraction(double value) {
    set(warmupFraction(), value);
    return this;
  }

  /**
   * Sets the learning rate at the end of schedules "cosine" and "warmup-cosine", and the lowest one
   * of "plateau", as a part of the step size. Default is 0.
   */
  public NeuralNetworkClassifier setFinalFraction(double value) {
    set(finalFraction(), value);
    return this;
  }

  /**
   * Sets the largest Euclidean norm of the gradient of an optimizer step, L2 penalty included;
   * longer gradients are scaled down to it. Default is 0, for no limit. Solver "l-bfgs" does not
   * use it.
   */
  public NeuralNetworkClassifier setGradientClipNorm(double value) {
    set(gradientClipNorm(), value);
    return this;
  }

  /**
   * Sets the part of each label that is spread evenly over all classes, in the training loss and
   * its gradient. The validation loss is that of the labels as they are. Default is 0.
   */
  public NeuralNetworkClassifier setLabelSmoothing(double value) {
    set(labelSmoothing(), value);
    return this;
  }

  /** Sets whether the momentum of solver "sgd" is Nesterov's. Default is false. */
  public NeuralNetworkClassifier setNesterov(boolean value) {
    set(nesterov(), value);
    return this;
  }

  /**
   * Sets for each class what the weights of its training and validation rows are multiplied by.
   * Excludes {@link #setClassWeighting} "balanced". Row weights are rounded to float32, then the
   * product is: a weight column with the products gives the same bits if row weights are float32.
   */
  public NeuralNetworkClassifier setClassWeights(double[] value) {
    set(classWeights(), value);
    return this;
  }

  /**
   * Sets whether classes count by their rows, "none", the default, or all the same, "balanced":
   * then the weights of the rows of a class are multiplied by Σ weight of all training rows /
   * (number of classes that have rows · Σ weight of the class's rows).
   */
  public NeuralNetworkClassifier setClassWeighting(String value) {
    set(classWeighting(), value);
    return this;
  }

  /**
   * Sets what tells which of two epochs is better, for {@link #setPatience} and schedule "plateau":
   * "loss", the default, or "accuracy", of the validation rows.
   */
  public NeuralNetworkClassifier setValidationMetric(String value) {
    set(validationMetric(), value);
    return this;
  }

  /**
   * Sets the L2 regularization of the kernels. The loss, except with solver "adamw", has the
   * penalty regParam / 2 · Σ w²; "adamw" shrinks the kernels by stepSize · regParam at each step
   * instead. Biases, the gains of normalization, and frozen layers are left alone. Default is 0.
   */
  public NeuralNetworkClassifier setRegParam(double value) {
    set(regParam(), value);
    return this;
  }

  /**
   * Sets how the learning rate changes: "constant" (the default), "step", "cosine", "warmup-cosine"
   * or "plateau".
   */
  public NeuralNetworkClassifier setLearningRateSchedule(String value) {
    set(learningRateSchedule(), value);
    return this;
  }

  /** Sets the relative change of the loss below which training stops. Default is 1e-6. */
  public NeuralNetworkClassifier setTol(double value) {
    set(tol(), value);
    return this;
  }

  /** Sets the seed of initial weights, order of rows and dropout. */
  public NeuralNetworkClassifier setSeed(long value) {
    set(seed(), value);
    return this;
  }

  /** Sets the depth of the tree that adds gradients, for many partitions. Default is 2. */
  public NeuralNetworkClassifier setAggregationDepth(int value) {
    set(aggregationDepth(), value);
    return this;
  }

  /** Sets the column of row weights, kept as float32. Without one, all rows weigh the same. */
  public NeuralNetworkClassifier setWeightCol(String value) {
    set(weightCol(), value);
    return this;
  }

  /** Sets the boolean column that marks validation rows, which are not trained on. */
  public NeuralNetworkClassifier setValidationIndicatorCol(String value) {
    set(validationIndicatorCol(), value);
    return this;
  }

  /** Sets the epochs without a better validation metric before training stops. Default is 5. */
  public NeuralNetworkClassifier setPatience(int value) {
    set(patience(), value);
    return this;
  }

  /** Sets by how much a validation metric must be better to count as better. Default is 0. */
  public NeuralNetworkClassifier setMinDelta(double value) {
    set(minDelta(), value);
    return this;
  }

  /** Sets the names of layers that are not trained, beside those frozen in the network itself. */
  public NeuralNetworkClassifier setFrozenLayers(String[] value) {
    set(frozenLayers(), value);
    return this;
  }

  /** Sets whether backward computations that no weight needs are left out. Default is true. */
  public NeuralNetworkClassifier setBackwardPruning(boolean value) {
    set(backwardPruning(), value);
    return this;
  }

  /**
   * Sets whether what computes the same in every epoch is evaluated once, before training. Default
   * is true.
   */
  public NeuralNetworkClassifier setFolding(boolean value) {
    set(folding(), value);
    return this;
  }

  /**
   * Sets the largest size of a folded row in bytes, as a multiple of a stored row's. Default is 16.
   */
  public NeuralNetworkClassifier setFoldingBudget(double value) {
    set(foldingBudget(), value);
    return this;
  }

  /**
   * Sets the folder in which a fit keeps checkpoints, on any Hadoop file system. A fit that was
   * interrupted goes on from the newest one when the same fit is run again: same params, network
   * and rows, in the same order and partitions. Its weights are then, bit for bit, those of a fit
   * that was not interrupted. A fit that ends removes its checkpoints, so save the model.
   *
   * <p>A fit whose params, network or rows are not those of the unfinished fit in the folder is
   * refused with what differs, and starts anew in two cases, in which the checkpoint stays for its
   * own fit: this classifier or a copy of it has finished, or runs, another fit, or that of the
   * unfinished fit had. So a search such as {@code CrossValidator} may use one folder.
   */
  public NeuralNetworkClassifier setCheckpointDir(String value) {
    set(checkpointDir(), value);
    return this;
  }

  /**
   * Sets the epochs between two checkpoints; with solver "l-bfgs", the iterations. Default is 10;
   * -1 for none.
   */
  public NeuralNetworkClassifier setCheckpointInterval(int value) {
    set(checkpointInterval(), value);
    return this;
  }

  /**
   * Sets the folder of a saved model whose weights training starts from, instead of random ones.
   * Its layers must have the same names and the same shapes of weights; running statistics are
   * taken too. The optimizer starts anew.
   */
  public NeuralNetworkClassifier setInitialModelPath(String value) {
    set(initialModelPath(), value);
    return this;
  }

  /**
   * Sets who is told of each optimizer step and each epoch, by the thread that called {@code fit}.
   * It is no param: copies of this classifier keep it, saving does not. With fits in parallel, as
   * in {@code CrossValidator}, it is called by several threads.
   *
   * @param value null for none
   */
  public NeuralNetworkClassifier setTrainingListener(TrainingListener value) {
    listener = value;
    return this;
  }

  TrainingListener trainingListener() {
    return listener;
  }

  // ---- copying and saving ----------------------------------------------------------------------

  @Override
  public NeuralNetworkClassifier copy(ParamMap extra) {
    NeuralNetworkClassifier copied = defaultCopy(extra);
    copied.listener = listener;
    copied.fits = fits;
    return copied;
  }

  @Override
  public MLWriter write() {
    return new ModelPersistence.ClassifierWriter(this);
  }

  /** Returns a reader of saved classifiers. */
  public static MLReader<NeuralNetworkClassifier> read() {
    return new ModelPersistence.ClassifierReader();
  }

  /**
   * Loads a saved classifier.
   *
   * @param path a folder on any file system that Spark can read
   */
  public static NeuralNetworkClassifier load(String path) {
    return read().load(path);
  }
}
