package io.github.secateur.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a block, an Arrow IPC stream of one schema and one record batch without nulls:
 *
 * <ul>
 *   <li>dense: {@code features}, a fixed-size list of {@code width} float32 or uint8 values;
 *   <li>sparse: {@code indices}, a list of int32 (ascending in each row), and {@code values}, a
 *       list of float32;
 *   <li>{@code label} int32, and {@code weight} float32 unless all weights are 1.
 * </ul>
 *
 * The schema's metadata holds the width.
 */
final class BlockLayout {
  static final String FEATURES = "features";
  static final String INDICES = "indices";
  static final String VALUES = "values";
  static final String LABEL = "label";
  static final String WEIGHT = "weight";
  static final String WIDTH_KEY = "secateur.width";

  /** The size that a full block aims at, in bytes of float32 features. */
  static final int TARGET_BYTES = 2 << 20;

  static final int MAX_ROWS_PER_BLOCK = 1 << 16;

  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType UINT8 = new ArrowType.Int(8, false);
  private static final ArrowType FLOAT32 =
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  private BlockLayout() {}

  /** How a block stores features. */
  enum Encoding {
    FLOAT32,
    UINT8,
    SPARSE
  }

  /** Returns the rows of a full block whose rows take the given number of bytes: a power of two. */
  static int rowsPerBlock(long bytesPerRow) {
    long rows = Math.max(1, TARGET_BYTES / bytesPerRow);
    return (int) Math.min(MAX_ROWS_PER_BLOCK, Long.highestOneBit(rows));
  }

  static Schema schema(Encoding encoding, int width, boolean weighted) {
    List<Field> columns = new ArrayList<>();
    switch (encoding) {
      case FLOAT32 -> columns.add(list(FEATURES, new ArrowType.FixedSizeList(width), FLOAT32));
      case UINT8 -> columns.add(list(FEATURES, new ArrowType.FixedSizeList(width), UINT8));
      case SPARSE -> {
        columns.add(list(INDICES, ArrowType.List.INSTANCE, INT32));
        columns.add(list(VALUES, ArrowType.List.INSTANCE, FLOAT32));
      }
    }
    columns.add(column(LABEL, INT32, List.of()));
    if (weighted) {
      columns.add(column(WEIGHT, FLOAT32, List.of()));
    }
    return new Schema(columns, Map.of(WIDTH_KEY, Integer.toString(width)));
  }

  private static Field list(String name, ArrowType listType, ArrowType itemType) {
    return column(name, listType, List.of(column("item", itemType, List.of())));
  }

  private static Field column(String name, ArrowType type, List<Field> children) {
    return new Field(name, FieldType.notNullable(type), children);
  }
}
