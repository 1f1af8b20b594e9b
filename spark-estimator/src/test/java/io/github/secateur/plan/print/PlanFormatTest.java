package io.github.secateur.plan.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.Graphs;
import io.github.secateur.plan.TrainingPlan;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class PlanFormatTest {

  @Test
  void thePlanPrintsAsATable() {
    Graph graph =
        Graphs.input(4, 4, 1)
            .then(OperatorType.SCALE, new Attributes.Scale(0.1f))
            .conv2d(2)
            .then(OperatorType.RELU)
            .flatten()
            .dense(3)
            .build();
    assertEquals(
        """
        Backward plan: 5 operators, 1 removed, 1 weight gradient only, 3 kept

        layer      type     output  weights  plan                  reason                         forward  → kept  backward  → kept
        ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        scale_1    scale    4×4×1         -  removed               weightless operator                 16      16        16       0
        conv2d_2   conv2d   4×4×2        20  weight gradient only  adjacent to weightless             576     576     1,184     608
        relu_3     relu     4×4×2         -  kept                  reaches a trainable parameter       32      32        32      32
        reshape_4  reshape  32            -  kept                  reaches a trainable parameter        0       0         0       0
        dense_5    dense    3            99  kept                  reaches a trainable parameter      192     192       387     387

        each epoch                         whole  → kept   saved
        ────────────────────────────────────────────────────────
        operations per row, forward          816     816   0.0 %
        operations per row, backward       1,619   1,027  36.6 %
        operations per row, with the loss  2,450   1,858  24.2 %
        workspace bytes per row              332     332   0.0 %
        weight bytes per round, each way     476     476   0.0 %

        folding is off
        computed together: conv2d_2 with relu_3
        transform merges scale_1 into the kernel of conv2d_2
        """,
        PlanFormat.TEXT.print(TrainingPlan.of(graph, true, FoldingPlan.Options.off())));
  }

  @Test
  void everyFormatHasItsNameInSmallLetters() {
    for (PlanFormat format : PlanFormat.values()) {
      assertEquals(format, PlanFormat.named(format.name().toLowerCase(Locale.ROOT)));
    }
  }

  @Test
  void anUnknownFormatIsNamed() {
    assertEquals(
        "the format of a plan must be \"text\", \"html\" or \"fragment\", found \"pdf\"",
        assertThrows(IllegalArgumentException.class, () -> PlanFormat.named("pdf")).getMessage());
  }
}
