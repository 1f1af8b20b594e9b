package io.github.secateur.spark.rows;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.util.SchemaUtils$;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds columns by name as Spark does: {@code a.b} is field b of struct a, {@code `a.b`} a column
 * with a dot in its name, and upper and lower case are the same unless {@code
 * spark.sql.caseSensitive} is set.
 */
public final class ColumnResolver {
  private static final int MANY = 20;

  private ColumnResolver() {}

  /**
   * Returns the field that a name stands for, with its type and metadata.
   *
   * @param param the param whose value the name is, for the message
   * @throws IllegalArgumentException if there is none
   */
  public static StructField field(StructType schema, String name, String param) {
    if (!exists(schema, name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "there is no column \"%s\", which %s names; the columns are %s%s",
              name,
              param,
              columnsOf(schema),
              advice(schema, name)));
    }
    return SchemaUtils$.MODULE$.getSchemaField(schema, name);
  }

  /** Returns whether a name stands for a column or a field of one. */
  public static boolean exists(StructType schema, String name) {
    return SchemaUtils$.MODULE$.checkSchemaFieldExist(schema, name);
  }

  /** Returns whether two names, without dots and quotes, are those of one column. */
  public static boolean isSame(String name, String other) {
    return (boolean) SQLConf.get().resolver().apply(name, other);
  }

  /** Returns a name such that it stands for a column of a schema's top level, whatever is in it. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String columnsOf(StructType schema) {
    String[] names = schema.fieldNames();
    return Arrays.stream(names).limit(MANY).collect(Collectors.joining(", "))
        + (names.length > MANY ? ", …" : "");
  }

  private static String advice(StructType schema, String name) {
    return Arrays.stream(schema.fieldNames()).anyMatch(field -> isSame(field, name))
        ? "; write " + quoted(name) + " for a name with dots"
        : "";
  }
}
