package io.github.secateur.spark;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.spark.rows.FeatureReader;
import io.github.secateur.spark.rows.LargeValues;
import io.github.secateur.spark.rows.TrainingCache;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of features whose digits float32 does not hold where a layer subtracts a mean from them:
 * what is left are the digits that were lost.
 */
final class LostDigits {
  private static final Logger LOG = LoggerFactory.getLogger(LostDigits.class);

  private LostDigits() {}

  /** Looks at the cached rows, in one job, if the network subtracts a mean from its input. */
  static void warn(
      Graph graph, TrainingCache cache, FeatureReader features, JobDescription description) {
    String layer = centering(graph);
    int index = layer == null ? -1 : LargeValues.find(cache, description);
    if (index >= 0) {
      LOG.warn(
          "{} holds values beyond 2^24, which float32 rounds, and layer \"{}\" subtracts a mean"
              + " from what is left; subtract one before, in double, as StandardScaler with"
              + " withMean does",
          features.describe(index),
          layer);
    }
  }

  /** Returns the name of a layer that subtracts a mean from features as they are, or null. */
  private static String centering(Graph graph) {
    List<List<Integer>> consumers = graph.consumers();
    Deque<Integer> same = new ArrayDeque<>(List.of(graph.input().id()));
    while (!same.isEmpty()) {
      for (int id : consumers.get(same.remove())) {
        Operator operator = graph.operator(id);
        OperatorType type = operator.type();
        if (type == OperatorType.NORMALIZE || type == OperatorType.BATCH_NORM) {
          return operator.name();
        }
        if (type == OperatorType.SCALE || type.isCopy()) {
          same.add(id);
        }
      }
    }
    return null;
  }
}
