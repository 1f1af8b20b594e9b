package io.github.secateur.engine;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.kernel.Combination;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.BufferPlan;
import io.github.secateur.plan.ForwardPlan;
import io.github.secateur.plan.TrainableLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A forward plan, and in training a backward plan, bound to places in the workspace: the steps to
 * run, in order.
 */
final class Program {
  private final BufferPlan buffers;
  private final OperatorStep[] forward;
  private final OperatorStep[] backward;
  private final OperatorStep[] byGradient; // those that write theirs in one piece, as they lie
  private final int output;
  private final int outputGradient;

  private Program(ForwardPlan plan, BackwardPlan backwardPlan, BufferPlan buffers, int maxRows) {
    Graph graph = plan.graph();
    TrainableLayout layout = TrainableLayout.of(graph);
    List<OperatorStep> forwardSteps = new ArrayList<>();
    List<OperatorStep> backwardSteps = new ArrayList<>();
    for (ForwardPlan.Entry entry : plan.entries()) {
      Operator operator = entry.operator();
      BackwardPlan.Entry backwardEntry =
          backwardPlan == null ? null : backwardPlan.entry(operator.id());
      OperatorStep step = step(entry, new Binding(entry, buffers, backwardEntry, layout, maxRows));
      if (entry.evaluation() == ForwardPlan.Evaluation.COMPUTED) {
        forwardSteps.add(step);
      }
      if (backwardEntry != null && backwardEntry.runs()) {
        backwardSteps.add(0, step);
      }
    }
    this.buffers = buffers;
    this.forward = forwardSteps.toArray(new OperatorStep[0]);
    this.backward = backwardSteps.toArray(new OperatorStep[0]);
    this.byGradient =
        backwardSteps.stream()
            .filter(step -> step.writtenGradient() >= 0)
            .sorted(Comparator.comparingInt(OperatorStep::writtenGradient))
            .toArray(OperatorStep[]::new);
    this.output = buffers.value(graph.output().id()) * maxRows;
    this.outputGradient =
        backwardPlan == null ? -1 : buffers.gradient(graph.output().id()) * maxRows;
  }

  static Program forTraining(BackwardPlan plan, BufferPlan buffers, int maxRows) {
    return new Program(ForwardPlan.forTraining(plan), plan, buffers, maxRows);
  }

  static Program forInference(Graph graph, BufferPlan buffers, int maxRows) {
    return new Program(ForwardPlan.forInference(graph), null, buffers, maxRows);
  }

  private static OperatorStep step(ForwardPlan.Entry entry, Binding binding) {
    if (entry.passesThrough()) {
      return new PassThroughStep(binding);
    }
    return switch (entry.operator().type()) {
      case INPUT -> throw new IllegalArgumentException("the input is not evaluated");
      case FLATTEN, RESHAPE, IDENTITY -> new PassThroughStep(binding);
      case SCALE, NORMALIZE -> new AffineStep(binding);
      case DENSE -> new DenseStep(binding);
      case CONV2D -> new Conv2dStep(binding);
      case MAX_POOL2D, AVG_POOL2D, GLOBAL_AVG_POOL2D, GLOBAL_MAX_POOL2D -> new PoolStep(binding);
      case PERMUTE -> new CopyStep.Permute(binding);
      case PAD -> new CopyStep.Pad(binding);
      case SLICE -> new CopyStep.Slice(binding);
      case CONCAT -> new CopyStep.Concat(binding);
      case INPUT_PART -> new CopyStep.InputPart(binding);
      case ADD ->
          entry.operator().inputs().size() > 2
              ? new AddStep(binding)
              : new CombineStep(binding, Combination.ADD);
      case SUBTRACT -> new CombineStep(binding, Combination.SUBTRACT);
      case MULTIPLY -> new CombineStep(binding, Combination.MULTIPLY);
      case DIVIDE -> new CombineStep(binding, Combination.DIVIDE);
      case MAXIMUM -> new CombineStep(binding, Combination.MAXIMUM);
      case MINIMUM -> new CombineStep(binding, Combination.MINIMUM);
      case MATMUL -> new MatmulStep(binding);
      case SOFTMAX -> new SoftmaxStep(binding);
      case ATTENTION, MASKED_ATTENTION -> new AttentionStep(binding);
      case MASKED_MEAN -> new MaskedMeanStep(binding);
      case PADDING_MASK -> new PaddingMaskStep(binding);
      case EMBEDDING -> new EmbeddingStep(binding);
      case LSTM, GRU, RNN -> new RecurrentStep(binding);
      case BATCH_NORM -> new BatchNormStep(binding);
      case LAYER_NORM -> new LayerNormStep(binding);
      case DROPOUT -> new DropoutStep(binding);
      case MEAN, SUM, MAX, L2 -> new ReductionStep(binding);
      case GROUP_NORM -> new GroupNormStep(binding);
      case LOCAL_RESPONSE_NORM -> new LocalResponseStep(binding);
      case LEARNED -> new LearnedStep(binding);
      case PRELU -> new PreluStep(binding);
      case CLIP -> new ClipStep(binding);
      case EXP,
          LOG,
          POW,
          ABS,
          RELU,
          RELU6,
          LEAKY_RELU,
          ELU,
          SELU,
          GELU,
          GELU_TANH,
          SILU,
          HARD_SWISH,
          MISH,
          TANH,
          SIGMOID,
          HARD_SIGMOID,
          SOFTPLUS ->
          new ActivationStep(binding);
    };
  }

  int floatsPerRow() {
    return buffers.floatsPerRow();
  }

  /**
   * Index of the first value of the input for a workspace of {@code maxRows} rows, or -1 for
   * compressed rows.
   */
  int input(int maxRows) {
    return buffers.value(0) == BufferPlan.NONE ? -1 : buffers.value(0) * maxRows;
  }

  int output() {
    return output;
  }

  int outputGradient() {
    return outputGradient;
  }

  /**
   * Returns what the first step multiplies the input by, in place, so that the step can be left out
   * if the input arrives multiplied; otherwise 1.
   */
  float inputFactor() {
    boolean reads = forward.length > 0 && forward[0].x == 0 && buffers.value(0) == 0;
    return reads && forward[0] instanceof AffineStep step ? step.factorInPlace() : 1;
  }

  /** Clears the gradient vector, except what the steps write over anyway. */
  void clearGradient(Frame frame) {
    float[] gradient = frame.gradient;
    int from = 0;
    for (OperatorStep step : byGradient) {
      Arrays.fill(gradient, from, step.writtenGradient(), 0f);
      from = step.writtenGradient() + step.writtenGradientLength();
    }
    Arrays.fill(gradient, from, gradient.length, 0f);
  }

  void runForward(Frame frame) {
    for (int i = frame.scaledInput ? 1 : 0; i < forward.length; i++) {
      OperatorStep step = forward[i];
      long flops = frame.counters.flops();
      long start = frame.profile == null ? 0 : System.nanoTime();
      step.forward(frame);
      record(frame, step, Profile.Direction.FORWARD, flops, start);
    }
  }

  void runBackward(Frame frame) {
    for (OperatorStep step : backward) {
      long flops = frame.counters.flops();
      long start = frame.profile == null ? 0 : System.nanoTime();
      step.runBackward(frame);
      record(frame, step, Profile.Direction.BACKWARD, flops, start);
    }
  }

  private static void record(
      Frame frame, OperatorStep step, Profile.Direction direction, long flops, long start) {
    if (frame.profile != null) {
      frame.profile.add(
          step.type(), direction, frame.counters.flops() - flops, System.nanoTime() - start);
    }
  }
}
