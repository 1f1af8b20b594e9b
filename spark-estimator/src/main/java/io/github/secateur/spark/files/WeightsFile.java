package io.github.secateur.spark.files;

import io.github.secateur.graph.Parameter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The weights of a network as an Arrow file: one record batch for each parameter, in order, with
 * its {@code name}, {@code shape} (list of int32) and {@code values} (list of float32, row-major).
 * The schema's metadata holds the version of the format.
 */
public final class WeightsFile {
  private static final long MARGIN = 1 << 20;
  private static final String FORMAT_KEY = "secateur.format";
  private static final int FORMAT = 1;

  private static final Schema SCHEMA =
      new Schema(
          List.of(
              column("name", ArrowType.Utf8.INSTANCE, List.of()),
              list("shape", new ArrowType.Int(32, true)),
              list("values", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE))),
          Map.of(FORMAT_KEY, Integer.toString(FORMAT)));

  private WeightsFile() {}

  private static Field list(String name, ArrowType itemType) {
    return column(name, ArrowType.List.INSTANCE, List.of(column("item", itemType, List.of())));
  }

  private static Field column(String name, ArrowType type, List<Field> children) {
    return new Field(name, FieldType.notNullable(type), children);
  }

  /**
   * Writes all parameters.
   *
   * @param values the flat parameter array
   */
  public static void write(List<Parameter> parameters, float[] values, WritableByteChannel channel)
      throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      writer.start();
      for (Parameter parameter : parameters) {
        root.clear();
        ((VarCharVector) root.getVector("name")).setSafe(0, parameter.name().getBytes("UTF-8"));
        setShape((ListVector) root.getVector("shape"), parameter.shape().toArray());
        setValues(
            (ListVector) root.getVector("values"), values, parameter.offset(), parameter.size());
        root.setRowCount(1);
        writer.writeBatch();
      }
      writer.end();
    }
  }

  private static void setShape(ListVector list, int[] shape) {
    list.startNewValue(0);
    IntVector items = (IntVector) list.getDataVector();
    for (int i = 0; i < shape.length; i++) {
      items.setSafe(i, shape[i]);
    }
    list.endValue(0, shape.length);
  }

  private static void setValues(ListVector list, float[] values, int from, int count) {
    list.startNewValue(0);
    Float4Vector items = (Float4Vector) list.getDataVector();
    items.allocateNew(count);
    for (int i = 0; i < count; i++) {
      items.set(i, values[from + i]);
    }
    list.endValue(0, count);
  }

  /**
   * Reads all parameters.
   *
   * @param parameters what the file must hold
   * @return the flat parameter array
   * @throws IOException if it holds something else, or is damaged; the message says what
   */
  public static float[] read(List<Parameter> parameters, SeekableByteChannel channel)
      throws IOException {
    // a damaged length must not ask for more memory than any file of this size can need
    try (BufferAllocator allocator = new RootAllocator(4 * channel.size() + MARGIN);
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      checkFormat(reader.getVectorSchemaRoot().getSchema());
      float[] values = new float[parameters.stream().mapToInt(Parameter::size).sum()];
      for (Parameter parameter : parameters) {
        if (!reader.loadNextBatch()) {
          throw new IOException("parameter " + parameter.name() + " is missing");
        }
        copyValues(reader.getVectorSchemaRoot(), parameter, values);
      }
      if (reader.loadNextBatch()) {
        throw new IOException("there are more parameters than the network has");
      }
      return values;
    } catch (RuntimeException e) {
      // how Arrow reports bytes that make no sense
      throw new IOException("it is no Arrow file, or damaged: " + e, e);
    }
  }

  private static void checkFormat(Schema schema) throws IOException {
    String format = schema.getCustomMetadata().get(FORMAT_KEY);
    if (!Integer.toString(FORMAT).equals(format)) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "expected format %d, found %s; load it with the version that wrote it",
              FORMAT,
              format));
    }
    if (!schema.getFields().equals(SCHEMA.getFields())) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "expected the columns %s, found %s",
              SCHEMA.getFields(),
              schema.getFields()));
    }
  }

  private static void copyValues(VectorSchemaRoot root, Parameter parameter, float[] values)
      throws IOException {
    String name = root.getVector("name").getObject(0).toString();
    List<?> shape = List.copyOf((List<?>) root.getVector("shape").getObject(0));
    ListVector list = (ListVector) root.getVector("values");
    int count = list.getElementEndIndex(0) - list.getElementStartIndex(0);
    if (!name.equals(parameter.name())
        || !shape.equals(parameter.shape().dimensions())
        || count != parameter.size()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "expected parameter %s of shape %s, found %s of shape %s with %d values",
              parameter.name(),
              parameter.shape().dimensions(),
              name,
              shape,
              count));
    }
    Float4Vector items = (Float4Vector) list.getDataVector();
    ByteBuffer bytes = items.getDataBuffer().nioBuffer(0, Math.multiplyExact(count, Float.BYTES));
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values, parameter.offset(), count);
  }
}
