package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** On Spark, too, the plan changes the work and not the weights. */
class PruningAndFoldingTest {
  private static final Network FROZEN_FRONT =
      Network.input(4).scale(0.5f).dense(8).frozen().tanh().dense(6).relu().dropout(0.2f).dense(3);

  static Stream<Network> networks() {
    return Stream.of(
        FROZEN_FRONT,
        Network.input(4).dense(8).relu().dense(8).frozen().relu().dense(3),
        Network.input(4).dense(8).batchNorm().relu().dense(3).frozen(),
        Network.input(4).dense(8).frozen().batchNorm().residual(b -> b.dense(8).relu()).dense(3),
        Network.input(4)
            .reshape(2, 2, 1)
            .avgPool2d(1)
            .conv2d(4, 3)
            .frozen()
            .concat(b -> b.conv2d(2, 3).relu(), b -> b.sigmoid())
            .flatten()
            .dense(3));
  }

  private static NeuralNetworkClassifier classifier(Network network) {
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setSeed(7)
        .setMaxIter(3)
        .setBatchSize(32)
        .setWeightCol("weight");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void prunedAndFoldedGiveTheBitsOfNeither(Network network) {
    Dataset<Row> data = TestData.deal(TestData.clusters(300), 5, 3);
    Vector whole =
        classifier(network).setBackwardPruning(false).setFolding(false).fit(data).weights();
    assertEquals(whole, classifier(network).fit(data).weights());
    assertEquals(whole, classifier(network).setFolding(false).fit(data).weights());
    assertEquals(whole, classifier(network).setBackwardPruning(false).fit(data).weights());
  }

  @Test
  void onlyTheFoldedRowsAreCachedWhileTrainingRuns() {
    Dataset<Row> data = TestData.deal(TestData.clusters(300), 3);
    Set<List<String>> cached = new HashSet<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            cached.add(
                Stream.of(data.sparkSession().sparkContext().getRDDStorageInfo())
                    .map(RDDInfo::name)
                    .toList());
          }
        };
    NeuralNetworkClassifier folding = classifier(FROZEN_FRONT).setTrainingListener(listener);
    NeuralNetworkClassificationModel model = folding.fit(data);
    assertEquals(Set.of(List.of("training set of " + folding.uid() + ", folded")), cached);
    assertEquals(0, data.sparkSession().sparkContext().getRDDStorageInfo().length);
    assertTrue(model.explainBackward().contains("3 folded"), model.explainBackward());
  }

  @Test
  void aBudgetThatIsTooSmallIsExplained() {
    Dataset<Row> data = TestData.deal(TestData.clusters(300), 3);
    String plan = classifier(FROZEN_FRONT).setFoldingBudget(0.1).fit(data).explainBackward();
    assertFalse(plan.contains("folded,"), plan);
    assertTrue(plan.contains("more than the budget of 0.1 × "), plan);
  }

  @Test
  void frozenLayersByNameKeepTheirWeights() {
    Network network = Network.input(4).dense(8).named("stem").relu().dense(3);
    Dataset<Row> data = TestData.deal(TestData.clusters(300), 2);
    Vector weights = classifier(network).setFrozenLayers(new String[] {"stem"}).fit(data).weights();
    float[] initial = network.initialParameters(7);
    for (int i = 0; i < 4 * 8 + 8; i++) {
      assertEquals(initial[i], (float) weights.apply(i));
    }
    assertFalse(initial[45] == (float) weights.apply(45));
  }

  @Test
  void everythingFrozenIsRefusedBeforeAnyJob() {
    Dataset<Row> data = TestData.deal(TestData.clusters(30), 2);
    Network network = Network.input(4).dense(3).frozen();
    assertEquals(
        "all layers with weights are frozen, so there is nothing to train; leave at least one unfrozen",
        assertThrows(IllegalArgumentException.class, () -> classifier(network).fit(data))
            .getMessage());
  }
}
