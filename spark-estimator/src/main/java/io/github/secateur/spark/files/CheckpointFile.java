package io.github.secateur.spark.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.secateur.train.Checkpoint;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A checkpoint as a file:
 *
 * <pre>
 * "SECATEUR"       8 bytes
 * format           int32, big-endian as all numbers before the arrays
 * header length    int32
 * header checksum  int64: CRC-32C of the header
 * header           JSON: which fit, the epochs so far, and name, type, length and CRC-32C of each array
 * arrays           float32 or float64, little-endian, one after the other
 * </pre>
 */
final class CheckpointFile {
  /** The version of the format. */
  static final int FORMAT = 1;

  private static final byte[] MAGIC = "SECATEUR".getBytes(StandardCharsets.US_ASCII);
  private static final int PREAMBLE = MAGIC.length + 2 * Integer.BYTES + Long.BYTES;
  private static final int BUFFER = 1 << 16;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private CheckpointFile() {}

  /**
   * What a checkpoint file says of itself.
   *
   * @param fit the fit that it belongs to
   * @param alone whether its estimator had made no other fit
   * @param json the whole header
   */
  record Header(FitIdentity fit, boolean alone, JsonNode json) {
    int epoch() {
      return json.path("epochs").size();
    }
  }

  /** Writes a checkpoint. */
  static void write(FitIdentity fit, boolean alone, Checkpoint checkpoint, OutputStream target)
      throws IOException {
    ObjectNode header = MAPPER.createObjectNode();
    header.set("fit", fit.toJson());
    header.put("alone", alone);
    header.set("epochs", HistoryJson.epochsToJson(checkpoint.epochs()));
    ArrayNode arrays = header.putArray("arrays");
    checkpoint.floats().forEach((name, values) -> describe(arrays, name, values, values.length));
    checkpoint.doubles().forEach((name, values) -> describe(arrays, name, values, values.length));
    byte[] bytes = MAPPER.writeValueAsBytes(header);
    DataOutputStream out = new DataOutputStream(target);
    out.write(MAGIC);
    out.writeInt(FORMAT);
    out.writeInt(bytes.length);
    out.writeLong(checksum(bytes));
    out.write(bytes);
    for (Map.Entry<String, float[]> entry : checkpoint.floats().entrySet()) {
      copy(entry.getValue(), out::write);
    }
    for (Map.Entry<String, double[]> entry : checkpoint.doubles().entrySet()) {
      copy(entry.getValue(), out::write);
    }
    out.flush();
  }

  private static void describe(ArrayNode arrays, String name, Object values, int length) {
    CRC32C checksum = new CRC32C();
    try {
      copy(values, checksum::update);
    } catch (IOException e) {
      throw new AssertionError(e); // a checksum does no input or output
    }
    ObjectNode array = arrays.addObject();
    array.put("name", name).put("type", values instanceof float[] ? "float32" : "float64");
    array.put("length", length).put("crc32c", checksum.getValue());
  }

  private interface Sink {
    void accept(byte[] bytes, int offset, int length) throws IOException;
  }

  /** Passes the bytes of a float[] or double[] on, a part at a time. */
  private static void copy(Object values, Sink sink) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    if (values instanceof float[] floats) {
      for (int from = 0; from < floats.length; from += BUFFER / Float.BYTES) {
        int count = Math.min(BUFFER / Float.BYTES, floats.length - from);
        buffer.asFloatBuffer().put(floats, from, count);
        sink.accept(buffer.array(), 0, count * Float.BYTES);
      }
    } else {
      double[] doubles = (double[]) values;
      for (int from = 0; from < doubles.length; from += BUFFER / Double.BYTES) {
        int count = Math.min(BUFFER / Double.BYTES, doubles.length - from);
        buffer.asDoubleBuffer().put(doubles, from, count);
        sink.accept(buffer.array(), 0, count * Double.BYTES);
      }
    }
  }

  private static long checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }

  /**
   * Reads the header alone.
   *
   * @param size the length of the file
   * @throws IOException if it is no checkpoint, or damaged
   * @throws NewerFormatException if a newer version wrote it
   */
  static Header readHeader(InputStream source, long size) throws IOException {
    return header(new DataInputStream(source), size);
  }

  private static Header header(DataInputStream in, long size) throws IOException {
    byte[] bytes;
    try {
      byte[] magic = new byte[MAGIC.length];
      in.readFully(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new IOException("it is no checkpoint");
      }
      int format = in.readInt();
      if (format > FORMAT) {
        throw new NewerFormatException(format, FORMAT);
      }
      int length = in.readInt();
      long expected = in.readLong();
      if (format < 1 || length < 0 || length > size - PREAMBLE) {
        throw new IOException("its first bytes make no sense");
      }
      bytes = new byte[length];
      in.readFully(bytes);
      if (checksum(bytes) != expected) {
        throw new IOException("the checksum of its header is wrong");
      }
    } catch (EOFException e) {
      throw new IOException("it is truncated", e);
    }
    JsonNode json = MAPPER.readTree(bytes);
    try {
      return new Header(
          FitIdentity.fromJson(json.path("fit")), json.path("alone").asBoolean(), json);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Reads a whole checkpoint.
   *
   * @param size the length of the file
   * @throws IOException if it is no checkpoint, or damaged; the message says in what way
   * @throws NewerFormatException if a newer version wrote it
   */
  static Checkpoint read(InputStream source, long size) throws IOException {
    DataInputStream in = new DataInputStream(source);
    Header header = header(in, size);
    try {
      Checkpoint checkpoint = new Checkpoint(HistoryJson.epochs(header.json().path("epochs")));
      for (JsonNode array : header.json().path("arrays")) {
        readArray(array, in, size, checkpoint);
      }
      if (in.read() >= 0) {
        throw new IOException("it is longer than it should be");
      }
      return checkpoint;
    } catch (EOFException e) {
      throw new IOException("it is truncated", e);
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void readArray(
      JsonNode description, DataInputStream in, long size, Checkpoint checkpoint)
      throws IOException {
    String name = description.path("name").asText();
    int length = description.path("length").asInt(-1);
    boolean isFloat = description.path("type").asText().equals("float32");
    if (length < 0 || (long) length * (isFloat ? Float.BYTES : Double.BYTES) > size) {
      throw new EOFException();
    }
    CRC32C checksum = new CRC32C();
    if (isFloat) {
      float[] values = new float[length];
      fill(values, length, Float.BYTES, in, checksum);
      checkpoint.put(name, values);
    } else {
      double[] values = new double[length];
      fill(values, length, Double.BYTES, in, checksum);
      checkpoint.put(name, values);
    }
    if (checksum.getValue() != description.path("crc32c").asLong()) {
      throw new IOException(String.format(Locale.ROOT, "the checksum of \"%s\" is wrong", name));
    }
  }

  private static void fill(Object values, int length, int size, DataInputStream in, CRC32C checksum)
      throws IOException {
    byte[] part = new byte[BUFFER];
    ByteBuffer buffer = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < length; from += BUFFER / size) {
      int count = Math.min(BUFFER / size, length - from);
      in.readFully(part, 0, count * size);
      checksum.update(part, 0, count * size);
      if (values instanceof float[] floats) {
        buffer.asFloatBuffer().get(floats, from, count);
      } else {
        buffer.asDoubleBuffer().get((double[]) values, from, count);
      }
    }
  }
}
