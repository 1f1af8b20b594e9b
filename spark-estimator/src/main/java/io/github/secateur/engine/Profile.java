package io.github.secateur.engine;

import io.github.secateur.graph.OperatorType;

/**
 * Where the time of one engine goes: calls, operations and nanoseconds of each type of operator,
 * forward and backward apart. Belongs to the engine's thread. Recording allocates nothing.
 */
public final class Profile {

  /** The two directions. */
  public enum Direction {
    FORWARD,
    BACKWARD
  }

  private static final int TYPES = OperatorType.values().length;

  private final long[] calls = new long[2 * TYPES];
  private final long[] flops = new long[2 * TYPES];
  private final long[] nanos = new long[2 * TYPES];

  /** Makes a profile without entries. */
  public Profile() {}

  void add(OperatorType type, Direction direction, long moreFlops, long moreNanos) {
    int place = place(type, direction);
    calls[place]++;
    flops[place] += moreFlops;
    nanos[place] += moreNanos;
  }

  private static int place(OperatorType type, Direction direction) {
    return 2 * type.ordinal() + direction.ordinal();
  }

  /** Adds what another engine recorded. */
  public void add(Profile other) {
    for (int i = 0; i < calls.length; i++) {
      calls[i] += other.calls[i];
      flops[i] += other.flops[i];
      nanos[i] += other.nanos[i];
    }
  }

  /** Returns how often operators of a type ran. */
  public long calls(OperatorType type, Direction direction) {
    return calls[place(type, direction)];
  }

  /** Returns the floating-point operations; see {@link Counters#flops}. */
  public long flops(OperatorType type, Direction direction) {
    return flops[place(type, direction)];
  }

  /** Returns the time in seconds. */
  public double seconds(OperatorType type, Direction direction) {
    return nanos[place(type, direction)] / 1e9;
  }
}
