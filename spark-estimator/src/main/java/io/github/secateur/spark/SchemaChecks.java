package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import io.github.secateur.plan.BackwardPlan;
import java.util.Locale;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.util.MetadataUtils$;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Option;

/** What can be told of a fit from its network and the schema, before any row is read. */
final class SchemaChecks {
  private static final Logger LOG = LoggerFactory.getLogger(SchemaChecks.class);

  private SchemaChecks() {}

  /** Fails if there is nothing to train. */
  static void requireTrainable(Network network, boolean backwardPruning) {
    BackwardPlan.of(network.lower(), backwardPruning);
  }

  /** Fails if the metadata of the features column tells another width than the network reads. */
  static void checkWidth(StructField features, String column, int expected) {
    if (features.dataType() instanceof VectorUDT) {
      int found = AttributeGroup.fromStructField(features).size();
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
   * Warns if the metadata of the label column tells more classes than the network distinguishes.
   * That alone is no error: StringIndexer announces a class for what it does not know, and a filter
   * leaves the metadata as they are. A label that occurs and is no class fails when it is read.
   */
  static void warnOfClasses(StructField label, String column, int expected) {
    Option<Object> found = MetadataUtils$.MODULE$.getNumClasses(label);
    if (found.isDefined() && (int) found.get() > expected) {
      LOG.warn(
          "column \"{}\" has {} classes by its metadata, the network distinguishes {}; a row with"
              + " another label ends the fit",
          column,
          found.get(),
          expected);
    }
  }

  /** Fails if a column is not numeric. */
  static void checkNumeric(StructField field, String column) {
    if (!(field.dataType() instanceof NumericType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s must be of type numeric but was actually of type %s.",
              column,
              field.dataType().catalogString()));
    }
  }

  /** Fails if a column is not boolean. */
  static void checkBoolean(StructField field, String column) {
    if (!field.dataType().equals(DataTypes.BooleanType)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s must be of type boolean but was actually of type %s.",
              column,
              field.dataType().catalogString()));
    }
  }
}
