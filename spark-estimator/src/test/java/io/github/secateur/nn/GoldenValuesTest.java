package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.secateur.data.TrainingSet;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.optim.AdamOptions;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers and whole trainings give the values that PyTorch gives: logits, losses, and the gradients
 * of inputs and weights. The numbers stand in text files, with the script that wrote them beside
 * them, {@code golden.py}.
 */
class GoldenValuesTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "io", "github", "secateur", "golden");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * The types without golden values: the input computes nothing, and slices stand in no network
   * that a person writes; folding makes them.
   */
  private static final Set<OperatorType> WITHOUT =
      EnumSet.of(OperatorType.INPUT, OperatorType.INPUT_PART);

  /** How far a value may be away, relative to 1 + its size. */
  private static final double OPERATOR_TOLERANCE = 2e-6;

  private static final double TRAINING_TOLERANCE = 2e-5;

  private static JsonNode read(Path file) {
    try {
      return MAPPER.readTree(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> operators() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER.resolve("operators"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static JsonNode cases(String file) {
    return read(FOLDER.resolve("operators").resolve(file));
  }

  private static Stream<JsonNode> trainings() {
    JsonNode trainings = read(FOLDER.resolve("trainings.json")).path("trainings");
    return StreamSupport.stream(trainings.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("operators")
  void operatorsGiveTheValuesAndGradientsOfPyTorch(String file) {
    int number = 0;
    for (JsonNode one : cases(file)) {
      for (KernelChoice choice : KernelChoice.values()) {
        check(one, choice, String.format(Locale.ROOT, "%s, case %d, %s", file, number, choice));
      }
      number++;
    }
    assertTrue(number > 0, file);
  }

  private static void check(JsonNode golden, KernelChoice choice, String what) {
    Graph graph = Network.fromJson(golden.path("network").toString()).lower();
    float[] parameters = parameters(golden.path("parameters"), graph);
    float[] weights = floats(golden.path("weights"));
    int[] labels = MAPPER.convertValue(golden.path("labels"), int[].class);
    int rows = labels.length;
    TrainableLayout layout = TrainableLayout.of(graph);
    Engine engine = Engine.forTraining(graph, true, rows, KernelProvider.create(choice));
    float[] gradient = new float[layout.stateLength()];
    identity(engine, rows);
    double loss = engine.lossAndGradient(parameters, rows, labels, weights, 0, 0, gradient);
    assertClose(
        new double[] {golden.path("loss").asDouble()},
        new double[] {loss},
        OPERATOR_TOLERANCE,
        what + ", loss");
    int compared = 0;
    for (Parameter parameter : graph.parameters()) {
      JsonNode expected = golden.path("gradients").path(parameter.name());
      assertEquals(parameter.isTrainable(), !expected.isMissingNode(), what + parameter.name());
      if (parameter.isTrainable()) {
        int from = layout.stateOffset(parameter);
        float[] actual = Arrays.copyOfRange(gradient, from, from + parameter.size());
        String name = what + ", gradient of " + parameter.name();
        assertClose(doubles(expected), widen(actual), OPERATOR_TOLERANCE, name);
        compared++;
      }
    }
    assertEquals(golden.path("gradients").size(), compared, what);
    if (!normalizesBatches(graph)) {
      identity(engine, rows);
      engine.forward(parameters, rows);
      int from = engine.outputOffset();
      int count = rows * graph.output().shape().size();
      float[] logits = Arrays.copyOfRange(engine.output(), from, from + count);
      assertClose(
          doubles(golden.path("logits")), widen(logits), OPERATOR_TOLERANCE, what + ", logits");
    }
  }

  /** Returns whether training computes another output than inference. */
  private static boolean normalizesBatches(Graph graph) {
    return graph.parameters().stream()
        .anyMatch(p -> p.role() == Parameter.Role.STATISTIC && !p.frozen());
  }

  /** Row i of the input chooses row i of the first kernel: what the layer in question reads. */
  private static void identity(Engine engine, int rows) {
    for (int i = 0; i < rows * rows; i++) {
      engine.input()[engine.inputOffset() + i] = i % (rows + 1) == 0 ? 1 : 0;
    }
  }

  @Test
  void everyOperatorHasGoldenValues() throws IOException {
    Set<OperatorType> found = EnumSet.noneOf(OperatorType.class);
    for (String file : operators()) {
      for (JsonNode one : cases(file)) {
        Graph graph = Network.fromJson(one.path("network").toString()).lower();
        graph.operators().stream().map(Operator::type).forEach(found::add);
      }
    }
    found.remove(OperatorType.INPUT);
    assertEquals(
        EnumSet.complementOf(EnumSet.copyOf(WITHOUT)),
        found,
        "an operator without golden values: add it to OPERATORS in golden.py");
  }

  @Test
  void everyLayerTypeHasAFileOfGoldenValues() throws IOException {
    List<String> expected = new ArrayList<>(List.of("residual.json", "gate.json"));
    LayerTypes.names().forEach(type -> expected.add(type + ".json"));
    LayerTypes.joints().forEach(type -> expected.add(type + ".json"));
    assertEquals(expected.stream().sorted().toList(), operators());
    for (String file : operators()) {
      for (JsonNode one : cases(file)) {
        String type = file.substring(0, file.length() - ".json".length());
        assertTrue(one.path("network").toString().contains("\"type\":\"" + type + "\""), file);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("trainingNames")
  void trainingsTakeTheStepsOfPyTorch(String name) {
    JsonNode training =
        trainings().filter(t -> t.path("name").asText().equals(name)).findFirst().orElseThrow();
    JsonNode data = read(FOLDER.resolve("trainings.json"));
    JsonNode start = data.path("networks").path(training.path("network").asText());
    JsonNode options = training.path("options");
    Network network = Network.fromJson(start.path("network").toString());
    int[] labels = MAPPER.convertValue(data.path("labels"), int[].class);
    boolean weighted = options.path("rowWeights").asBoolean();
    float[] weights = weighted ? floats(data.path("weights")) : null;
    float[][] features = rows(floats(start.path("features")), labels.length);
    TrainedNetwork initial =
        TrainedNetwork.of(network, parameters(start.path("parameters"), network.lower()));
    double[] losses = doubles(training.path("losses"));
    boolean convex = options.path("solver").asText().equals("LBFGS");

    TrainedNetwork trained =
        initial.train(
            TrainingSet.of(features, labels, weights, 1),
            null,
            options(options, labels.length, convex ? 200 : losses.length),
            TrainingListener.NONE);

    double[] found = trained.history().epochs().stream().mapToDouble(EpochRecord::loss).toArray();
    if (convex) { // another line search takes other steps to the same minimum
      found = new double[] {found[found.length - 1]};
    }
    assertClose(losses, found, TRAINING_TOLERANCE, name + ", losses");
    double[] logits = doubles(training.path("logits"));
    float[][] first = Arrays.copyOf(features, logits.length / network.classes());
    float[] afterwards = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      afterwards[i] = trained.logits(first)[i / network.classes()][i % network.classes()];
    }
    double tolerance = (convex ? 50 : 10) * TRAINING_TOLERANCE;
    assertClose(logits, widen(afterwards), tolerance, name + ", logits");
  }

  private static List<String> trainingNames() {
    return trainings().map(training -> training.path("name").asText()).toList();
  }

  @Test
  void everySolverAndScheduleHasAGoldenTraining() {
    List<String> solvers = trainings().map(t -> t.path("options").path("solver").asText()).toList();
    for (Solver solver : Solver.values()) {
      assertTrue(solvers.contains(solver.name()), solver.name());
    }
    List<String> schedules =
        trainings().map(t -> t.path("options").path("schedule").asText("constant")).toList();
    assertTrue(schedules.containsAll(ScheduleOptions.NAMES), schedules.toString());
  }

  private static TrainingOptions options(JsonNode json, int batchSize, int epochs) {
    ScheduleOptions schedule = ScheduleOptions.DEFAULTS;
    AdamOptions adam = AdamOptions.DEFAULTS;
    double[] classWeights = doubles(json.path("classWeights"));
    return TrainingOptions.builder()
        .solver(Solver.valueOf(json.path("solver").asText()))
        .epochs(epochs)
        .batchSize(batchSize)
        .tolerance(json.path("solver").asText().equals("LBFGS") ? 1e-7 : 0)
        .learningRate(json.path("learningRate").asDouble(1))
        .schedule(
            new ScheduleOptions(
                json.path("schedule").asText(schedule.name()),
                json.path("stepEpochs").asInt(schedule.stepEpochs()),
                json.path("gamma").asDouble(schedule.gamma()),
                json.path("dropPatience").asInt(schedule.dropPatience()),
                json.path("warmupFraction").asDouble(schedule.warmupFraction()),
                json.path("finalFraction").asDouble(schedule.finalFraction())))
        .sgd(new SgdOptions(json.path("momentum").asDouble(), json.path("nesterov").asBoolean()))
        .adam(
            new AdamOptions(
                json.path("beta1").asDouble(adam.beta1()),
                json.path("beta2").asDouble(adam.beta2()),
                json.path("epsilon").asDouble(adam.epsilon())))
        .regularization(json.path("regularization").asDouble())
        .labelSmoothing(json.path("labelSmoothing").asDouble())
        .gradientClipNorm(json.path("gradientClipNorm").asDouble())
        .classWeights(classWeights.length == 0 ? ClassWeights.NONE : ClassWeights.of(classWeights))
        .build();
  }

  private static float[] parameters(JsonNode byName, Graph graph) {
    float[] parameters = new float[graph.parameterCount()];
    for (Parameter parameter : graph.parameters()) {
      float[] values = floats(byName.path(parameter.name()));
      assertEquals(parameter.size(), values.length, parameter.name());
      System.arraycopy(values, 0, parameters, parameter.offset(), values.length);
    }
    assertEquals(graph.parameters().size(), byName.size());
    return parameters;
  }

  private static float[][] rows(float[] values, int count) {
    int width = values.length / count;
    float[][] rows = new float[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    return rows;
  }

  private static double[] doubles(JsonNode json) {
    return json.isMissingNode() ? new double[0] : MAPPER.convertValue(json, double[].class);
  }

  private static float[] floats(JsonNode json) {
    double[] values = doubles(json);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static double[] widen(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  private static void assertClose(
      double[] expected, double[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance * (1 + Math.abs(expected[i])))) {
        fail(
            String.format(
                Locale.ROOT, "%s: [%d] expected %s, found %s", what, i, expected[i], actual[i]));
      }
    }
  }
}
