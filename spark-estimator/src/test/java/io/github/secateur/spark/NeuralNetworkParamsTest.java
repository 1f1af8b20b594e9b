package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import io.github.secateur.train.TrainingListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NeuralNetworkParamsTest {
  private static final Network NETWORK = Network.input(4).dense(3).relu().dense(2);

  static Stream<Params> stages() {
    return Stream.of(new NeuralNetworkClassifier(), model());
  }

  private static NeuralNetworkClassificationModel model() {
    return new NeuralNetworkClassificationModel(
        "model", new InferenceEngines(NETWORK, NETWORK.initialParameters(1)));
  }

  /** ParamsSuite.checkParams of Spark. */
  @ParameterizedTest
  @MethodSource("stages")
  void paramsAreWhatSparkExpectsThemToBe(Params stage) throws ReflectiveOperationException {
    Param<?>[] params = stage.params();
    String[] names = Arrays.stream(params).map(Param::name).toArray(String[]::new);
    String[] sorted = names.clone();
    Arrays.sort(sorted);
    assertArrayEquals(sorted, names);
    for (Param<?> param : params) {
      assertEquals(stage.uid(), param.parent());
      assertSame(param, stage.getParam(param.name()));
      assertSame(param, stage.getClass().getMethod(param.name()).invoke(stage));
    }
    assertEquals(
        stage.getClass(), stage.getClass().getMethod("copy", ParamMap.class).getReturnType());
  }

  @Test
  void theDefaultsAreThoseOfTheDocumentation() {
    Map<String, Object> defaults = new TreeMap<>();
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
    for (Param<?> param : classifier.params()) {
      if (classifier.hasDefault(param)) {
        defaults.put(param.name(), classifier.getOrDefault(param));
      }
    }
    assertArrayEquals(new String[0], (String[]) defaults.remove("frozenLayers"));
    assertArrayEquals(new String[0], (String[]) defaults.remove("featuresCols"));
    assertArrayEquals(new double[0], (double[]) defaults.remove("classWeights"));
    Map<String, Object> expected = new TreeMap<>();
    expected.put("activation", "relu");
    expected.put("aggregationDepth", 2);
    expected.put("backwardPruning", true);
    expected.put("batchSize", 256);
    expected.put("checkpointInterval", 10);
    expected.put("localSteps", 1);
    expected.put("beta1", 0.9);
    expected.put("beta2", 0.999);
    expected.put("classWeighting", "none");
    expected.put("dropFactor", 0.1);
    expected.put("dropPatience", 2);
    expected.put("epsilon", 1e-8);
    expected.put("featuresCol", "features");
    expected.put("finalFraction", 0.0);
    expected.put("gradientClipNorm", 0.0);
    expected.put("labelSmoothing", 0.0);
    expected.put("lbfgsMemory", 10);
    expected.put("nesterov", false);
    expected.put("stepEpochs", 10);
    expected.put("validationMetric", "loss");
    expected.put("warmupFraction", 0.05);
    expected.put("folding", true);
    expected.put("foldingBudget", 16.0);
    expected.put("labelCol", "label");
    expected.put("learningRateSchedule", "constant");
    expected.put("maxIter", 20);
    expected.put("minDelta", 0.0);
    expected.put("momentum", 0.9);
    expected.put("patience", 5);
    expected.put("predictionCol", "prediction");
    expected.put("probabilityCol", "probability");
    expected.put("rawPredictionCol", "rawPrediction");
    expected.put("regParam", 0.0);
    expected.put("seed", (long) NeuralNetworkClassifier.class.getName().hashCode());
    expected.put("solver", "adam");
    expected.put("stepSize", 1e-3);
    expected.put("tol", 1e-6);
    assertEquals(expected, defaults);
  }

  @Test
  void everyParamHasASetterThatReturnsTheClassifierAndAGetter()
      throws ReflectiveOperationException {
    Set<String> inherited =
        Set.of(
            "featuresCol",
            "labelCol",
            "predictionCol",
            "probabilityCol",
            "rawPredictionCol",
            "thresholds");
    NeuralNetworkClassifier classifier = allSet().setThresholds(new double[] {1, 2});
    for (Param<?> param : classifier.params()) {
      String suffix = Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      Method getter = NeuralNetworkClassifier.class.getMethod("get" + suffix);
      Object value = getter.invoke(classifier);
      if (!inherited.contains(param.name())) {
        assertTrue(classifier.isSet(param), param.name());
        Class<?> type = getter.getReturnType();
        Method setter = NeuralNetworkClassifier.class.getMethod("set" + suffix, type);
        assertSame(classifier, setter.invoke(classifier, value));
      }
    }
  }

  static NeuralNetworkClassifier allSet() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setFeaturesCols(new String[] {"a", "b", "c", "d"})
        .setLayers(new int[] {4, 3})
        .setActivation("tanh")
        .setMaxIter(3)
        .setBatchSize(7)
        .setLocalSteps(2)
        .setSolver("sgd")
        .setStepSize(0.1)
        .setMomentum(0.5)
        .setRegParam(0.01)
        .setNesterov(true)
        .setBeta1(0.5)
        .setBeta2(0.5)
        .setEpsilon(1e-3)
        .setLbfgsMemory(5)
        .setStepEpochs(2)
        .setDropFactor(0.5)
        .setDropPatience(3)
        .setWarmupFraction(0.25)
        .setFinalFraction(0.5)
        .setGradientClipNorm(1)
        .setLabelSmoothing(0.1)
        .setClassWeights(new double[] {1, 2})
        .setClassWeighting("balanced")
        .setValidationMetric("accuracy")
        .setLearningRateSchedule("cosine")
        .setTol(1e-3)
        .setSeed(9)
        .setAggregationDepth(3)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check")
        .setPatience(2)
        .setMinDelta(0.1)
        .setFrozenLayers(new String[] {"dense_1"})
        .setBackwardPruning(false)
        .setFolding(false)
        .setFoldingBudget(2)
        .setCheckpointDir("checkpoints")
        .setCheckpointInterval(3)
        .setInitialModelPath("model");
  }

  @Test
  void theModelHasAllParamsOfTheClassifierButTheNetwork() {
    Set<String> classifier = names(new NeuralNetworkClassifier());
    assertTrue(classifier.remove("network"));
    assertEquals(classifier, names(model()));
  }

  private static Set<String> names(Params stage) {
    Set<String> names = new TreeSet<>();
    for (Param<?> param : stage.params()) {
      names.add(param.name());
    }
    return names;
  }

  @Test
  void valuesAreOnlyNumbersBooleansStringsAndArraysOfThem() {
    NeuralNetworkClassifier classifier = allSet().setThresholds(new double[] {1, 2});
    Set<Class<?>> plain =
        Set.of(
            Integer.class,
            Long.class,
            Double.class,
            Boolean.class,
            String.class,
            int[].class,
            double[].class,
            String[].class);
    for (Param<?> param : classifier.params()) {
      Object value = classifier.getOrDefault(param);
      assertTrue(plain.contains(value.getClass()), param.name());
    }
  }

  static Stream<Consumer<NeuralNetworkClassifier>> invalidValues() {
    return Stream.of(
        c -> c.setLayers(new int[0]),
        c -> c.setLayers(new int[] {1}),
        c -> c.setLayers(new int[] {0, 1}),
        c -> c.setLayers(new int[] {1, 0}),
        c -> c.setActivation("swoosh"),
        c -> c.setMaxIter(-1),
        c -> c.setBatchSize(0),
        c -> c.setLocalSteps(0),
        c -> c.setSolver("gd"),
        c -> c.setStepSize(0),
        c -> c.setMomentum(1),
        c -> c.setRegParam(-1),
        c -> c.setBeta1(1),
        c -> c.setBeta2(-0.1),
        c -> c.setEpsilon(0),
        c -> c.setLbfgsMemory(0),
        c -> c.setStepEpochs(0),
        c -> c.setDropFactor(0),
        c -> c.setDropFactor(1.1),
        c -> c.setDropPatience(0),
        c -> c.setWarmupFraction(1),
        c -> c.setFinalFraction(1.1),
        c -> c.setGradientClipNorm(-1),
        c -> c.setLabelSmoothing(1),
        c -> c.setLabelSmoothing(Double.NaN),
        c -> c.setClassWeights(new double[] {1, -1}),
        c -> c.setClassWeights(new double[] {1, Double.NaN}),
        c -> c.setClassWeights(new double[] {0, 0}),
        c -> c.setClassWeighting("even"),
        c -> c.setValidationMetric("f1"),
        c -> c.setLearningRateSchedule("fast"),
        c -> c.setTol(-1),
        c -> c.setAggregationDepth(1),
        c -> c.setPatience(-1),
        c -> c.setMinDelta(-0.5),
        c -> c.setCheckpointInterval(0),
        c -> c.setCheckpointInterval(-2),
        c -> c.setNetwork("no json"),
        c -> c.setThresholds(new double[] {0, 0}),
        c -> c.setThresholds(new double[] {-1, 1}));
  }

  @ParameterizedTest
  @MethodSource("invalidValues")
  void anInvalidValueIsRefusedWhenItIsSet(Consumer<NeuralNetworkClassifier> setter) {
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();
    String message =
        assertThrows(IllegalArgumentException.class, () -> setter.accept(classifier)).getMessage();
    assertTrue(
        message.contains("given invalid value")
            || message.contains("must be")
            || message.startsWith("network JSON"),
        message);
  }

  @Test
  void aNetworkIsStoredAsJson() {
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier().setNetwork(NETWORK);
    assertEquals(NETWORK.toJson(), classifier.getNetwork());
    assertEquals(NETWORK, Network.fromJson(classifier.getNetwork()));
    assertEquals(
        NETWORK.toJson(), new NeuralNetworkClassifier().setNetwork(NETWORK.toJson()).getNetwork());
  }

  @Test
  void aCopyKeepsUidParamsAndListener() {
    TrainingListener listener = new TrainingListener() {};
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier("me").setMaxIter(3).setTrainingListener(listener);
    ParamMap extra = new ParamMap().put(classifier.batchSize(), 5);
    NeuralNetworkClassifier copy = classifier.copy(extra);
    assertEquals("me", copy.uid());
    assertEquals(3, copy.getMaxIter());
    assertEquals(5, copy.getBatchSize());
    assertFalse(classifier.isSet(classifier.batchSize()));
    assertSame(listener, copy.trainingListener());
  }

  @Test
  @SuppressWarnings("rawtypes")
  void sparkConnectFindsTheStages() throws ReflectiveOperationException {
    assertTrue(
        ServiceLoader.load(Estimator.class).stream()
            .anyMatch(found -> found.type().equals(NeuralNetworkClassifier.class)));
    assertTrue(
        ServiceLoader.load(Transformer.class).stream()
            .anyMatch(found -> found.type().equals(NeuralNetworkClassificationModel.class)));
    NeuralNetworkClassificationModel.class.getConstructor().newInstance();
    NeuralNetworkClassifier.class.getConstructor(String.class).newInstance("me");
  }

  @Test
  void stagesSurviveJavaSerialization() throws Exception {
    NeuralNetworkClassifier classifier = allSet().setTrainingListener(new TrainingListener() {});
    NeuralNetworkClassifier copy = (NeuralNetworkClassifier) roundTrip(classifier);
    assertEquals(classifier.uid(), copy.uid());
    assertEquals(names(classifier), names(copy));
    assertEquals(3, copy.getMaxIter());
    NeuralNetworkClassificationModel model = model();
    assertEquals(model.weights(), ((NeuralNetworkClassificationModel) roundTrip(model)).weights());
  }

  private static Object roundTrip(Object object) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return in.readObject();
    }
  }
}
