package io.github.secateur.train;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a training stands after an epoch: all that another run of it needs to go on as if it had
 * never stopped. What changes from step to step is here under a name, as an array of floats or of
 * doubles; what follows from the data, the network and the options is not. Row order and dropout
 * need nothing: they follow from the seed and the number of the epoch.
 */
public final class Checkpoint {
  private final List<EpochRecord> epochs;
  private final Map<String, float[]> floats = new TreeMap<>();
  private final Map<String, double[]> doubles = new TreeMap<>();

  /** Starts with the epochs so far, in order, and no arrays. */
  public Checkpoint(List<EpochRecord> epochs) {
    this.epochs = List.copyOf(epochs);
  }

  /** Returns the epochs that are done, in order. */
  public List<EpochRecord> epochs() {
    return epochs;
  }

  /** Adds an array; it must not be changed afterwards. */
  public Checkpoint put(String name, float[] values) {
    floats.put(name, values);
    return this;
  }

  /** Adds an array, or a number; it must not be changed afterwards. */
  public Checkpoint put(String name, double... values) {
    doubles.put(name, values);
    return this;
  }

  /** Returns all arrays of floats, by name. */
  public Map<String, float[]> floats() {
    return Collections.unmodifiableMap(floats);
  }

  /** Returns all arrays of doubles, by name. */
  public Map<String, double[]> doubles() {
    return Collections.unmodifiableMap(doubles);
  }

  /** Returns whether there is an array of that name. */
  boolean has(String name) {
    return floats.containsKey(name) || doubles.containsKey(name);
  }

  /** Returns an array of a known length. */
  float[] floats(String name, int length) {
    float[] found = floats.get(name);
    requireLength(name, length, found == null ? -1 : found.length);
    return found;
  }

  /** Returns an array of a known length. */
  double[] doubles(String name, int length) {
    double[] found = doubles.get(name);
    requireLength(name, length, found == null ? -1 : found.length);
    return found;
  }

  /** Returns an array of any length. */
  double[] doubles(String name) {
    double[] found = doubles.get(name);
    return doubles(name, found == null ? 0 : found.length);
  }

  /** Returns a number. */
  double number(String name) {
    return doubles(name, 1)[0];
  }

  private static void requireLength(String name, int expected, int found) {
    if (found != expected) {
      throw new IllegalArgumentException(
          found < 0
              ? String.format(
                  Locale.ROOT, "the checkpoint has no \"%s\"; it belongs to another training", name)
              : String.format(
                  Locale.ROOT,
                  "expected %d values of \"%s\" in the checkpoint, found %d; it belongs to another"
                      + " training",
                  expected,
                  name,
                  found));
    }
  }
}
