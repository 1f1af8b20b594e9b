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
    assertEquals(14, positions(28, 2, 2, Padding.SAME));
    assertEquals(10, positions(28, 3, 3, Padding.SAME));
    assertEquals(9, positions(28, 3, 3, Padding.VALID));
    assertEquals(26, positions(28, 3, 1, Padding.VALID));
    assertEquals(0, new Window(2, 2, 2, Padding.SAME).padTop(28));
    assertEquals(1, new Window(3, 3, 1, Padding.SAME).padTop(28));
    assertEquals(1, new Window(3, 3, 3, Padding.SAME).padLeft(28));
    assertTrue(positions(2, 3, 1, Padding.VALID) < 1);
    assertTrue(positions(1, 3, 3, Padding.VALID) < 1);
  }

  @Test
  void windowsWithPadsAreCountedAsPyTorchDoes() {
    // torch.nn.functional.max_pool2d and conv2d, by the number of positions
    assertEquals(112, positions(224, 3, 2, Padding.of(1)));
    assertEquals(112, positions(224, 7, 2, Padding.of(3)));
    assertEquals(55, positions(224, 11, 4, Padding.of(2)));
    assertEquals(3, ceil(5, 2, 2, Padding.VALID)); // the last one leaves the image
    assertEquals(3, ceil(5, 2, 2, Padding.of(1))); // the fourth would start in the padding
    assertEquals(4, ceil(7, 3, 2, Padding.of(1)));
    assertEquals(1, ceil(2, 3, 2, Padding.VALID));
    assertEquals(2, ceil(2, 1, 1, Padding.VALID));
  }

  private static int positions(int input, int window, int stride, Padding padding) {
    return new Window(window, window, stride, padding).positionsHeight(input);
  }

  private static int ceil(int input, int window, int stride, Padding padding) {
    return new Window(window, window, stride, padding).ceil().positionsWidth(input);
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
