package io.github.secateur.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Training states and what belongs to them as bytes, by the JDK's serialization, except that float
 * arrays are copied as bytes: the JDK writes them value by value, which takes several times as long
 * as all the rest.
 */
public final class StateBytes {
  private StateBytes() {}

  /** Writes an object with all that it refers to. */
  public static byte[] write(Serializable value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 16);
    try (ObjectOutputStream out = new PackingStream(bytes)) {
      out.writeObject(value);
    } catch (IOException e) {
      throw new IllegalStateException("a training state could not be written", e);
    }
    return bytes.toByteArray();
  }

  /** Reads what {@link #write} has written. */
  public static Object read(byte[] bytes) {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
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

  /** Writes packed floats in place of float arrays. */
  private static final class PackingStream extends ObjectOutputStream {
    PackingStream(OutputStream out) throws IOException {
      super(out);
      enableReplaceObject(true);
    }

    @Override
    protected Object replaceObject(Object object) {
      return object instanceof float[] floats ? new PackedFloats(ofFloats(floats)) : object;
    }
  }

  /** A float array that becomes a float array again when it is read. */
  private record PackedFloats(byte[] bytes) implements Serializable {
    private Object readResolve() {
      FloatBuffer view = floats(bytes);
      float[] floats = new float[view.remaining()];
      view.get(floats);
      return floats;
    }
  }
}
