package io.github.secateur.plan;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Parameter;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where the numbers that training changes stand in the <em>state</em>, the compact array that is
 * broadcast and reduced: first all trainable weights in layer order, then the running statistics of
 * layers that are not frozen. Frozen weights are not in it.
 *
 * <p>A gradient vector has the same layout: the weight gradients, then for each statistic the sum
 * over batches of rows × batch statistic.
 */
public final class TrainableLayout {

  /**
   * A run of values in an array.
   *
   * @param from index of the first
   * @param to index behind the last
   */
  public record Range(int from, int to) {}

  /**
   * The place of one parameter.
   *
   * @param parameter the parameter
   * @param stateOffset index of its first value in the state
   */
  public record Slot(Parameter parameter, int stateOffset) {}

  private final List<Slot> slots;
  private final int trainableCount;
  private final int stateLength;
  private final int parameterCount;
  private final boolean whole; // whether the state is the flat parameter array

  private TrainableLayout(Graph graph) {
    List<Slot> laidOut = new ArrayList<>();
    int offset = 0;
    for (Parameter parameter : graph.parameters()) {
      if (parameter.isTrainable()) {
        laidOut.add(new Slot(parameter, offset));
        offset += parameter.size();
      }
    }
    trainableCount = offset;
    for (Parameter parameter : graph.parameters()) {
      if (parameter.role() == Parameter.Role.STATISTIC && !parameter.frozen()) {
        laidOut.add(new Slot(parameter, offset));
        offset += parameter.size();
      }
    }
    stateLength = offset;
    slots = List.copyOf(laidOut);
    parameterCount = graph.parameterCount();
    whole =
        stateLength == parameterCount
            && slots.stream().allMatch(slot -> slot.stateOffset() == slot.parameter().offset());
  }

  /** Returns the layout of a graph's state. */
  public static TrainableLayout of(Graph graph) {
    return new TrainableLayout(graph);
  }

  /** Returns the parameters in the state, in its order. */
  public List<Slot> slots() {
    return slots;
  }

  /** Returns the number of trainable weights, which come first in the state. */
  public int trainableCount() {
    return trainableCount;
  }

  /** Returns the number of running statistics, which follow the weights. */
  public int statisticCount() {
    return stateLength - trainableCount;
  }

  /** Returns the length of the state and of a gradient vector. */
  public int stateLength() {
    return stateLength;
  }

  /** Returns the index of a parameter's first value in the state, or -1 if it is frozen. */
  public int stateOffset(Parameter parameter) {
    for (Slot slot : slots) {
      if (slot.parameter().equals(parameter)) {
        return slot.stateOffset();
      }
    }
    return -1;
  }

  /**
   * Returns the runs of the state that hold kernels: what L2 regularization and weight decay apply
   * to.
   */
  public List<Range> decayRanges() {
    return slots.stream()
        .filter(slot -> slot.parameter().role() == Parameter.Role.KERNEL)
        .map(slot -> new Range(slot.stateOffset(), slot.stateOffset() + slot.parameter().size()))
        .toList();
  }

  /** Copies what training changes from the flat parameter array to the state. */
  public void gather(float[] parameters, float[] state) {
    checkLengths(parameters, state.length);
    for (int i = 0; i < slots.size(); i++) { // runs in every round: no iterator
      Slot slot = slots.get(i);
      System.arraycopy(
          parameters,
          slot.parameter().offset(),
          state,
          slot.stateOffset(),
          slot.parameter().size());
    }
  }

  /**
   * Returns the flat parameter array with the values of the state: the state itself if nothing else
   * is in it, or the given array after {@link #scatter}.
   */
  public float[] parameters(float[] state, float[] parameters) {
    if (whole) {
      checkLengths(parameters, state.length);
      return state;
    }
    scatter(state, parameters);
    return parameters;
  }

  /** Copies the state to its places in the flat parameter array; frozen values stay. */
  public void scatter(float[] state, float[] parameters) {
    checkLengths(parameters, state.length);
    for (int i = 0; i < slots.size(); i++) { // runs in every step: no iterator, no buffer
      Slot slot = slots.get(i);
      System.arraycopy(
          state,
          slot.stateOffset(),
          parameters,
          slot.parameter().offset(),
          slot.parameter().size());
    }
  }

  /**
   * Copies the state to its places in the flat parameter array; frozen values stay.
   *
   * @param state from index 0 to its limit; its position does not change
   */
  public void scatter(FloatBuffer state, float[] parameters) {
    checkLengths(parameters, state.limit());
    for (int i = 0; i < slots.size(); i++) { // runs in every round: no iterator
      Slot slot = slots.get(i);
      state.get(slot.stateOffset(), parameters, slot.parameter().offset(), slot.parameter().size());
    }
  }

  private void checkLengths(float[] parameters, int stateCount) {
    if (parameters.length != parameterCount || stateCount != stateLength) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected %d parameters and a state of %d, found %d and %d",
              parameterCount,
              stateLength,
              parameters.length,
              stateCount));
    }
  }
}
