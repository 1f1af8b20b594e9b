package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FineTuningTest {
  private static final Network NETWORK =
      Network.image(8, 8, 1)
          .conv2d(4, 3)
          .named("first")
          .relu()
          .residual(x -> x.conv2d(4, 3).named("inner").relu().conv2d(4, 3).named("last"))
          .named("block")
          .globalAvgPool2d()
          .dense(3)
          .named("fc");

  private static List<String> frozen(Network network) {
    return network.layers().stream()
        .flatMap(NamedLayer::all)
        .filter(NamedLayer::frozen)
        .map(NamedLayer::name)
        .toList();
  }

  @Test
  void aLayerIsFrozenWithAllThatItsValueDependsOn() {
    assertEquals(
        List.of("first", "relu_1", "inner", "relu_2", "last", "block"),
        frozen(NETWORK.freezeUpTo("block")));
    assertEquals(List.of("first", "relu_1", "inner"), frozen(NETWORK.freezeUpTo("inner")));
  }

  @Test
  void whatALayerDoesNotDependOnStaysAsItIs() {
    Network two =
        Network.inputs(Input.of("a", 3), Input.of("b", 2))
            .dense(4)
            .named("ofA")
            .from("b")
            .dense(4)
            .named("ofB")
            .add("ofA")
            .named("both")
            .dense(2);
    assertEquals(List.of("ofB"), frozen(two.freezeUpTo("ofB")));
    assertEquals(List.of("ofA", "ofB", "both"), frozen(two.freezeUpTo("both")));
  }

  @Test
  void anUnknownNameIsRefusedWithTheNamesThatThereAre() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> NETWORK.freezeUpTo("x")).getMessage();
    assertTrue(message.startsWith("no layer is named [x]; the layers are [first, "), message);
  }

  @Test
  void aNewHeadHasItsClassesAndANameOfItsOwn() {
    Network tuned = NETWORK.freezeUpTo("block").replaceHead(5);
    assertEquals(5, tuned.classes());
    NamedLayer head = tuned.layers().get(tuned.layers().size() - 1);
    assertEquals("head", head.name());
    assertFalse(head.frozen());
    assertEquals(frozen(NETWORK.freezeUpTo("block")), frozen(tuned));
    assertEquals("head_2", last(tuned.replaceHead(2)).name());
  }

  private static NamedLayer last(Network network) {
    return network.layers().get(network.layers().size() - 1);
  }

  @Test
  void aConvolutionMayBeTheHead() {
    Network network = Network.image(4, 4, 2).conv2d(7, 1).globalAvgPool2d().reshape(7);
    Network tuned = network.replaceHead(3);
    assertEquals(3, tuned.classes());
    assertEquals("head", tuned.layers().get(0).name());
  }

  @Test
  void aHeadInABranchIsRefused() {
    Network network = Network.input(3).residual(x -> x.dense(3));
    assertThrows(IllegalArgumentException.class, () -> network.replaceHead(2));
  }

  @Test
  void weightsFollowTheirLayersAndTheHeadIsDrawn() {
    TrainedNetwork trained = TrainedNetwork.of(NETWORK, NETWORK.initialParameters(7));
    TrainedNetwork tuned = trained.withNetwork(NETWORK.replaceHead(3), 8);
    int head = 4 * 3 + 3;
    int rest = trained.parameters().length - head;
    assertArrayEquals(
        Arrays.copyOf(trained.parameters(), rest), Arrays.copyOf(tuned.parameters(), rest));
    assertFalse(
        Arrays.equals(
            Arrays.copyOfRange(trained.parameters(), rest, rest + head),
            Arrays.copyOfRange(tuned.parameters(), rest, rest + head)));
    assertArrayEquals(
        trained.parameters(), trained.withNetwork(NETWORK.freezeUpTo("fc"), 8).parameters());
  }
}
