package io.github.secateur.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class BackwardPlanTest {

  /**
   * The published method, written as it is told: from the first layer on, take operators that copy
   * or have no weights as targets; an operator with weights whose predecessors have none is a
   * target of the other kind; stop at the first that is no target. Frozen layers count as
   * weightless.
   */
  private static List<Action> scan(Graph chain) {
    List<Action> actions = new ArrayList<>();
    boolean scanning = true;
    for (Operator operator : chain.operators().subList(1, chain.operators().size())) {
      boolean weightless = !operator.type().hasWeights() || operator.frozen();
      if (scanning && weightless) {
        actions.add(Action.REMOVED);
      } else if (scanning) {
        actions.add(Action.WEIGHT_GRADIENT_ONLY);
        scanning = false;
      } else {
        boolean frozenWeights = operator.type().hasWeights() && operator.frozen();
        actions.add(frozenWeights ? Action.INPUT_GRADIENT_ONLY : Action.KEPT);
      }
    }
    return actions;
  }

  private static List<Action> actions(Graph graph) {
    return BackwardPlan.of(graph, true).entries().stream().map(BackwardPlan.Entry::action).toList();
  }

  private static List<Reason> reasons(Graph graph) {
    return BackwardPlan.of(graph, true).entries().stream().map(BackwardPlan.Entry::reason).toList();
  }

  @Test
  void onChainsThePlanEqualsTheScan() {
    for (long seed = 0; seed < 500; seed++) {
      Graph chain = Graphs.random(seed, false);
      assertEquals(scan(chain), actions(chain), "seed " + seed);
    }
  }

  @Test
  void aValueNeedsAGradientIfATrainableParameterLiesUpstreamOfIt() {
    for (long seed = 0; seed < 500; seed++) {
      Graph graph = Graphs.random(seed, true);
      BackwardPlan plan = BackwardPlan.of(graph, true);
      for (BackwardPlan.Entry entry : plan.entries()) {
        for (int i = 0; i < entry.inputGradients().size(); i++) {
          boolean expected = reachesTrainable(graph, entry.operator().inputs().get(i));
          assertEquals(
              expected,
              entry.inputGradients().get(i),
              "seed " + seed + " " + entry.operator().name());
        }
        assertEquals(entry.operator().isTrainable(), entry.weightGradient(), "seed " + seed);
        assertEquals(entry.action() != Action.REMOVED, entry.runs(), "seed " + seed);
      }
    }
  }

  private static boolean reachesTrainable(Graph graph, int id) {
    Operator operator = graph.operator(id);
    return operator.isTrainable()
        || operator.inputs().stream().anyMatch(i -> reachesTrainable(graph, i));
  }

  @Test
  void layersBeforeTheFirstWeightsAreRemovedAndTheFirstWeightsLoseTheirInputGradient() {
    Graph graph =
        Graphs.input(8, 8, 1)
            .then(OperatorType.SCALE, new Attributes.Scale(0.1f))
            .then(OperatorType.IDENTITY)
            .pool(OperatorType.AVG_POOL2D)
            .conv2d(4)
            .then(OperatorType.RELU)
            .flatten()
            .dense(3)
            .build();
    assertEquals(
        List.of(
            Action.REMOVED,
            Action.REMOVED,
            Action.REMOVED,
            Action.WEIGHT_GRADIENT_ONLY,
            Action.KEPT,
            Action.KEPT,
            Action.KEPT),
        actions(graph));
    assertEquals(
        List.of(
            Reason.WEIGHTLESS_OPERATOR,
            Reason.COPY_OPERATOR,
            Reason.WEIGHTLESS_OPERATOR,
            Reason.ADJACENT_TO_WEIGHTLESS,
            Reason.REACHES_TRAINABLE_PARAMETER,
            Reason.REACHES_TRAINABLE_PARAMETER,
            Reason.REACHES_TRAINABLE_PARAMETER),
        reasons(graph));
  }

  @Test
  void frozenLayersAreRemovedAtTheFrontAndKeepTheirInputGradientInTheMiddle() {
    Graph graph =
        Graphs.input(6)
            .frozenDense(5)
            .then(OperatorType.RELU)
            .dense(4)
            .frozenDense(4)
            .then(OperatorType.TANH)
            .dense(2)
            .build();
    assertEquals(
        List.of(
            Action.REMOVED,
            Action.REMOVED,
            Action.WEIGHT_GRADIENT_ONLY,
            Action.INPUT_GRADIENT_ONLY,
            Action.KEPT,
            Action.KEPT),
        actions(graph));
    assertEquals(
        List.of(
            Reason.FROZEN,
            Reason.REACHES_NO_TRAINABLE_PARAMETER,
            Reason.ADJACENT_TO_WEIGHTLESS,
            Reason.FROZEN,
            Reason.REACHES_TRAINABLE_PARAMETER,
            Reason.REACHES_TRAINABLE_PARAMETER),
        reasons(graph));
  }

  @Test
  void branchesArePrunedOneByOne() {
    Graphs graphs = Graphs.input(6).frozenDense(6);
    int stem = graphs.value();
    int branch = graphs.dense(6).then(OperatorType.RELU).value();
    Graph graph =
        graphs.join(OperatorType.ADD, new Attributes.None(), stem, branch).dense(3).build();
    BackwardPlan plan = BackwardPlan.of(graph, true);
    assertEquals(List.of(false, true), plan.entry(4).inputGradients());
    assertEquals(Action.KEPT, plan.entry(4).action());
    assertEquals(Action.REMOVED, plan.entry(1).action());
    assertEquals(Action.WEIGHT_GRADIENT_ONLY, plan.entry(2).action());
    List<String> labels =
        TrainingPlan.of(graph, true, FoldingPlan.Options.off()).lines().stream()
            .map(TrainingPlan.Line::label)
            .toList();
    assertEquals("kept for 1 of 2 inputs", labels.get(3));
  }

  @Test
  void withoutPruningEveryGradientRuns() {
    for (long seed = 0; seed < 100; seed++) {
      Graph graph = Graphs.random(seed, true);
      for (BackwardPlan.Entry entry : BackwardPlan.of(graph, false).entries()) {
        boolean ofInput = entry.operator().type() == OperatorType.INPUT_PART; // which has none
        assertEquals(ofInput, entry.inputGradients().contains(false), "seed " + seed);
        assertEquals(entry.operator().type().hasWeights(), entry.weightGradient(), "seed " + seed);
      }
    }
  }

  @Test
  void aNetworkWithNothingToTrainIsRefused() {
    Graph frozen = Graphs.input(4).frozenDense(3).build();
    assertEquals(
        "all layers with weights are frozen, so there is nothing to train; leave at least one"
            + " unfrozen",
        assertThrows(IllegalArgumentException.class, () -> BackwardPlan.of(frozen, true))
            .getMessage());
    Graph weightless = Graphs.input(4).then(OperatorType.RELU).build();
    assertEquals(
        "the network has no layer with weights, so there is nothing to train; add a dense or conv2d"
            + " layer",
        assertThrows(IllegalArgumentException.class, () -> BackwardPlan.of(weightless, true))
            .getMessage());
  }
}
