package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/**
 * Scaled dot-product attention of tokens to each other, head by head (Vaswani et al. 2017). Reads
 * queries, keys and values side by side, [tokens × 3·width], and perhaps a mask of the tokens.
 */
final class AttentionDefinition extends OperatorDefinition<Attributes.Attention> {
  private final boolean masked;

  AttentionDefinition(String label, boolean masked) {
    super(
        Kind.WEIGHTLESS,
        label,
        Attributes.Attention.class,
        AttributeField.required(
            "heads", AttributeField.Kind.INTEGER, "parts of the width that attend by themselves"));
    this.masked = masked;
  }

  @Override
  public Attributes.Attention attributes(AttributeValues values) {
    return new Attributes.Attention(values.integer("heads"));
  }

  @Override
  List<?> valuesOf(Attributes.Attention attention) {
    return List.of(attention.heads());
  }

  @Override
  public boolean joins() {
    return masked;
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Attention attention, List<Shape> inputs) {
    int heads = attention.heads();
    Shape tokens = inputs.get(0);
    check.require(heads >= 1, "at least 1 head", heads);
    check.require(
        tokens.rank() == 2 && tokens.last() % (3 * heads) == 0,
        "queries, keys and values [tokens × 3·width], the width a multiple of " + heads + " heads",
        "shape " + tokens);
    if (masked) {
      check.requireMask(inputs, tokens.dimension(0));
    }
    return Shape.of(tokens.dimension(0), tokens.last() / 3);
  }

  /** What each token takes of each other is saved, for each head. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    int tokens = operator.shape().dimension(0);
    return new GradientRule(false, true, false, attributes(operator).heads() * tokens * tokens);
  }

  @Override
  OperatorCost cost(Operator operator) {
    long heads = attributes(operator).heads();
    long tokens = operator.shape().dimension(0);
    long width = operator.shape().last() / heads;
    long weights = tokens * tokens;
    long values = tokens * width;
    Cost product = new Cost(2 * weights * width, (weights + 2 * values) * FLOAT, 0);
    Cost scale = OperatorCost.values(weights, 1, 2);
    Cost forward = scale.plus(OperatorCost.values(weights, 4, 2)).plus(times(product, 2));
    Cost backward = scale.plus(OperatorCost.values(weights, 4, 3)).plus(times(product, 4));
    Cost ofTokens = times(backward, heads);
    return new OperatorCost(
        times(forward, heads),
        Cost.ZERO,
        Cost.ZERO,
        Cost.ZERO,
        masked ? List.of(ofTokens, Cost.ZERO) : List.of(ofTokens));
  }

  private static Cost times(Cost cost, long count) {
    return new Cost(
        count * cost.flopsPerRow(), count * cost.bytesPerRow(), count * cost.bytesPerBatch());
  }
}
