package io.github.secateur.data;

import static io.github.secateur.data.BlockLayout.FEATURES;
import static io.github.secateur.data.BlockLayout.INDICES;
import static io.github.secateur.data.BlockLayout.LABEL;
import static io.github.secateur.data.BlockLayout.VALUES;
import static io.github.secateur.data.BlockLayout.WEIGHT;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.Field;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flatbuf.Schema;
import org.apache.arrow.flatbuf.Type;

/**
 * Finds the columns of a block in its IPC bytes through Arrow's metadata classes, and checks
 * everything that reading rows relies on, so that no row of a damaged block can lead outside of it.
 */
final class BlockDecoder {
  private static final int CONTINUATION = 0xFFFFFFFF;
  private static final int MAX_COLUMNS = 4;

  private static final String FLOAT_FEATURES = FEATURES + ": list of float32";
  private static final String BYTE_FEATURES = FEATURES + ": list of uint8";
  private static final String LABEL_COLUMN = LABEL + ": int32";
  private static final String WEIGHT_COLUMN = WEIGHT + ": float32";
  private static final List<List<String>> FEATURE_COLUMNS =
      List.of(
          List.of(FLOAT_FEATURES),
          List.of(BYTE_FEATURES),
          List.of(INDICES + ": list of int32", VALUES + ": list of float32"));

  private final byte[] bytes;
  private final int width;
  private int position; // of the next message
  private RecordBatch batch;
  private int bodyStart;
  private long bodyLength;
  private int nextNode;
  private int nextBuffer;

  private BlockDecoder(byte[] bytes, int width) {
    this.bytes = bytes;
    this.width = width;
  }

  /**
   * Returns the rows of a block.
   *
   * @throws IllegalArgumentException if the bytes are not what {@link ShardWriter} writes for rows
   *     of this width
   */
  static Block decode(byte[] bytes, int width) {
    try {
      return new BlockDecoder(bytes, width).decode();
    } catch (Damaged e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "not a block of rows of %d features: %s", width, e.getMessage()),
          e);
    } catch (RuntimeException e) {
      // Arrow's metadata classes read wherever the bytes point
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "not a block of rows of %d features: damaged metadata", width),
          e);
    }
  }

  private Block decode() {
    Message message = nextMessage(MessageHeader.Schema, "schema");
    List<String> columns = columns((Schema) message.header(new Schema()));
    message = nextMessage(MessageHeader.RecordBatch, "record batch");
    batch = (RecordBatch) message.header(new RecordBatch());
    bodyStart = position;
    bodyLength = message.bodyLength();
    require(bodyLength >= 0 && bodyLength <= bytes.length - bodyStart, "truncated record batch");
    require(batch.compression() == null, "compressed record batch");
    require(batch.length() >= 1 && batch.length() <= bytes.length, "impossible number of rows");
    int rows = (int) batch.length();
    return switch (columns.get(0)) {
      case FLOAT_FEATURES -> {
        nextNode(rows);
        FloatBuffer features = floats((long) rows * width);
        yield new Block.Floats(rows, labels(rows), weights(rows, columns), width, features);
      }
      case BYTE_FEATURES -> {
        nextNode(rows);
        nextNode((long) rows * width);
        int start = nextBuffer((long) rows * width);
        yield new Block.Bytes(rows, labels(rows), weights(rows, columns), width, bytes, start);
      }
      default -> sparse(rows, columns);
    };
  }

  private Block sparse(int rows, List<String> columns) {
    IntBuffer rowStart = offsets(rows);
    int count = checkAscending(rowStart, rows);
    IntBuffer indices = ints(count);
    IntBuffer valueStart = offsets(rows);
    require(rowStart.equals(valueStart), "indices and values of different lengths");
    FloatBuffer values = floats(count);
    for (int row = 0; row < rows; row++) {
      int last = -1;
      for (int i = rowStart.get(row); i < rowStart.get(row + 1); i++) {
        int index = indices.get(i);
        require(index > last && index < width, "indices that do not ascend in [0, width)");
        last = index;
      }
    }
    return new Block.Sparse(
        rows, labels(rows), weights(rows, columns), width, rowStart, indices, values);
  }

  private static int checkAscending(IntBuffer rowStart, int rows) {
    require(rowStart.get(0) == 0, "rows that do not begin at 0");
    for (int row = 0; row < rows; row++) {
      require(rowStart.get(row) <= rowStart.get(row + 1), "rows that overlap");
    }
    return rowStart.get(rows);
  }

  private IntBuffer labels(int rows) {
    IntBuffer labels = ints(rows);
    for (int row = 0; row < rows; row++) {
      require(labels.get(row) >= 0, "negative label");
    }
    return labels;
  }

  private FloatBuffer weights(int rows, List<String> columns) {
    if (!columns.get(columns.size() - 1).equals(WEIGHT_COLUMN)) {
      return null;
    }
    FloatBuffer weights = floats(rows);
    for (int row = 0; row < rows; row++) {
      require(
          weights.get(row) >= 0 && weights.get(row) <= Float.MAX_VALUE,
          "weight that is negative or not finite");
    }
    return weights;
  }

  // ---- messages and schema
  // ---------------------------------------------------------------------------------------

  private Message nextMessage(byte type, String name) {
    ByteBuffer all = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    require(
        bytes.length - position >= 8 && all.getInt(position) == CONTINUATION, "no Arrow " + name);
    int length = all.getInt(position + 4);
    require(length >= 8 && length <= bytes.length - position - 8, "truncated " + name);
    Message message = Message.getRootAsMessage(all.slice(position + 8, length));
    require(message.headerType() == type, "no Arrow " + name);
    position += 8 + length;
    return message;
  }

  /** Returns a description of each column, checked to be one of those that the writer makes. */
  private List<String> columns(Schema schema) {
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < Math.min(schema.fieldsLength(), MAX_COLUMNS + 1); i++) {
      columns.add(schema.fields(i).name() + ": " + type(schema.fields(i)));
    }
    for (List<String> features : FEATURE_COLUMNS) {
      List<String> expected = new ArrayList<>(features);
      expected.add(LABEL_COLUMN);
      boolean plain = columns.equals(expected);
      expected.add(WEIGHT_COLUMN);
      if (plain || columns.equals(expected)) {
        checkWidth(schema);
        return columns;
      }
    }
    throw new Damaged("unexpected columns " + columns);
  }

  private void checkWidth(Schema schema) {
    String found = "none";
    for (int i = 0; i < schema.customMetadataLength(); i++) {
      if (BlockLayout.WIDTH_KEY.equals(schema.customMetadata(i).key())) {
        found = schema.customMetadata(i).value();
      }
    }
    require(Integer.toString(width).equals(found), "width " + found);
    Field first = schema.fields(0);
    if (first.typeType() == Type.FixedSizeList) {
      int listSize = ((FixedSizeList) first.type(new FixedSizeList())).listSize();
      require(listSize == width, "lists of " + listSize + " features");
    }
  }

  private static String type(Field field) {
    if (field.dictionary() != null) {
      return "dictionary";
    }
    return switch (field.typeType()) {
      case Type.List, Type.FixedSizeList ->
          field.childrenLength() == 1 ? "list of " + number(field.children(0)) : "list";
      default -> number(field);
    };
  }

  private static String number(Field field) {
    if (field.typeType() == Type.Int) {
      Int type = (Int) field.type(new Int());
      return (type.isSigned() ? "int" : "uint") + type.bitWidth();
    }
    if (field.typeType() == Type.FloatingPoint) {
      FloatingPoint type = (FloatingPoint) field.type(new FloatingPoint());
      return type.precision() == Precision.SINGLE ? "float32" : "float of another precision";
    }
    return "type " + field.typeType();
  }

  // ---- buffers
  // ---------------------------------------------------------------------------------------------------

  private IntBuffer offsets(int rows) {
    nextNode(rows);
    return slice(nextBuffer(4L * (rows + 1)), 4L * (rows + 1)).asIntBuffer();
  }

  private IntBuffer ints(int count) {
    nextNode(count);
    return slice(nextBuffer(4L * count), 4L * count).asIntBuffer();
  }

  private FloatBuffer floats(long count) {
    nextNode(count);
    return slice(nextBuffer(4L * count), 4L * count).asFloatBuffer();
  }

  /** Checks a column's length and its absence of nulls, and skips its validity buffer. */
  private void nextNode(long length) {
    require(nextNode < batch.nodesLength(), "missing column");
    FieldNode node = batch.nodes(nextNode++);
    require(node.length() == length && node.nullCount() == 0, "column of another length, or nulls");
    nextBuffer++;
  }

  /** Returns where in the bytes the next buffer begins. */
  private int nextBuffer(long length) {
    require(nextBuffer < batch.buffersLength(), "missing column");
    Buffer buffer = batch.buffers(nextBuffer++);
    require(
        buffer.offset() >= 0
            && buffer.offset() <= bodyLength
            && length <= buffer.length()
            && length <= bodyLength - buffer.offset(),
        "truncated column");
    return bodyStart + (int) buffer.offset();
  }

  private ByteBuffer slice(int start, long length) {
    return ByteBuffer.wrap(bytes).slice(start, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void require(boolean holds, String found) {
    if (!holds) {
      throw new Damaged("found " + found);
    }
  }

  /** Says what is wrong with a block. */
  private static final class Damaged extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Damaged(String found) {
      super(found);
    }
  }
}
