package io.github.secateur.spark;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.shared.HasPredictionCol;
import org.apache.spark.ml.param.shared.HasProbabilityCol;
import org.apache.spark.ml.param.shared.HasRawPredictionCol;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;

/** The columns that a model appends must be new: Spark's resolver decides which names are equal. */
final class OutputColumns {
  private OutputColumns() {}

  /**
   * Checks the names that a stage gives to its columns. Where nothing but the case differs, and
   * {@code spark.sql.caseSensitive} is off, a query could not tell the columns apart.
   *
   * @throws IllegalArgumentException if a column exists already, in whichever case, or two of the
   *     stage's columns have one name
   */
  static <P extends HasRawPredictionCol & HasProbabilityCol & HasPredictionCol> void check(
      P stage, StructType schema) {
    Map<String, String> owners = new LinkedHashMap<>();
    for (String name : schema.fieldNames()) {
      owners.put(name, "a column of the dataset");
    }
    check(stage.rawPredictionCol(), stage.getRawPredictionCol(), owners);
    check(stage.probabilityCol(), stage.getProbabilityCol(), owners);
    check(stage.predictionCol(), stage.getPredictionCol(), owners);
  }

  private static void check(Param<String> param, String name, Map<String, String> owners) {
    if (name.isEmpty()) {
      return;
    }
    var resolver = SQLConf.get().resolver();
    for (Map.Entry<String, String> other : owners.entrySet()) {
      boolean isSame = (boolean) resolver.apply(name, other.getKey());
      if (isSame && !name.equals(other.getKey())) { // of equal names Spark itself complains
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s \"%s\" already exists: \"%s\" is %s, and names that differ in case only are"
                    + " equal unless spark.sql.caseSensitive is true; rename one of them",
                param.name(),
                name,
                other.getKey(),
                other.getValue()));
      }
    }
    owners.put(name, param.name());
  }
}
