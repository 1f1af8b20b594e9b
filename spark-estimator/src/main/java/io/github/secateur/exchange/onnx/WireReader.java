package io.github.secateur.exchange.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.Checksum;

/**
 * Reads one protobuf message, field by field. It works on the file's bytes where they are: nothing
 * is allocated from a length that the file states before as many bytes are there, and messages in
 * messages end at {@link #MAX_DEPTH}. Groups, which no file of ONNX has, are refused.
 */
final class WireReader {
  /** How deep messages may lie in each other. Real files need fewer than 20. */
  static final int MAX_DEPTH = 60;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final ByteBuffer bytes;
  private final int depth;
  private int field;
  private int wireType;

  private WireReader(ByteBuffer bytes, int depth) {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.depth = depth;
    if (depth > MAX_DEPTH) {
      throw FormatException.damaged("messages lie in each other more than %d deep", MAX_DEPTH);
    }
  }

  /** Reads the message that fills these bytes. */
  WireReader(ByteBuffer bytes) {
    this(bytes, 0);
  }

  /** Goes on to the next field; returns whether there is one. */
  boolean next() {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long key = varint();
    field = (int) (key >>> 3);
    wireType = (int) (key & 7);
    if (key >>> 3 > 0x1FFFFFFF || field == 0) {
      throw FormatException.damaged("a field number must be in [1, 2^29), found %d", key >>> 3);
    }
    return true;
  }

  /** Returns the number of the current field. */
  int field() {
    return field;
  }

  /** Passes over the current field's value. */
  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> take(8);
      case BYTES -> take(varint());
      case FIXED32 -> take(4);
      default ->
          throw FormatException.damaged(
              "field %d has wire type %d, which is not read", field, wireType);
    }
  }

  /** Returns the current field's value as a whole number. */
  long integer() {
    expect(VARINT);
    return varint();
  }

  /** Returns the current field's value as a whole number of 32 bits. */
  int integer32() {
    long value = integer();
    if (value != (int) value) {
      throw FormatException.damaged("field %d must be a number of 32 bits, found %d", field, value);
    }
    return (int) value;
  }

  float float32() {
    expect(FIXED32);
    return take(4).getFloat();
  }

  ByteBuffer bytes() {
    expect(BYTES);
    return take(varint());
  }

  String string() {
    return StandardCharsets.UTF_8.decode(bytes()).toString();
  }

  /** Reads the whole message as a key and a value, and adds them. */
  void addEntryTo(Map<String, String> entries) {
    String key = "";
    String value = "";
    while (next()) {
      switch (field()) {
        case 1 -> key = string();
        case 2 -> value = string();
        default -> skip();
      }
    }
    entries.put(key, value);
  }

  /** Adds the bytes of the whole message, before any is read, to a checksum. */
  void addTo(Checksum checksum) {
    checksum.update(bytes.duplicate());
  }

  /** Returns a reader of the message that the current field holds. */
  WireReader message() {
    return new WireReader(bytes(), depth + 1);
  }

  /** Adds the whole numbers of the current field, of which packed ones have many. */
  void addIntegers(Numbers numbers) {
    if (wireType != BYTES) {
      numbers.add(integer());
      return;
    }
    WireReader packed = new WireReader(bytes(), depth);
    while (packed.bytes.hasRemaining()) {
      numbers.add(packed.varint());
    }
  }

  /** Adds the bits of the floats of the current field, of which packed ones have many. */
  void addFloats(Numbers numbers) {
    if (wireType != BYTES) {
      numbers.add(Float.floatToRawIntBits(float32()));
      return;
    }
    ByteBuffer packed = whole(4);
    while (packed.hasRemaining()) {
      numbers.add(packed.getInt());
    }
  }

  /** Adds the bits of the doubles of the current field, of which packed ones have many. */
  void addDoubles(Numbers numbers) {
    if (wireType != BYTES) {
      expect(FIXED64);
      numbers.add(take(8).getLong());
      return;
    }
    ByteBuffer packed = whole(8);
    while (packed.hasRemaining()) {
      numbers.add(packed.getLong());
    }
  }

  private ByteBuffer whole(int size) {
    ByteBuffer packed = bytes();
    if (packed.remaining() % size != 0) {
      throw FormatException.damaged(
          "field %d holds numbers of %d bytes, found %d bytes", field, size, packed.remaining());
    }
    return packed;
  }

  private void expect(int type) {
    if (wireType != type) {
      throw FormatException.damaged(
          "field %d must have wire type %d, found %d", field, type, wireType);
    }
  }

  private ByteBuffer take(long length) {
    if (length < 0 || length > bytes.remaining()) {
      throw FormatException.damaged(
          "field %d states a length of %d bytes, found %d", field, length, bytes.remaining());
    }
    ByteBuffer taken = bytes.slice(bytes.position(), (int) length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) length);
    return taken;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw FormatException.damaged("the message ends inside a number");
      }
      byte next = bytes.get();
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw FormatException.damaged("a number has more than 10 bytes");
  }
}
