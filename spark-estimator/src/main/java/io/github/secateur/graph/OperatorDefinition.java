package io.github.secateur.graph;

import java.util.List;

/**
 * Everything that is known of a type of operators before anything runs: its name, the facts that
 * plans rest on, its constants, shapes, parameters, gradient rule and cost. One subclass for each
 * type, or for a family that differs in a constant; {@link OperatorType} lists them.
 *
 * <p>Definitions are stateless. What an operator computes is a step of the engine.
 *
 * @param <A> the attributes of its operators
 */
public abstract class OperatorDefinition<A extends Attributes> {

  /** What a type is to the backward plan. */
  enum Kind {
    /** The rows of the batch. */
    INPUT,
    /** A part of each row of the batch, moved to a place of its own. */
    INPUT_PART,
    /** Only moves data. */
    COPY,
    /** Computes, and owns no weights. */
    WEIGHTLESS,
    /** Maps each value by itself with a fixed function. */
    ACTIVATION,
    /** Draws random numbers in training. */
    RANDOM,
    /** Owns weights. */
    WEIGHTED
  }

  /** Where an operator that multiplies by constants can be merged in inference. */
  public enum MergeSide {
    /** Nowhere. */
    NONE,
    /** Into the layer with a kernel that reads its value. */
    LAYER_BEHIND,
    /** Into the layer with a kernel whose value it reads. */
    LAYER_BEFORE
  }

  private final Kind kind;
  private final String label;
  private final Class<A> attributesType;
  private final List<AttributeField> fields;

  OperatorDefinition(Kind kind, String label, Class<A> attributesType, AttributeField... fields) {
    this.kind = kind;
    this.label = label;
    this.attributesType = attributesType;
    this.fields = List.of(fields);
  }

  final Kind kind() {
    return kind;
  }

  final String label() {
    return label;
  }

  // ---- constants
  // -------------------------------------------------------------------------------------------------

  /** Returns the constants that people write, in the order of JSON. */
  public final List<AttributeField> fields() {
    return fields;
  }

  /**
   * Returns the attributes of these values.
   *
   * @param values a value for each of the {@linkplain #fields fields}
   */
  public abstract A attributes(AttributeValues values);

  /**
   * Returns the values of attributes, one for each of the {@linkplain #fields fields}, in order,
   * but for those that are {@linkplain AttributeField#leftOut left out} at their default.
   */
  public final AttributeValues values(Attributes attributes) {
    List<?> values = valuesOf(checked(attributes));
    AttributeValues result = new AttributeValues();
    for (int i = 0; i < fields.size(); i++) {
      AttributeField field = fields.get(i);
      if (!field.leftOut() || !values.get(i).equals(field.orElse(result))) {
        result.with(field.name(), values.get(i));
      }
    }
    return result;
  }

  /** Returns the values of the fields. */
  abstract List<?> valuesOf(A attributes);

  /** Returns the attributes of an operator of this type. */
  final A attributes(Operator operator) {
    return checked(operator.attributes());
  }

  private A checked(Attributes attributes) {
    if (!attributesType.isInstance(attributes)) {
      throw new IllegalArgumentException(
          "a layer of type " + label + " needs the attributes of its type, found " + attributes);
    }
    return attributesType.cast(attributes);
  }

  // ---- shapes and parameters
  // -------------------------------------------------------------------------------------

  /**
   * Returns the shape of a row of the value.
   *
   * @throws ShapeException if the inputs or the attributes do not fit
   */
  final Shape shape(ShapeCheck check, Attributes attributes, List<Shape> inputs) {
    return inferShape(check, checked(attributes), inputs);
  }

  abstract Shape inferShape(ShapeCheck check, A attributes, List<Shape> inputs);

  /**
   * Adds the parameters of an operator, kernel before bias.
   *
   * @param input the shape of its first input, or null if it has none
   */
  final void parameters(Attributes attributes, Shape input, ParameterList list) {
    addParameters(checked(attributes), input, list);
  }

  void addParameters(A attributes, Shape input, ParameterList list) {}

  // ---- gradients and cost
  // ----------------------------------------------------------------------------------------

  /** Returns what the backward computation of an operator reads; nothing unless it says so. */
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.NOTHING;
  }

  /** Returns the cost of an operator in training. */
  abstract OperatorCost cost(Operator operator);

  /** Returns whether it joins several values in one. */
  public boolean joins() {
    return false;
  }

  /** Returns whether it reads no value: its own parameters are its value, in each row. */
  public boolean isSource() {
    return false;
  }

  // ---- memory
  // ----------------------------------------------------------------------------------------------------

  /**
   * Returns whether an operator's value is its input's, in the same memory.
   *
   * @param training whether it is evaluated in training mode
   */
  public boolean passesThrough(boolean training) {
    return false;
  }

  /**
   * Returns whether the gradient with respect to an input is the gradient of the operator's value.
   */
  public boolean passesGradientThrough(Operator operator, int input) {
    return false;
  }

  /**
   * Returns whether the value may be written over the first input.
   *
   * @param backwardRuns whether any of its backward computation runs
   */
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return false;
  }

  /** Returns whether the input gradient may be written over the gradient of the value. */
  public boolean overwritesGradient() {
    return false;
  }

  /**
   * Returns the values for each row that evaluating an operator takes beside its value, where
   * nothing is saved for a backward computation.
   */
  public int scratchPerRow(Operator operator) {
    return 0;
  }

  // ---- what else the engine and the plans can do with it
  // ---------------------------------------------------------

  /** Returns whether an operator can read rows in compressed form. */
  public boolean readsSparseRows(Operator operator) {
    return false;
  }

  /** Returns whether its kernels can apply an activation to the outputs, while in the cache. */
  public boolean appliesActivation() {
    return false;
  }

  /** Returns where it can be merged in inference. */
  public MergeSide mergeSide() {
    return MergeSide.NONE;
  }

  /**
   * Returns whether a layer of this type can take constants of its input into its kernel and bias:
   * f(a · x + b) = g(x).
   *
   * @param constant the operator that multiplies by constants
   */
  public boolean mergesConstantsOfInput(Operator layer, Operator constant) {
    return false;
  }

  /** Returns whether it has a kernel and a bias that constants of its value can be merged into. */
  public boolean mergesConstantsOfOutput() {
    return false;
  }

  /** Returns the attributes of an operator that can be merged into, with a bias. */
  public Attributes withBias(Operator operator) {
    throw new IllegalArgumentException("constants cannot be merged into " + operator.name());
  }
}
