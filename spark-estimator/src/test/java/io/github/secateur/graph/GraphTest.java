package io.github.secateur.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Parameter.Initializer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class GraphTest {

  private static int add(
      Graph.Builder builder, String name, OperatorType type, Attributes attributes, int... inputs) {
    List<Integer> ids = java.util.Arrays.stream(inputs).boxed().toList();
    return builder.add(name, type, attributes, ids, false, Initializer.HE_UNIFORM);
  }

  private static String refusal(Shape input, OperatorType type, Attributes attributes) {
    Graph.Builder builder = Graph.builder("input", input);
    return assertThrows(ShapeException.class, () -> add(builder, "it", type, attributes, 0))
        .getMessage();
  }

  @Test
  void parametersFollowEachOtherInLayerOrderKernelBeforeBias() {
    Graph.Builder builder = Graph.builder("input", Shape.of(4, 4, 2));
    add(
        builder,
        "conv",
        OperatorType.CONV2D,
        new Attributes.Conv2d(6, 3, 3, 1, Padding.SAME, 2, true),
        0);
    add(builder, "norm", OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-3f), 1);
    add(builder, "pool", OperatorType.GLOBAL_AVG_POOL2D, new Attributes.None(), 2);
    add(builder, "head", OperatorType.DENSE, new Attributes.Dense(3, true), 3);
    Graph graph = builder.build();
    assertEquals(
        List.of(
            "conv.kernel",
            "conv.bias",
            "norm.gain",
            "norm.bias",
            "norm.mean",
            "norm.variance",
            "head.kernel",
            "head.bias"),
        graph.parameters().stream().map(Parameter::name).toList());
    assertEquals(
        List.of(0, 54, 60, 66, 72, 78, 84, 102),
        graph.parameters().stream().map(Parameter::offset).toList());
    assertEquals(105, graph.parameterCount());
    assertEquals(Shape.of(3, 3, 1, 6), graph.parameters().get(0).shape());
    assertEquals(9, graph.parameters().get(0).fanIn());
  }

  @Test
  void shapesThatDoNotFitNameTheLayerWhatItExpectsAndWhatItFound() {
    assertEquals(
        "layer \"it\" (dense) expects a vector (add flatten() before it), found shape 28×28×1",
        refusal(Shape.of(28, 28, 1), OperatorType.DENSE, new Attributes.Dense(3, true)));
    assertEquals(
        "layer \"it\" (maxPool2d) expects an image [height × width × channels], found shape 28",
        refusal(
            Shape.of(28), OperatorType.MAX_POOL2D, new Attributes.Pool2d(2, 2, 2, Padding.VALID)));
    assertEquals(
        "layer \"it\" (conv2d) expects an image of at least 5×5 (or \"same\" padding), found shape"
            + " 4×8×1",
        refusal(
            Shape.of(4, 8, 1),
            OperatorType.CONV2D,
            new Attributes.Conv2d(1, 5, 5, 1, Padding.VALID, 1, true)));
    assertEquals(
        "layer \"it\" (reshape) expects a row of 12 values to form 3×4, found shape 10",
        refusal(Shape.of(10), OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(3, 4))));
    assertEquals(
        "layer \"it\" (conv2d) expects channels and filters that are multiples of 2 groups, found 3"
            + " channels and 4 filters",
        refusal(
            Shape.of(8, 8, 3),
            OperatorType.CONV2D,
            new Attributes.Conv2d(4, 3, 3, 1, Padding.SAME, 2, true)));
  }

  @Test
  void windowsAreCountedAsTensorFlowDoes() {
    assertEquals(14, Padding.SAME.outputSize(28, 2, 2));
    assertEquals(10, Padding.SAME.outputSize(28, 3, 3));
    assertEquals(9, Padding.VALID.outputSize(28, 3, 3));
    assertEquals(26, Padding.VALID.outputSize(28, 3, 1));
    assertEquals(0, Padding.SAME.before(28, 2, 2));
    assertEquals(1, Padding.SAME.before(28, 3, 1));
    assertEquals(1, Padding.SAME.before(28, 3, 3));
    assertTrue(Padding.VALID.outputSize(2, 3, 1) < 1);
    assertTrue(Padding.VALID.outputSize(1, 3, 3) < 1);
  }

  @Test
  void twoLayersOfOneNameAreRefused() {
    Graph.Builder builder = Graph.builder("input", Shape.of(4));
    add(builder, "it", OperatorType.RELU, new Attributes.None(), 0);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> add(builder, "it", OperatorType.RELU, new Attributes.None(), 1));
    assertEquals(
        "layer names must be unique, found \"it\" twice; give one of them another name",
        refusal.getMessage());
  }

  @Test
  void aValueThatNobodyReadsIsRefused() {
    Graph.Builder builder = Graph.builder("input", Shape.of(4));
    add(builder, "unread", OperatorType.RELU, new Attributes.None(), 0);
    add(builder, "head", OperatorType.TANH, new Attributes.None(), 0);
    assertEquals(
        "no layer reads the value of \"unread\"; connect it or leave it out",
        assertThrows(IllegalArgumentException.class, builder::build).getMessage());
  }

  @Test
  void freezingByNameKeepsEverythingElse() {
    Graph.Builder builder = Graph.builder("input", Shape.of(4));
    add(builder, "first", OperatorType.DENSE, new Attributes.Dense(3, true), 0);
    add(builder, "second", OperatorType.DENSE, new Attributes.Dense(2, false), 1);
    Graph graph = builder.build();
    Graph frozen = graph.withFrozen(Set.of("first"));
    assertTrue(frozen.operator(1).frozen());
    assertEquals(graph.operator(2), frozen.operator(2));
    assertEquals(graph.parameterCount(), frozen.parameterCount());
    assertEquals(
        "no layer is named [third]; the layers are [input, first, second]",
        assertThrows(IllegalArgumentException.class, () -> graph.withFrozen(Set.of("third")))
            .getMessage());
  }
}
