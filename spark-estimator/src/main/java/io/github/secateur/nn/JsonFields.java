package io.github.secateur.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object whose fields are asked for one by one, by name and type. What was asked for is what
 * is allowed: {@link #checkNoOthers} refuses the rest. All errors are IllegalArgumentExceptions
 * that say where.
 */
final class JsonFields {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final String path;
  private final Map<?, ?> values;
  private final Set<String> asked = new LinkedHashSet<>();

  private JsonFields(String path, Map<?, ?> values) {
    this.path = path;
    this.values = values;
  }

  /** A number as it was written, so that none of its digits is lost. */
  private record Number(String text, boolean integer) {
    @Override
    public String toString() {
      return text;
    }
  }

  // ---- text to objects
  // -------------------------------------------------------------------------------------------

  /** Reads a text that holds one JSON object and nothing else. */
  static JsonFields parse(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        throw new IllegalArgumentException("network JSON is empty");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException(
            "network JSON is followed by other text: " + parser.getText());
      }
      return object("", value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "network JSON is not JSON: " + e.getMessage().replace('\n', ' '), e);
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory failed", impossible);
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String field = parser.getText();
          parser.nextToken();
          map.put(field, value(parser));
        }
        return map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        return list;
      }
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        return new Number(parser.getText(), parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
      }
      case VALUE_TRUE, VALUE_FALSE -> {
        return parser.currentToken() == JsonToken.VALUE_TRUE;
      }
      case VALUE_NULL -> {
        return null;
      }
      default -> {
        return parser.getText();
      }
    }
  }

  // ---- objects to values
  // -----------------------------------------------------------------------------------------

  /** An error that says where it is. */
  static final class LocatedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private LocatedException(String path, String message) {
      super(
          String.format(
              Locale.ROOT, "network JSON%s: %s", path.isEmpty() ? "" : " at " + path, message));
    }
  }

  /** Returns an error about this object. */
  LocatedException error(String message) {
    return new LocatedException(path, message);
  }

  /** Refuses fields that were not asked for. */
  void checkNoOthers(String type) {
    for (Object field : values.keySet()) {
      if (!asked.contains(field)) {
        throw error(
            String.format(
                Locale.ROOT,
                "unknown field \"%s\"; the fields of %s are %s",
                field,
                type,
                String.join(", ", asked)));
      }
    }
  }

  boolean has(String field) {
    asked.add(field);
    return values.containsKey(field);
  }

  String string(String field, String orElse) {
    return has(field) ? string(field) : orElse;
  }

  String string(String field) {
    return required(field) instanceof String text ? text : this.<String>wrong(field, "a string");
  }

  boolean bool(String field, boolean orElse) {
    return has(field) ? bool(field) : orElse;
  }

  boolean bool(String field) {
    return required(field) instanceof Boolean value
        ? value
        : this.<Boolean>wrong(field, "true or false");
  }

  int integer(String field, int orElse) {
    return has(field) ? integer(field) : orElse;
  }

  int integer(String field) {
    Integer value = toInteger(required(field));
    return value != null ? value : this.<Integer>wrong(field, "an integer below 2^31");
  }

  float number(String field, float orElse) {
    return has(field) ? number(field) : orElse;
  }

  float number(String field) {
    Float value = toFloat(required(field));
    return value != null ? value : this.<Float>wrong(field, "a finite float32 number");
  }

  List<Integer> integers(String field) {
    List<Integer> result = new ArrayList<>();
    for (Object element : list(field, "a list of integers")) {
      Integer value = toInteger(element);
      result.add(value != null ? value : this.<Integer>wrong(field, "a list of integers"));
    }
    return result;
  }

  List<Float> numbers(String field) {
    List<Float> result = new ArrayList<>();
    for (Object element : list(field, "a list of finite float32 numbers")) {
      Float value = toFloat(element);
      result.add(
          value != null ? value : this.<Float>wrong(field, "a list of finite float32 numbers"));
    }
    return result;
  }

  List<String> strings(String field) {
    List<String> result = new ArrayList<>();
    for (Object element : list(field, "a list of strings")) {
      result.add(
          element instanceof String text ? text : this.<String>wrong(field, "a list of strings"));
    }
    return result;
  }

  /** Returns height and width: a list of both, or one number for both. */
  List<Integer> heightAndWidth(String field) {
    Object value = required(field);
    if (value instanceof Number) {
      Integer size = toInteger(value);
      return size != null
          ? List.of(size, size)
          : this.<List<Integer>>wrong(field, "an integer or [height, width]");
    }
    List<Integer> sizes = integers(field);
    return sizes.size() == 2
        ? sizes
        : this.<List<Integer>>wrong(field, "an integer or [height, width]");
  }

  /** Returns an integer, or a list of two: height and width. */
  Object steps(String field) {
    List<Integer> both = heightAndWidth(field);
    return both.get(0).equals(both.get(1)) ? (Object) both.get(0) : both;
  }

  /** Returns "same", "valid", or the pixels on four sides, for which one number may stand. */
  Object padding(String field) {
    String expected = "\"same\", \"valid\", an integer or [top, left, bottom, right]";
    Object value = required(field);
    if (value instanceof Number) {
      Integer pixels = toInteger(value);
      return pixels != null
          ? List.of(pixels, pixels, pixels, pixels)
          : this.<Object>wrong(field, expected);
    }
    if (value instanceof List<?>) {
      List<Integer> sides = integers(field);
      return sides.size() == 4 ? sides : this.<Object>wrong(field, expected);
    }
    return "same".equals(value) || "valid".equals(value)
        ? value
        : this.<Object>wrong(field, expected);
  }

  /** Returns the objects in a list. */
  List<JsonFields> objects(String field) {
    return objects(field, list(field, "a list of layers"));
  }

  /** Returns the objects in each list of a list. */
  List<List<JsonFields>> lists(String field) {
    List<List<JsonFields>> result = new ArrayList<>();
    for (Object element : list(field, "a list of lists of layers")) {
      String where = field + "[" + result.size() + "]";
      List<?> list =
          element instanceof List<?> found
              ? found
              : this.<List<?>>wrong(where, "a list of layers", element);
      result.add(objects(where, list));
    }
    return result;
  }

  private List<JsonFields> objects(String field, List<?> list) {
    String prefix = (path.isEmpty() ? "" : path + ".") + field;
    List<JsonFields> result = new ArrayList<>();
    for (Object element : list) {
      result.add(object(prefix + "[" + result.size() + "]", element));
    }
    return result;
  }

  private static JsonFields object(String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new JsonFields(path, map);
    }
    throw new LocatedException(path, "expected an object, found " + describe(value));
  }

  private List<?> list(String field, String expected) {
    return required(field) instanceof List<?> list ? list : this.<List<?>>wrong(field, expected);
  }

  private Object required(String field) {
    if (!has(field)) {
      throw error(String.format(Locale.ROOT, "missing field \"%s\"", field));
    }
    return values.get(field);
  }

  private <T> T wrong(String field, String expected) {
    return wrong(field, expected, values.get(field));
  }

  private <T> T wrong(String field, String expected, Object found) {
    throw error(
        String.format(
            Locale.ROOT, "field \"%s\" must be %s, found %s", field, expected, describe(found)));
  }

  private static Integer toInteger(Object value) {
    try {
      return value instanceof Number number && number.integer ? Integer.valueOf(number.text) : null;
    } catch (NumberFormatException e) {
      return null; // 2^31 or above
    }
  }

  private static Float toFloat(Object value) {
    if (!(value instanceof Number number)) {
      return null;
    }
    float parsed = Float.parseFloat(number.text);
    return Float.isFinite(parsed) ? parsed : null;
  }

  private static String describe(Object value) {
    String text = value instanceof String ? "\"" + value + "\"" : String.valueOf(value);
    return text.length() <= 100 ? text : text.substring(0, 100) + "…";
  }
}
