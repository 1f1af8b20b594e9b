package io.github.secateur.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/** Training states and what belongs to them as bytes, by the JDK's serialization. */
public final class StateBytes {
  private StateBytes() {}

  /** Writes an object with all that it refers to. */
  public static byte[] write(Serializable value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
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
}
