package io.github.secateur.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Training states and what belongs to them as bytes, by the JDK's serialization, except that float
 * arrays are copied as bytes: the JDK writes them value by value, which takes several times as long
 * as all the rest.
 */
public final class StateBytes {
  private StateBytes() {}

  /**
   * Writes an object with all that it refers to: the length of the object without its float arrays
   * (int32), the object, then the arrays, one after the other.
   */
  public static byte[] write(Serializable value) {
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    try (WithoutFloats out = new WithoutFloats(object)) {
      out.writeObject(value);
      out.flush();
      byte[] bytes = new byte[Integer.BYTES + object.size() + Float.BYTES * out.length];
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      buffer.putInt(object.size()).put(object.toByteArray());
      out.arrays.forEach(buffer.asFloatBuffer()::put);
      return bytes;
    } catch (IOException e) {
      throw new IllegalStateException("a training state could not be written", e);
    }
  }

  /** Reads what {@link #write} has written. */
  public static Object read(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = buffer.getInt();
    FloatBuffer floats = buffer.position(Integer.BYTES + length).asFloatBuffer();
    try (ObjectInputStream in =
        new WithFloats(new ByteArrayInputStream(bytes, Integer.BYTES, length), floats)) {
      return in.readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new IllegalStateException("a training state could not be read", e);
    }
  }

  /** Returns floats as bytes, little-endian, in one piece. */
  public static byte[] ofFloats(float[] floats) {
    byte[] bytes = new byte[Float.BYTES * floats.length];
    floats(bytes).put(floats);
    return bytes;
  }

  /** Returns a view of the bytes that {@link #ofFloats} has made. */
  public static FloatBuffer floats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** Stands for a float array that is written behind the object. */
  private record Floats(int from, int length) implements Serializable {}

  /** Writes where float arrays are to be found in place of them. */
  private static final class WithoutFloats extends ObjectOutputStream {
    private final List<float[]> arrays = new ArrayList<>();
    private int length;

    WithoutFloats(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      if (!(object instanceof float[] floats)) {
        return object;
      }
      arrays.add(floats);
      length += floats.length;
      return new Floats(length - floats.length, floats.length);
    }
  }

  /** Puts the float arrays where they were. */
  private static final class WithFloats extends ObjectInputStream {
    private final FloatBuffer values;

    WithFloats(InputStream in, FloatBuffer values) throws IOException {
      super(in);
      this.values = values;
      enableResolveObject(true);
    }

    @Override
    protected Object resolveObject(Object object) {
      if (!(object instanceof Floats place)) {
        return object;
      }
      float[] floats = new float[place.length];
      values.get(place.from, floats);
      return floats;
    }
  }
}
