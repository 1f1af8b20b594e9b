package io.github.secateur.spark.rows;

import java.util.Locale;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructField;

/** Which types of columns can hold features; see {@link FeatureReader}. */
final class FeatureTypes {
  private FeatureTypes() {}

  /**
   * Fails if a column of a type cannot hold all features of a row.
   *
   * @throws IllegalArgumentException if it cannot; the message says what to do
   */
  static void check(DataType type, String column) {
    refuseOldVectors(type, column);
    if (!holdsSeveral(type)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s must be of type vector, array of numbers or booleans, binary or image but"
                  + " was actually of type %s.",
              column,
              type.catalogString()));
    }
  }

  /**
   * Fails if a column of a type cannot hold some of the features of a row.
   *
   * @throws IllegalArgumentException if it cannot; the message says what to do
   */
  static void checkOneOfSeveral(DataType type, String column) {
    refuseOldVectors(type, column);
    if (!isNumber(type) && !holdsSeveral(type)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s, one of featuresCols, must be of type numeric, boolean, vector, array of"
                  + " numbers or booleans, binary or image but was actually of type %s; cast or"
                  + " index it",
              column,
              type.catalogString()));
    }
  }

  /** Returns how many numbers a column holds, or -1 if only its rows tell. */
  static int width(StructField field) {
    if (isNumber(field.dataType())) {
      return 1;
    }
    return field.dataType() instanceof VectorUDT
        ? AttributeGroup.fromStructField(field).size()
        : -1;
  }

  private static void refuseOldVectors(DataType type, String column) {
    if (type instanceof org.apache.spark.mllib.linalg.VectorUDT) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s holds vectors of the old package org.apache.spark.mllib; convert them with"
                  + " MLUtils.convertVectorColumnsToML(dataset, \"%s\"), or each with asML()",
              column,
              column));
    }
  }

  private static boolean isNumber(DataType type) {
    return type instanceof NumericType || type instanceof BooleanType;
  }

  private static boolean holdsSeveral(DataType type) {
    return type instanceof VectorUDT
        || type instanceof BinaryType
        || type instanceof ArrayType array && isNumber(array.elementType())
        || ImageReader.isImage(type);
  }
}
