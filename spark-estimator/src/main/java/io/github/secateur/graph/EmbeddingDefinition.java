package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.ArrayList;
import java.util.List;

/** For each whole number of a row, the row of a table that it is the index of. */
final class EmbeddingDefinition extends OperatorDefinition<Attributes.Embedding> {
  /** The whole numbers up to here are exact in float32. */
  private static final int LARGEST = 1 << 24;

  EmbeddingDefinition() {
    super(
        Kind.WEIGHTED,
        "embedding",
        Attributes.Embedding.class,
        AttributeField.required(
            "vocabulary", AttributeField.Kind.INTEGER, "how many whole numbers there are, from 0"),
        AttributeField.required("width", AttributeField.Kind.INTEGER, "width of their vectors"),
        AttributeField.optional(
            "paddingIndex",
            AttributeField.Kind.INTEGER,
            Attributes.Embedding.NO_PADDING,
            "the number whose vector is 0 and stays so; -1 for none"));
  }

  @Override
  public Attributes.Embedding attributes(AttributeValues values) {
    return new Attributes.Embedding(
        values.integer("vocabulary"), values.integer("width"), values.integer("paddingIndex"));
  }

  @Override
  List<?> valuesOf(Attributes.Embedding embedding) {
    return List.of(embedding.vocabulary(), embedding.width(), embedding.paddingIndex());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Embedding embedding, List<Shape> inputs) {
    int vocabulary = embedding.vocabulary();
    check.require(
        vocabulary >= 1 && vocabulary <= LARGEST, "a vocabulary in [1, 2^24]", vocabulary);
    check.require(embedding.width() >= 1, "a width of at least 1", embedding.width());
    check.require(
        embedding.paddingIndex() >= Attributes.Embedding.NO_PADDING
            && embedding.paddingIndex() < vocabulary,
        "a padding index in [0, " + vocabulary + "), or -1 for none",
        embedding.paddingIndex());
    List<Integer> dimensions = new ArrayList<>(inputs.get(0).dimensions());
    dimensions.add(embedding.width());
    return new Shape(dimensions);
  }

  @Override
  void addParameters(Attributes.Embedding embedding, Shape input, ParameterList list) {
    int width = embedding.width();
    list.kernel(Shape.of(embedding.vocabulary(), width), width, width);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.INPUT_FOR_WEIGHTS;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long numbers = operator.inputShape().size();
    long n = operator.shape().size();
    return new OperatorCost(
        new Cost(0, (numbers + 2 * n) * FLOAT, 0),
        Cost.ZERO,
        Cost.ZERO,
        new Cost(n, (numbers + 3 * n) * FLOAT, 0),
        List.of(Cost.ZERO));
  }
}
