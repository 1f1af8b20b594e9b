package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomNetworksTest {

  @Test
  void everyOperatorTypeOfALayerAppearsAndNetworksStaySmall() {
    Set<OperatorType> chains = EnumSet.noneOf(OperatorType.class);
    Set<OperatorType> graphs = EnumSet.noneOf(OperatorType.class);
    Set<OperatorType> all = EnumSet.noneOf(OperatorType.class);
    int frozen = 0;
    for (long seed = 0; seed < 500; seed++) {
      Graph chain = RandomNetworks.chain(seed).lower();
      chain.operators().forEach(operator -> chains.add(operator.type()));
      Graph graph = RandomNetworks.graph(seed).lower();
      graph.operators().forEach(operator -> graphs.add(operator.type()));
      Graph connected = RandomNetworks.connected(seed).lower();
      connected.operators().forEach(operator -> all.add(operator.type()));
      for (Graph any : new Graph[] {chain, graph, connected}) {
        assertTrue(any.operators().stream().anyMatch(Operator::isTrainable), "seed " + seed);
        assertTrue(any.parameterCount() < 20_000, "seed " + seed + ": " + any.parameterCount());
        frozen += any.operators().stream().anyMatch(Operator::frozen) ? 1 : 0;
      }
    }
    for (OperatorType type : OperatorType.values()) {
      boolean joins = type.definition().joins();
      boolean inChains = !joins && type != OperatorType.INPUT_PART && !type.definition().isSource();
      assertEquals(inChains, chains.contains(type), type.label());
    }
    assertTrue(graphs.containsAll(chains), graphs.toString());
    assertTrue(graphs.containsAll(EnumSet.of(OperatorType.ADD, OperatorType.CONCAT)));
    all.addAll(graphs);
    assertEquals(EnumSet.allOf(OperatorType.class), all);
    assertTrue(frozen > 300, "frozen: " + frozen);
  }

  @Test
  void theSameSeedGivesTheSameNetwork() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(RandomNetworks.graph(seed), RandomNetworks.graph(seed));
    }
  }
}
