package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import io.github.secateur.plan.BackwardPlan;
import java.util.Locale;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.util.MetadataUtils$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/** What can be told of a fit from its network and the schema, before any row is read. */
final class SchemaChecks {
  private SchemaChecks() {}

  /** Fails if there is nothing to train. */
  static void requireTrainable(Network network, boolean backwardPruning) {
    BackwardPlan.of(network.lower(), backwardPruning);
  }

  /** Fails if the metadata of the features column tells another width than the network reads. */
  static void checkWidth(StructType schema, String column, int expected) {
    StructField field = field(schema, column);
    if (field != null && field.dataType() instanceof VectorUDT) {
      int found = AttributeGroup.fromStructField(field).size();
      if (found >= 0 && found != expected) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the network reads %d features, found %d in column \"%s\", by its metadata",
                expected,
                found,
                column));
      }
    }
  }

  /**
   * Fails if the metadata of the label column tells more classes than the network distinguishes.
   */
  static void checkClasses(StructType schema, String column, int expected) {
    StructField field = field(schema, column);
    Option<Object> found =
        field == null ? Option.empty() : MetadataUtils$.MODULE$.getNumClasses(field);
    if (found.isDefined() && (int) found.get() > expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network distinguishes %d classes, found %d in column \"%s\", by its metadata;"
                  + " widen the last layer",
              expected,
              (int) found.get(),
              column));
    }
  }

  /** Fails if a column is not boolean. */
  static void checkBoolean(StructType schema, String column) {
    DataType found = schema.apply(column).dataType();
    if (!found.equals(DataTypes.BooleanType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s must be of type boolean but was actually of type %s.",
              column,
              found.catalogString()));
    }
  }

  /** Returns a column's field, or null if there is no top-level column of that name. */
  private static StructField field(StructType schema, String column) {
    Option<Object> index = schema.getFieldIndex(column);
    return index.isDefined() ? schema.fields()[(int) index.get()] : null;
  }
}
