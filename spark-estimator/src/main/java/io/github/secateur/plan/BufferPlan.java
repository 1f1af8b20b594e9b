package io.github.secateur.plan;

import io.github.secateur.graph.GradientRule;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Where each value, saved array and gradient stands in the workspace: buffers whose lifetimes do
 * not overlap share memory, and what nobody reads again is overwritten in place.
 *
 * <p>Time runs over the forward operators, the loss, and the backward operators. A buffer of s
 * values for each row takes s · (rows of the largest batch) floats from offset · (rows of the
 * largest batch) on.
 */
public final class BufferPlan {
  /** The offset of a buffer that does not exist. */
  public static final int NONE = -1;

  private static final int PACKING_TRIES = 24;

  /** One or more values that share memory, with the times from the first write to the last read. */
  private static final class Buffer {
    private final int size;
    private int from;
    private int to;
    private long offset = NONE;

    Buffer(int size, int from, int to) {
      this.size = size;
      this.from = from;
      this.to = to;
    }

    long end() {
      return offset + size;
    }

    boolean overlaps(Buffer other) {
      return from <= other.to && other.from <= to;
    }
  }

  private final Graph graph;
  private final ForwardPlan forward;
  private final BackwardPlan backward;
  private final GradientFlow flow;
  private final boolean sparseInput;
  private final int lossTime;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Buffer[] values;
  private final Buffer[] saved;
  private final Buffer[] gradients;
  private final Buffer[][] contributions;
  private final int floatsPerRow;

  private BufferPlan(ForwardPlan forward, BackwardPlan backward, boolean sparseInput) {
    this.graph = forward.graph();
    this.forward = forward;
    this.backward = backward;
    this.flow = backward == null ? null : backward.flow();
    this.sparseInput = sparseInput;
    int count = graph.operators().size();
    lossTime = count;
    values = new Buffer[count];
    saved = new Buffer[count];
    gradients = new Buffer[count];
    contributions = new Buffer[count][];
    assignValues();
    if (backward != null) {
      assignGradients();
    }
    floatsPerRow = pack(buffers);
  }

  /**
   * Plans the workspace of training: forward, loss and backward.
   *
   * @param sparseInput whether rows arrive in compressed form, so that the input needs no buffer
   */
  public static BufferPlan forTraining(BackwardPlan backward, boolean sparseInput) {
    return new BufferPlan(ForwardPlan.forTraining(backward), backward, sparseInput);
  }

  /** Plans the workspace of inference: forward only. */
  public static BufferPlan forInference(Graph graph, boolean sparseInput) {
    return new BufferPlan(ForwardPlan.forInference(graph), null, sparseInput);
  }

  /** Returns whether the graph can read sparse rows: every reader of the input can. */
  public static boolean canReadSparseInput(Graph graph) {
    return graph.consumers().get(0).stream()
        .map(graph::operator)
        .allMatch(consumer -> consumer.definition().readsSparseRows(consumer));
  }

  /** Returns the floats that the workspace needs for each row of the largest batch. */
  public int floatsPerRow() {
    return floatsPerRow;
  }

  /** Returns the offset of an operator's value, or {@link #NONE}. */
  public int value(int operatorId) {
    return offset(values[operatorId]);
  }

  /**
   * Returns the offset of what an operator saves for its backward computation, or {@link #NONE}.
   */
  public int saved(int operatorId) {
    return offset(saved[operatorId]);
  }

  /**
   * Returns the offset of the gradient of an operator's value, or {@link #NONE} if it is not
   * computed.
   */
  public int gradient(int operatorId) {
    return offset(gradients[operatorId]);
  }

  /** Returns how an operator contributes to the gradient of one of its inputs. */
  public Contribution contribution(int operatorId, int input) {
    // There is no gradient with respect to compressed rows, pruned or not.
    return sparseInput && graph.operator(operatorId).inputs().get(input) == 0
        ? Contribution.NONE
        : flow.of(operatorId).get(input);
  }

  /**
   * Returns the offset to which an operator writes the gradient with respect to one of its inputs,
   * or {@link #NONE}.
   */
  public int contributionTarget(int operatorId, int input) {
    return switch (contribution(operatorId, input)) {
      case NONE -> NONE;
      case WRITE_AND_ADD -> offset(contributions[operatorId][input]);
      case WRITE, ALIAS, COPY, ADD -> gradient(graph.operator(operatorId).inputs().get(input));
    };
  }

  private static int offset(Buffer buffer) {
    return buffer == null ? NONE : (int) buffer.offset;
  }

  private int backwardTime(int operatorId) {
    return 2 * lossTime - operatorId;
  }

  // ---- values
  // ----------------------------------------------------------------------------------------------------

  private void assignValues() {
    int[] lastRead = new int[values.length];
    for (Operator operator : graph.operators()) {
      int id = operator.id();
      lastRead[id] = Math.max(lastRead[id], id);
      for (int input : operator.inputs()) {
        lastRead[input] = Math.max(lastRead[input], id);
      }
      if (backward != null && id > 0) {
        readBackward(operator, lastRead);
      }
    }
    int output = graph.output().id();
    lastRead[output] = Math.max(lastRead[output], lossTime);
    for (Operator operator : graph.operators()) {
      int id = operator.id();
      if (id == 0) {
        values[0] = sparseInput ? null : buffer(operator.shape().size(), 0, lastRead[0]);
        continue;
      }
      values[id] = shareInput(operator, lastRead);
      if (values[id] == null) {
        values[id] = buffer(operator.shape().size(), id, lastRead[id]);
      } else {
        values[id].to = Math.max(values[id].to, lastRead[id]);
      }
      int savedPerRow = operator.definition().gradientRule(operator).savedPerRow();
      if (backward != null && backward.entry(id).runs() && savedPerRow > 0) {
        saved[id] = buffer(savedPerRow, id, backwardTime(id));
      } else if (operator.definition().scratchPerRow(operator) > 0) {
        saved[id] = buffer(operator.definition().scratchPerRow(operator), id, id);
      }
    }
  }

  private void readBackward(Operator operator, int[] lastRead) {
    BackwardPlan.Entry entry = backward.entry(operator.id());
    GradientRule rule = operator.definition().gradientRule(operator);
    int time = backwardTime(operator.id());
    boolean readsInput =
        (entry.weightGradient() && rule.weightGradientReadsInput())
            || (entry.hasInputGradient() && rule.inputGradientReadsInput());
    if (readsInput) {
      operator.inputs().forEach(input -> lastRead[input] = Math.max(lastRead[input], time));
    }
    if (entry.hasInputGradient() && rule.inputGradientReadsOutput()) {
      lastRead[operator.id()] = Math.max(lastRead[operator.id()], time);
    }
  }

  /** Returns the buffer of an input if the operator's value may stand in it, otherwise null. */
  private Buffer shareInput(Operator operator, int[] lastRead) {
    if (operator.inputs().isEmpty()) {
      return null;
    }
    int input = operator.inputs().get(0);
    Buffer candidate = values[input];
    if (candidate == null) {
      return null;
    }
    if (forward.entry(operator.id()).evaluation() != ForwardPlan.Evaluation.COMPUTED) {
      return candidate;
    }
    // Overwriting is allowed once nobody reads any value in this buffer after this operator.
    boolean backwardRuns = backward != null && backward.entry(operator.id()).runs();
    return operator.definition().overwritesInput(operator, backwardRuns)
            && candidate.to <= operator.id()
            && occursOnce(operator, candidate)
        ? candidate
        : null;
  }

  private boolean occursOnce(Operator operator, Buffer candidate) {
    return operator.inputs().stream().filter(input -> values[input] == candidate).count() == 1;
  }

  // ---- gradients
  // -------------------------------------------------------------------------------------------------

  private void assignGradients() {
    for (Operator operator : reversed(graph.operators())) {
      int id = operator.id();
      if (id == graph.output().id()) {
        // The loss writes the gradient of the logits over the logits unless the last operator reads
        // its own value.
        gradients[id] =
            values[id].to <= lossTime
                ? values[id]
                : buffer(operator.shape().size(), lossTime, lossTime);
        gradients[id].to = Math.max(gradients[id].to, backwardTime(id));
      }
      if (id == 0) {
        continue;
      }
      contributions[id] = new Buffer[operator.inputs().size()];
      for (int i = 0; i < operator.inputs().size(); i++) {
        contribute(operator, i);
      }
    }
  }

  private void contribute(Operator operator, int i) {
    int id = operator.id();
    int input = operator.inputs().get(i);
    int size = operator.inputShapes().get(i).size();
    int time = backwardTime(id);
    // Nobody reads the gradient of the graph's input; it only has to outlive the last contribution
    // to it.
    int lastRead = backwardTime(input == 0 ? graph.consumers().get(0).get(0) : input);
    switch (contribution(id, i)) {
      case NONE, ADD -> {}
      case ALIAS -> {
        gradients[input] = gradients[id];
        gradients[input].to = Math.max(gradients[input].to, lastRead);
      }
      case COPY -> gradients[input] = buffer(size, time, lastRead);
      case WRITE -> {
        boolean overwrite = operator.definition().overwritesGradient() && gradients[id].to <= time;
        gradients[input] = overwrite ? gradients[id] : buffer(size, time, lastRead);
        gradients[input].to = Math.max(gradients[input].to, lastRead);
      }
      case WRITE_AND_ADD -> contributions[id][i] = buffer(size, time, time);
    }
  }

  private static List<Operator> reversed(List<Operator> operators) {
    List<Operator> reversed = new ArrayList<>(operators);
    Collections.reverse(reversed);
    return reversed;
  }

  // ---- packing
  // ---------------------------------------------------------------------------------------------------

  private Buffer buffer(int size, int from, int to) {
    Buffer buffer = new Buffer(size, from, to);
    buffers.add(buffer);
    return buffer;
  }

  /** A buffer for each row, from an offset on, in use from one time to another, both included. */
  record Placed(int size, int offset, int from, int to) {}

  /** Returns all buffers. */
  List<Placed> placed() {
    return buffers.stream().map(b -> new Placed(b.size, (int) b.offset, b.from, b.to)).toList();
  }

  /**
   * Gives each buffer, largest first, the lowest offset that no buffer of an overlapping lifetime
   * uses. The first buffer, the input's, stands at 0 in every plan. Where that takes more than is
   * in use at one time, other orders are tried: by the time of the first write, of the last read,
   * and with the buffer that ended last placed before the others. The smallest plan is kept.
   */
  private static int pack(List<Buffer> buffers) {
    long bound = mostInUse(buffers);
    long best = Long.MAX_VALUE;
    long[] offsets = new long[buffers.size()];
    Comparator<Buffer> bySize = Comparator.comparingInt(b -> -b.size);
    Comparator<Buffer> byStart = Comparator.comparingInt(b -> b.from);
    Comparator<Buffer> byEnd = Comparator.comparingInt(b -> -b.to);
    for (Comparator<Buffer> first : List.of(bySize, byStart, byEnd)) {
      List<Buffer> order = new ArrayList<>(buffers);
      order.sort(
          Comparator.comparingInt((Buffer b) -> b.from == 0 ? 0 : 1)
              .thenComparing(first)
              .thenComparing(byStart)
              .thenComparing(bySize));
      for (int tries = 0; tries < PACKING_TRIES && best > bound; tries++) {
        Buffer last = place(order);
        if (last.end() < best) {
          best = last.end();
          Arrays.setAll(offsets, i -> buffers.get(i).offset);
        }
        if (best > bound && last.from > 0) {
          order.remove(last);
          order.add(order.get(0).from == 0 ? 1 : 0, last);
        }
      }
    }
    if (best > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "one row needs more than 2^31 values of workspace; use a smaller network");
    }
    for (int i = 0; i < offsets.length; i++) {
      buffers.get(i).offset = offsets[i];
    }
    return (int) best;
  }

  /** Gives each buffer in turn the lowest offset that is free; returns the one that ends last. */
  private static Buffer place(List<Buffer> order) {
    List<Buffer> placed = new ArrayList<>(); // sorted by offset
    Buffer last = order.get(0);
    for (Buffer buffer : order) {
      buffer.offset = 0;
      for (Buffer other : placed) {
        if (buffer.overlaps(other) && buffer.end() > other.offset) {
          buffer.offset = Math.max(buffer.offset, other.end());
        }
      }
      int index = placed.size();
      while (index > 0 && placed.get(index - 1).offset > buffer.offset) {
        index--;
      }
      placed.add(index, buffer);
      last = buffer.end() > last.end() ? buffer : last;
    }
    return last;
  }

  /** Returns the largest sum of sizes that are in use at one time: no packing takes less. */
  private static long mostInUse(List<Buffer> buffers) {
    long most = 0;
    for (Buffer start : buffers) {
      long sum = 0;
      for (Buffer other : buffers) {
        sum += other.from <= start.from && start.from <= other.to ? other.size : 0;
      }
      most = Math.max(most, sum);
    }
    return most;
  }
}
