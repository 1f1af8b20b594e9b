package io.github.secateur.graph;

import java.util.function.Function;

/**
 * One constant of an operator as people write it: in the builder, in JSON, in Python and in the
 * table of layers.
 *
 * @param name the name in JSON and in Python
 * @param kind what values it takes
 * @param orElse the value if none is given, from those of the fields before it; null, or a function
 *     that returns null, if one must be given
 * @param description what it is, in words for the table of layers
 * @param leftOut whether JSON leaves it out where it has its default
 */
public record AttributeField(
    String name,
    Kind kind,
    Function<AttributeValues, Object> orElse,
    String description,
    boolean leftOut) {

  /** The kinds of values. */
  public enum Kind {
    /** An Integer. */
    INTEGER,
    /** A finite Float. */
    NUMBER,
    /** A Boolean. */
    BOOLEAN,
    /** A list of Integer. */
    INTEGERS,
    /** A list of finite Float. */
    NUMBERS,
    /** Height and width: a list of two Integer; where people write, one number stands for both. */
    HEIGHT_AND_WIDTH,
    /** An Integer for both axes, or a list of two: along the height and along the width. */
    STEPS,
    /** The String "same" or "valid", or a list of four Integer: top, left, bottom, right. */
    PADDING,
    /** A list of Integer that is a {@link Shape}. */
    SHAPE
  }

  /** Returns a field that must be given. */
  static AttributeField required(String name, Kind kind, String description) {
    return new AttributeField(name, kind, null, description, false);
  }

  /** Returns a field with a value that it has if none is given. */
  static AttributeField optional(String name, Kind kind, Object value, String description) {
    return new AttributeField(name, kind, values -> value, description, false);
  }

  /**
   * Returns a field that layers have got later: JSON leaves it out where it has its default, and so
   * is the same as before.
   */
  static AttributeField added(String name, Kind kind, Object value, String description) {
    return new AttributeField(name, kind, values -> value, description, true);
  }

  /** Returns a field whose value, if none is given, follows from those before it. */
  static AttributeField following(
      String name, Kind kind, Function<AttributeValues, Object> orElse, String description) {
    return new AttributeField(name, kind, orElse, description, false);
  }

  /**
   * Returns the value if none is given.
   *
   * @param before the values of the fields before this one
   * @return null if one must be given
   */
  public Object orElse(AttributeValues before) {
    return orElse == null ? null : orElse.apply(before);
  }
}
