package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.Map;
import java.util.Objects;

/**
 * A layer that becomes one operator.
 *
 * @param operator the type of its operator
 * @param attributes its constants
 */
public record OperatorLayer(OperatorType operator, Attributes attributes) implements Layer {

  public OperatorLayer {
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(attributes, "attributes");
  }

  /** Returns a layer of a type that has no constants. */
  static OperatorLayer of(OperatorType operator) {
    return new OperatorLayer(operator, new Attributes.None());
  }

  @Override
  public String type() {
    return operator.label();
  }

  @Override
  public Map<String, Object> constants() {
    return operator.definition().values(attributes).toMap();
  }
}
