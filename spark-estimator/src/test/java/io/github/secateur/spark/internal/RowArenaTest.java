package io.github.secateur.spark.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class RowArenaTest {
  private static final StructType TYPE =
      new StructType().add("id", DataTypes.LongType).add("text", DataTypes.StringType);

  private final UnsafeProjection projection = UnsafeProjection.create(TYPE);

  /** Each call writes to the memory of the one before. */
  private UnsafeRow row(long id, int length) {
    UTF8String text = UTF8String.fromString(Long.toString(id % 10).repeat(length));
    return projection.apply(new GenericInternalRow(new Object[] {id, text}));
  }

  @Test
  void rowsOfAllSizesStayAsTheyWereUntilItIsCleared() {
    RowArena arena = new RowArena(2);
    for (int batch = 0; batch < 3; batch++) {
      arena.clear();
      List<InternalRow> copies = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        copies.add(arena.copy(row(100 * batch + i, length(i))));
      }
      for (int i = 0; i < 40; i++) {
        assertEquals(row(100 * batch + i, length(i)), copies.get(i), "row " + i);
      }
    }
  }

  private static int length(int i) {
    return i == 17 ? 2_000_000 : i * i * 50;
  }

  @Test
  void memoryIsUsedAgainButNotThatOfLargeRows() {
    RowArena arena = new RowArena(2);
    UnsafeRow first = (UnsafeRow) arena.copy(row(1, 10));
    arena.clear();
    assertSame(first.getBaseObject(), ((UnsafeRow) arena.copy(row(2, 10))).getBaseObject());
    UnsafeRow large = (UnsafeRow) arena.copy(row(3, 2_000_000));
    assertNotSame(first.getBaseObject(), large.getBaseObject());
    assertSame(first.getBaseObject(), ((UnsafeRow) arena.copy(row(4, 10))).getBaseObject());
  }

  @Test
  void rowsInOtherFormatsAreCopied() {
    Object[] values = {1L, UTF8String.fromString("a")};
    InternalRow copy = new RowArena(2).copy(new GenericInternalRow(values));
    values[0] = 2L;
    assertEquals(1L, copy.getLong(0));
  }
}
