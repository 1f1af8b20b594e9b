package io.github.secateur.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class FoldingPlanTest {

  private static FoldingPlan fold(Graph graph) {
    return FoldingPlan.of(graph, FoldingPlan.Options.defaults(graph));
  }

  private static List<String> names(Graph graph) {
    return graph.operators().stream().map(Operator::name).toList();
  }

  @Test
  void aFrozenFrontIsCutOff() {
    Graph graph =
        Graphs.input(6, 6, 1)
            .then(OperatorType.SCALE, new Attributes.Scale(0.5f))
            .frozen(
                OperatorType.CONV2D,
                new Attributes.Conv2d(4, 3, 3, 1, io.github.secateur.graph.Padding.SAME, 1, true))
            .then(OperatorType.RELU)
            .pool(OperatorType.MAX_POOL2D)
            .flatten()
            .dense(3)
            .build();
    FoldingPlan plan = fold(graph);
    assertEquals(
        List.of("input", "scale_1", "conv2d_2", "relu_3", "maxPool2d_4", "reshape_5"),
        names(plan.prefix()));
    assertEquals(List.of("folded:reshape_5", "dense_6"), names(plan.rest()));
    assertEquals(Shape.of(36), plan.rest().input().shape());
    assertEquals("", plan.note());
    float[] parameters = new float[graph.parameterCount()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = i;
    }
    assertEquals(40f, plan.parametersOf(plan.rest(), parameters)[0]);
    assertEquals(0f, plan.parametersOf(plan.prefix(), parameters)[0]);
  }

  @Test
  void randomAndTrainableLayersAreNotFolded() {
    Graph graph =
        Graphs.input(6)
            .then(OperatorType.DROPOUT, new Attributes.Dropout(0.5f))
            .then(OperatorType.RELU)
            .dense(3)
            .build();
    assertTrue(fold(graph).isEmpty());
    assertEquals("nothing before the first trainable layer can be folded", fold(graph).note());
    Graph frozen =
        Graphs.input(6)
            .frozen(OperatorType.DROPOUT, new Attributes.Dropout(0.5f))
            .then(OperatorType.RELU)
            .dense(3)
            .build();
    assertFalse(fold(frozen).isEmpty());
  }

  @Test
  void aFoldableBranchIsFoldedBesideAnOtherThatTrains() {
    Graphs graphs = Graphs.input(6);
    int left = graphs.frozenDense(6).value();
    int right = graphs.from(0).dense(6).value();
    Graph graph =
        graphs.join(OperatorType.ADD, new Attributes.None(), left, right).dense(2).build();
    FoldingPlan plan = fold(graph);
    assertEquals(
        List.of("input", "dense_1", "folded:input", "folded:dense_1", "folded"),
        names(plan.prefix()));
    assertEquals(
        List.of("folded", "folded:input", "folded:dense_1", "dense_2", "add_3", "dense_4"),
        names(plan.rest()));
    assertEquals(12, plan.foldedSize());
  }

  @Test
  void theBudgetIsKeptAndTheLayerThatExceedsItIsNamed() {
    Graph graph =
        Graphs.input(10).frozenDense(20).then(OperatorType.RELU).frozenDense(400).dense(3).build();
    FoldingPlan plan = fold(graph);
    assertEquals(List.of("input", "dense_1", "relu_2"), names(plan.prefix()));
    assertEquals(
        "layer \"dense_3\" is not folded: a folded row would take 1,600 bytes, more than the budget"
            + " of 16 × 40",
        plan.note());
    FoldingPlan tight = FoldingPlan.of(graph, new FoldingPlan.Options(true, 1, 40));
    assertTrue(tight.isEmpty());
  }

  @Test
  void cheapLayersThatMakeRowsLargerAreNotFolded() {
    Graph graph =
        Graphs.input(784).then(OperatorType.SCALE, new Attributes.Scale(1f / 255)).dense(3).build();
    FoldingPlan plan = FoldingPlan.of(graph, new FoldingPlan.Options(true, 16, 784));
    assertTrue(plan.isEmpty());
    assertEquals(
        "layer \"scale_1\" is not folded: a row would grow by 2,352 bytes to save 784 operations",
        plan.note());
    assertFalse(fold(graph).isEmpty());
  }

  @Test
  void theRestOwnsWhatTrainsInTheSameOrder() {
    for (long seed = 0; seed < 300; seed++) {
      Graph graph = Graphs.random(seed, true);
      FoldingPlan plan = fold(graph);
      List<String> before =
          TrainableLayout.of(graph).slots().stream().map(s -> s.parameter().name()).toList();
      List<String> after =
          TrainableLayout.of(plan.rest()).slots().stream().map(s -> s.parameter().name()).toList();
      assertEquals(before, after, "seed " + seed);
      if (!plan.isEmpty()) {
        assertTrue(
            plan.prefix().parameters().stream().noneMatch(Parameter::isTrainable), "seed " + seed);
        assertEquals(plan.foldedSize(), plan.prefix().output().shape().size(), "seed " + seed);
      }
    }
  }
}
