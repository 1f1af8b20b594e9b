package io.github.secateur.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.plan.print.PlanFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What may be merged; that logits stay the same is tested with the engine. */
@Tag("text")
class InferencePlanTest {
  private static final Attributes SCALE = new Attributes.Scale(0.5f);
  private static final Attributes NORMALIZE = new Attributes.Normalize(List.of(1f), List.of(2f));
  private static final Attributes NORM = new Attributes.BatchNorm(0.9f, 1e-3f);

  private static List<String> merges(Graph graph) {
    return InferencePlan.of(graph).merges().stream()
        .map(merge -> merge.constant().name() + " into " + merge.layer().name())
        .toList();
  }

  private static Attributes conv(Padding padding) {
    return new Attributes.Conv2d(4, 3, 3, 1, padding, 1, false);
  }

  @Test
  void constantsMergeIntoTheLayerBesideThem() {
    Graph graph =
        Graphs.input(6, 6, 1)
            .then(OperatorType.SCALE, SCALE)
            .then(OperatorType.CONV2D, conv(Padding.SAME))
            .then(OperatorType.RELU)
            .then(OperatorType.CONV2D, conv(Padding.SAME))
            .then(OperatorType.BATCH_NORM, NORM)
            .then(OperatorType.NORMALIZE, NORMALIZE)
            .flatten()
            .dense(3)
            .build();
    assertEquals(
        List.of("scale_1 into conv2d_2", "batchNorm_5 into conv2d_4", "normalize_6 into dense_8"),
        merges(graph));
    InferencePlan plan = InferencePlan.of(graph);
    assertEquals(
        List.of("input", "conv2d_2", "relu_3", "conv2d_4", "reshape_7", "dense_8"),
        plan.graph().operators().stream().map(operator -> operator.name()).toList());
    assertTrue(
        PlanFormat.TEXT
            .print(TrainingPlan.of(graph))
            .contains("transform merges scale_1 into the kernel of conv2d_2"));
  }

  @Test
  void aShiftIsNotMergedWhereZerosArePadded() {
    Graphs same = Graphs.input(6, 6, 1).then(OperatorType.NORMALIZE, NORMALIZE);
    assertEquals(
        List.of(),
        merges(same.then(OperatorType.CONV2D, conv(Padding.SAME)).flatten().dense(2).build()));
    Graphs valid = Graphs.input(6, 6, 1).then(OperatorType.NORMALIZE, NORMALIZE);
    assertEquals(
        List.of("normalize_1 into conv2d_2"),
        merges(valid.then(OperatorType.CONV2D, conv(Padding.VALID)).flatten().dense(2).build()));
  }

  @Test
  void aValueThatOthersReadIsNotMerged() {
    Graphs graphs = Graphs.input(6).then(OperatorType.SCALE, SCALE);
    int scaled = graphs.value();
    int branch = graphs.dense(6).value();
    assertEquals(
        List.of(),
        merges(
            graphs.join(OperatorType.ADD, new Attributes.None(), scaled, branch).dense(2).build()));
    Graphs other = Graphs.input(6).dense(6);
    int dense = other.value();
    int norm = other.then(OperatorType.BATCH_NORM, NORM).value();
    assertEquals(
        List.of(),
        merges(other.join(OperatorType.ADD, new Attributes.None(), dense, norm).dense(2).build()));
  }

  @Test
  void aGraphWithoutConstantsStaysAsItIs() {
    Graph graph = Graphs.input(6).dense(6).then(OperatorType.RELU).dense(2).build();
    assertSame(graph, InferencePlan.of(graph).graph());
    float[] parameters = new float[graph.parameterCount()];
    assertSame(parameters, InferencePlan.of(graph).parameters(parameters));
  }
}
