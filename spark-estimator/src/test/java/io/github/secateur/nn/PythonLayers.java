package io.github.secateur.nn;

import io.github.secateur.graph.AttributeField;
import io.github.secateur.graph.AttributeValues;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes {@code secateur/_layer_types.py}: the layers that become one operator, and those that join
 * several values, with their constants and the methods of the builder, from the definitions of the
 * operators. A method says what the method of the builder in Java says.
 */
final class PythonLayers {
  private static final List<Integer> SQUARE = List.of(3, 3);
  private static final List<Integer> OTHER_SQUARE = List.of(5, 5);
  private static final List<Integer> OBLONG = List.of(2, 3);

  private final String builder;
  private final StringBuilder text = new StringBuilder();

  /**
   * Makes a writer.
   *
   * @param builder the source of {@link Network}
   */
  PythonLayers(String builder) {
    this.builder = builder.replaceAll("; see \\{@link [^}]*\\}", "");
  }

  static List<OperatorType> layers() {
    return Arrays.stream(OperatorType.values()).filter(LayerTypes::isLayer).toList();
  }

  private static List<OperatorType> joints() {
    return Arrays.stream(OperatorType.values())
        .filter(operator -> operator.definition().joins())
        .toList();
  }

  String module() {
    text.setLength(0);
    line(
        0,
        "\"\"\"The layers that become one operator: their constants, and the methods that add"
            + " them.");
    line(0, "");
    line(
        0,
        "Written from the Java definitions, and compared with them by PythonLayersTest. To write"
            + " it:");
    line(0, "    " + PythonLayersTest.COMMAND);
    line(0, "\"\"\"");
    line(0, "");
    line(0, "from __future__ import annotations");
    line(0, "");
    line(0, "from typing import Any, Dict, Optional, Sequence, Tuple, TypeVar, Union");
    line(0, "");
    line(0, "from secateur._fields import Field");
    line(0, "");
    line(0, "_N = TypeVar(\"_N\", bound=\"LayerMethods\")");
    line(0, "");
    constants("FIELDS", layers());
    line(0, "\"\"\"The constants of each type, in the order in which they are written.\"\"\"");
    line(0, "");
    constants("JOINTS", joints());
    line(0, "\"\"\"The constants of each type that joins several values.\"\"\"");
    line(0, "");
    line(0, "ACTIVATIONS = (");
    layers().stream()
        .filter(OperatorType::isActivation)
        .forEach(layer -> line(1, literal(layer.label()) + ","));
    line(0, ")");
    line(0, "\"\"\"The types that map each value by itself.\"\"\"");
    line(0, "");
    line(0, "SOURCES = (");
    layers().stream()
        .filter(layer -> layer.definition().isSource())
        .forEach(layer -> line(1, literal(layer.label()) + ","));
    line(0, ")");
    line(0, "\"\"\"The types that read no value.\"\"\"");
    line(0, "");
    line(0, "");
    line(0, "class LayerMethods:");
    line(1, "\"\"\"The methods of the builder that add a layer of one operator.\"\"\"");
    line(0, "");
    line(1, "def _add(self: _N, type: str, **given: Any) -> _N:");
    line(2, "raise NotImplementedError");
    line(0, "");
    line(1, "def _join(self: _N, type: str, other: str, **given: Any) -> _N:");
    line(2, "raise NotImplementedError");
    layers().forEach(this::method);
    joints().stream()
        .filter(joint -> joint != OperatorType.CONCAT) // it takes branches too
        .forEach(this::joint);
    return text.toString();
  }

  private void constants(String name, List<OperatorType> layers) {
    line(0, name + ": Dict[str, Tuple[Field, ...]] = {");
    for (OperatorType layer : layers) {
      List<AttributeField> fields = layer.definition().fields();
      line(1, literal(layer.label()) + ": (" + (fields.isEmpty() ? ")," : ""));
      if (!fields.isEmpty()) {
        fields.forEach(field -> line(2, declaration(layer, field) + ","));
        line(1, "),");
      }
    }
    line(0, "}");
  }

  private static String declaration(OperatorType layer, AttributeField field) {
    String start =
        "Field("
            + literal(field.name())
            + ", "
            + literal(field.kind().name().toLowerCase(Locale.ROOT));
    if (follows(field)) {
      return start + ", side_of=" + literal(windowBefore(layer, field)) + ")";
    }
    Object orElse = field.orElse(new AttributeValues());
    String end = field.leftOut() ? ", left_out=True)" : ")";
    return start + (orElse == null ? "" : ", " + literal(orElse)) + end;
  }

  /** Returns whether a field's value follows from those before it, if none is given. */
  private static boolean follows(AttributeField field) {
    try {
      field.orElse(new AttributeValues());
      return false;
    } catch (RuntimeException itReadAnother) {
      return true;
    }
  }

  /** Returns the field whose side, if it is square, is the value of this field. */
  private static String windowBefore(OperatorType layer, AttributeField field) {
    for (AttributeField other : layer.definition().fields()) {
      if (other.kind() == AttributeField.Kind.HEIGHT_AND_WIDTH
          && Integer.valueOf(3).equals(field.orElse(with(other, SQUARE)))
          && Integer.valueOf(5).equals(field.orElse(with(other, OTHER_SQUARE)))
          && field.orElse(with(other, OBLONG)) == null) {
        return other.name();
      }
    }
    throw new IllegalArgumentException(
        "the default of "
            + field.name()
            + " of "
            + layer.label()
            + " follows from other fields by a rule that _fields.py does not know; add one there"
            + " and here");
  }

  private static AttributeValues with(AttributeField field, Object value) {
    return new AttributeValues().with(field.name(), value);
  }

  private void method(OperatorType layer) {
    List<AttributeField> fields = layer.definition().fields();
    List<String> arguments = new ArrayList<>(List.of("self: _N"));
    fields.forEach(field -> arguments.add(argument(field, fields.size() == 1)));
    line(0, "");
    line(1, "def " + layer.label() + "(" + String.join(", ", arguments) + ") -> _N:");
    String purpose = purpose(layer.label(), "[^)]*");
    line(2, "\"\"\"" + purpose + (fields.isEmpty() ? "\"\"\"" : ""));
    if (!fields.isEmpty()) {
      line(0, "");
      line(2, "Parameters");
      line(2, "----------");
      fields.forEach(field -> parameter(layer, field));
      line(2, "\"\"\"");
    }
    List<String> values = new ArrayList<>(List.of(literal(layer.label())));
    fields.forEach(field -> values.add(field.name() + "=" + field.name()));
    line(2, "return self._add(" + String.join(", ", values) + ")");
  }

  private void joint(OperatorType joint) {
    List<AttributeField> fields = joint.definition().fields();
    List<String> arguments = new ArrayList<>(List.of("self: _N", "other: str"));
    fields.forEach(field -> arguments.add(argument(field, false)));
    line(0, "");
    line(1, "def " + joint.label() + "(" + String.join(", ", arguments) + ") -> _N:");
    line(2, "\"\"\"" + purpose(joint.label(), "String other[^)]*"));
    line(0, "");
    if (fields.isEmpty() && joint != OperatorType.MASKED_MEAN) {
      line(
          2, "Where one of the two has length 1 along an axis, or no such axis, it stands for all");
      line(2, "along it.");
      line(0, "");
    }
    line(2, "Parameters");
    line(2, "----------");
    line(2, "other : str");
    line(3, "the name of an input, or of a layer that is not inside a branch");
    fields.forEach(field -> parameter(joint, field));
    line(2, "\"\"\"");
    List<String> values = new ArrayList<>(List.of(literal(joint.label()), "other"));
    fields.forEach(field -> values.add(field.name() + "=" + field.name()));
    line(2, "return self._join(" + String.join(", ", values) + ")");
  }

  private void parameter(OperatorType layer, AttributeField field) {
    line(2, field.name() + " : " + documentedType(field.kind()) + defaultText(layer, field));
    line(3, field.description());
  }

  private static String argument(AttributeField field, boolean alone) {
    if (alone && isListOfIntegers(field)) {
      return "*" + field.name() + ": int";
    }
    if (follows(field)) {
      return field.name() + ": Optional[" + type(field.kind()) + "] = None";
    }
    Object orElse = field.orElse(new AttributeValues());
    return field.name()
        + ": "
        + type(field.kind())
        + (orElse == null ? "" : " = " + literal(orElse));
  }

  private static boolean isListOfIntegers(AttributeField field) {
    return field.kind() == AttributeField.Kind.SHAPE
        || field.kind() == AttributeField.Kind.INTEGERS;
  }

  private static String type(AttributeField.Kind kind) {
    return switch (kind) {
      case INTEGER -> "int";
      case NUMBER -> "float";
      case BOOLEAN -> "bool";
      case INTEGERS, SHAPE -> "Sequence[int]";
      case NUMBERS -> "Union[float, Sequence[float]]";
      case HEIGHT_AND_WIDTH, STEPS -> "Union[int, Sequence[int]]";
      case PADDING -> "Union[str, int, Sequence[int]]";
    };
  }

  private static String documentedType(AttributeField.Kind kind) {
    return switch (kind) {
      case INTEGER -> "int";
      case NUMBER -> "float";
      case BOOLEAN -> "bool";
      case INTEGERS, SHAPE -> "list of int";
      case NUMBERS -> "float or list of float";
      case HEIGHT_AND_WIDTH, STEPS -> "int or (int, int)";
      case PADDING -> "\"same\", \"valid\", int or (top, left, bottom, right)";
    };
  }

  private static String defaultText(OperatorType layer, AttributeField field) {
    if (follows(field)) {
      return ", default the " + windowBefore(layer, field);
    }
    Object orElse = field.orElse(new AttributeValues());
    return orElse == null ? "" : ", default " + literal(orElse);
  }

  /**
   * Returns the first sentence on the builder's method in Java that has the most arguments, of
   * those with such parameters.
   */
  private String purpose(String method, String parameters) {
    Matcher overload =
        Pattern.compile(
                "/\\*\\*((?:(?!\\*/)[^@])*)\\*/\\s+public Network "
                    + method
                    + "\\(("
                    + parameters
                    + ")\\)")
            .matcher(builder);
    String said = null;
    int most = -1;
    while (overload.find()) {
      int arguments = overload.group(2).split(",").length;
      if (arguments > most) {
        most = arguments;
        said = overload.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip();
      }
    }
    if (said == null) {
      throw new IllegalArgumentException(
          "Network has no documented method " + method + " for the layer of this name");
    }
    return said.replaceAll("(?<=\\.) .*", "").replace("&gt;", ">").replace("&lt;", "<");
  }

  /** Returns a value as Python writes it. */
  private static String literal(Object value) {
    if (value instanceof String string) {
      return '"' + string + '"';
    } else if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof Float number) {
      return number.toString().replace(".0E", "e").replace("E", "e");
    } else if (value instanceof List<?> list) {
      return list.stream().map(PythonLayers::literal).collect(Collectors.joining(", ", "[", "]"));
    }
    return value.toString();
  }

  private void line(int indent, String line) {
    text.append("    ".repeat(line.isEmpty() ? 0 : indent)).append(line).append('\n');
  }
}
