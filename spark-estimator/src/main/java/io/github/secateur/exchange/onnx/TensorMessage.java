package io.github.secateur.exchange.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * A tensor as it stands in a file, its numbers not yet read. Types are those of {@code
 * TensorProto.DataType}.
 */
record TensorMessage(
    String name,
    int type,
    int[] dimensions,
    ByteBuffer raw,
    Numbers typed,
    Map<String, String> location) {
  private static final int FLOAT = 1;
  private static final int UINT8 = 2;
  private static final int INT8 = 3;
  private static final int UINT16 = 4;
  private static final int INT16 = 5;
  private static final int INT32 = 6;
  private static final int INT64 = 7;
  private static final int BOOL = 9;
  private static final int FLOAT16 = 10;
  private static final int DOUBLE = 11;
  private static final int UINT32 = 12;
  private static final int UINT64 = 13;
  private static final int BFLOAT16 = 16;

  static TensorMessage read(WireReader reader) {
    String name = "";
    int type = 0;
    Numbers dimensions = new Numbers();
    ByteBuffer raw = null;
    Numbers typed = new Numbers();
    Map<String, String> location = new HashMap<>();
    boolean external = false;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> reader.addIntegers(dimensions);
        case 2 -> type = reader.integer32();
        case 3 -> throw FormatException.damaged("a tensor stands in segments");
        case 4 -> reader.addFloats(typed);
        case 5, 7, 11 -> reader.addIntegers(typed);
        case 6 -> reader.skip(); // strings, which no network computes with
        case 8 -> name = reader.string();
        case 9 -> raw = reader.bytes();
        case 10 -> reader.addDoubles(typed);
        case 13 -> reader.message().addEntryTo(location);
        case 14 -> external = reader.integer() == 1;
        default -> reader.skip();
      }
    }
    int[] shape = shape(name, dimensions.toArray());
    return new TensorMessage(name, type, shape, raw, typed, external ? location : null);
  }

  private static int[] shape(String name, long[] dimensions) {
    if (dimensions.length > 32) {
      throw FormatException.damaged(
          "tensor \"%s\" may have at most 32 axes, found %d", name, dimensions.length);
    }
    int[] shape = new int[dimensions.length];
    for (int axis = 0; axis < shape.length; axis++) {
      if (dimensions[axis] < 0 || dimensions[axis] > Integer.MAX_VALUE) {
        throw FormatException.damaged(
            "tensor \"%s\" has a length of %d along axis %d", name, dimensions[axis], axis);
      }
      shape[axis] = (int) dimensions[axis];
    }
    Tensor.size(shape);
    return shape;
  }

  /** Returns its numbers. */
  Tensor decode(ExternalData external) {
    int size = Tensor.size(dimensions);
    ByteBuffer bytes = location == null ? raw : external.bytes(name, location);
    int width = width();
    long found = bytes == null ? typed.size() : bytes.remaining() / width;
    if (found != size || (bytes != null && bytes.remaining() % width != 0)) {
      throw FormatException.damaged(
          "tensor \"%s\" has %d values by its shape, found %d%s",
          name, size, found, bytes == null ? "" : " (" + bytes.remaining() + " bytes)");
    }
    Source source = bytes == null ? typed(typed.toArray()) : raw(bytes.duplicate());
    if (isFloat()) {
      float[] values = new float[size];
      for (int i = 0; i < size; i++) {
        values[i] = (float) source.floatAt(i);
      }
      return Tensor.of(dimensions, values);
    }
    long[] values = new long[size];
    for (int i = 0; i < size; i++) {
      values[i] = source.longAt(i);
    }
    return Tensor.of(dimensions, values);
  }

  private boolean isFloat() {
    return type == FLOAT || type == FLOAT16 || type == BFLOAT16 || type == DOUBLE;
  }

  private int width() {
    return switch (type) {
      case UINT8, INT8, BOOL -> 1;
      case UINT16, INT16, FLOAT16, BFLOAT16 -> 2;
      case FLOAT, INT32, UINT32 -> 4;
      case INT64, UINT64, DOUBLE -> 8;
      default ->
          throw new FormatException(
              "tensor \"%s\" has type %d, which is not read; float32, float64, float16, bfloat16,"
                  + " whole numbers of 8 to 64 bits and booleans are",
              name, type);
    };
  }

  /** Gives the bits of a number as they stand in the file. */
  private interface Source {
    long bits(int index);

    default double floatAt(int index) {
      return bits(index);
    }

    default long longAt(int index) {
      return bits(index);
    }
  }

  private Source typed(long[] values) {
    return source(index -> values[index]);
  }

  private Source raw(ByteBuffer bytes) {
    ByteBuffer ordered = bytes.order(ByteOrder.LITTLE_ENDIAN);
    int start = ordered.position();
    return switch (width()) {
      case 1 -> source(index -> ordered.get(start + index));
      case 2 -> source(index -> ordered.getShort(start + 2 * index));
      case 4 -> source(index -> ordered.getInt(start + 4 * index));
      default -> source(index -> ordered.getLong(start + 8 * index));
    };
  }

  private Source source(Source bits) {
    return new Source() {
      @Override
      public long bits(int index) {
        return bits.bits(index);
      }

      @Override
      public double floatAt(int index) {
        long value = bits(index);
        return switch (type) {
          case FLOAT -> Float.intBitsToFloat((int) value);
          case DOUBLE -> Double.longBitsToDouble(value);
          case BFLOAT16 -> Float.intBitsToFloat((int) value << 16);
          case FLOAT16 -> half((int) value);
          default -> throw new IllegalStateException("type " + type);
        };
      }

      @Override
      public long longAt(int index) {
        long value = bits(index);
        return switch (type) {
          case UINT8 -> value & 0xFF;
          case UINT16 -> value & 0xFFFF;
          case UINT32 -> value & 0xFFFFFFFFL;
          case INT8 -> (byte) value;
          case INT16 -> (short) value;
          case INT32 -> (int) value;
          case INT64, UINT64 -> value;
          case BOOL -> value == 0 ? 0 : 1;
          default -> throw new IllegalStateException("type " + type);
        };
      }
    };
  }

  /** Returns the value of a float of 16 bits (IEEE 754). */
  private static float half(int bits) {
    int exponent = bits >>> 10 & 0x1F;
    int fraction = bits & 0x3FF;
    float size;
    if (exponent == 0) {
      size = fraction * 0x1p-24f;
    } else if (exponent == 31) {
      size = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else {
      size = Float.intBitsToFloat(exponent + 112 << 23 | fraction << 13);
    }
    return (bits & 0x8000) == 0 ? size : -size;
  }
}
