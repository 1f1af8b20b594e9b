package io.github.secateur.nn;

import io.github.secateur.graph.AttributeField;
import io.github.secateur.graph.AttributeValues;
import io.github.secateur.graph.OperatorDefinition;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** The layers that become one operator of one input, by their names in JSON. */
final class LayerTypes {

  private LayerTypes() {}

  /**
   * Returns the layer of a type with the constants in these fields, or null if there is no such
   * type.
   */
  static OperatorLayer read(String type, JsonFields fields) {
    return read(type, fields, LayerTypes::isLayer);
  }

  /** Returns the layer of a type that joins several values, or null if there is no such type. */
  static OperatorLayer readJoint(String type, JsonFields fields) {
    return read(type, fields, operator -> operator.definition().joins());
  }

  private static OperatorLayer read(
      String type, JsonFields fields, Predicate<OperatorType> allowed) {
    for (OperatorType operator : OperatorType.values()) {
      if (allowed.test(operator) && operator.label().equals(type)) {
        OperatorDefinition<?> definition = operator.definition();
        return new OperatorLayer(operator, definition.attributes(values(definition, fields)));
      }
    }
    return null;
  }

  private static AttributeValues values(OperatorDefinition<?> definition, JsonFields fields) {
    AttributeValues values = new AttributeValues();
    for (AttributeField field : definition.fields()) {
      Object orElse = field.orElse(values);
      boolean given = fields.has(field.name()) || orElse == null;
      values.with(field.name(), given ? value(field, fields) : orElse);
    }
    return values;
  }

  private static Object value(AttributeField field, JsonFields fields) {
    String name = field.name();
    return switch (field.kind()) {
      case INTEGER -> fields.integer(name);
      case NUMBER -> fields.number(name);
      case BOOLEAN -> fields.bool(name);
      case INTEGERS -> fields.integers(name);
      case NUMBERS -> fields.numbers(name);
      case HEIGHT_AND_WIDTH -> fields.heightAndWidth(name);
      case STEPS -> fields.steps(name);
      case PADDING -> Padding.ofWritten(fields.padding(name)).written();
      case SHAPE -> shape(fields, name).dimensions();
    };
  }

  /** Returns a field's list of dimensions as a shape. */
  static Shape shape(JsonFields f, String field) {
    List<Integer> dimensions = f.integers(field);
    try {
      return new Shape(dimensions);
    } catch (IllegalArgumentException e) {
      throw f.error(String.format(Locale.ROOT, "field \"%s\": %s", field, e.getMessage()));
    }
  }

  /** Returns whether an operator is a layer of one input, and not the input or a joint. */
  static boolean isLayer(OperatorType operator) {
    return !operator.isInput() && !operator.definition().joins();
  }

  /** Returns the names of the types that become one operator of one input. */
  static List<String> names() {
    return labels(LayerTypes::isLayer);
  }

  /** Returns the names of the types that join several values. */
  static List<String> joints() {
    return labels(operator -> operator.definition().joins());
  }

  private static List<String> labels(Predicate<OperatorType> allowed) {
    return Arrays.stream(OperatorType.values()).filter(allowed).map(OperatorType::label).toList();
  }

  /** Returns the activation layer of this name with its default constants. */
  static OperatorLayer activation(String name) {
    List<OperatorType> activations =
        Arrays.stream(OperatorType.values()).filter(OperatorType::isActivation).toList();
    return activations.stream()
        .filter(operator -> operator.label().equals(name))
        .map(LayerTypes::ofDefaults)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    String.format(
                        Locale.ROOT,
                        "activation must be one of %s, found \"%s\"",
                        String.join(", ", activations.stream().map(OperatorType::label).toList()),
                        name)));
  }

  /** Returns the layer of a type whose constants all have defaults. */
  static OperatorLayer ofDefaults(OperatorType operator) {
    AttributeValues values = new AttributeValues();
    for (AttributeField field : operator.definition().fields()) {
      values.with(field.name(), field.orElse(values));
    }
    return new OperatorLayer(operator, operator.definition().attributes(values));
  }
}
