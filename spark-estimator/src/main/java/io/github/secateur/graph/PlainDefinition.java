package io.github.secateur.graph;

import java.util.List;

/** The definition of an operator without constants. */
abstract class PlainDefinition extends OperatorDefinition<Attributes.None> {

  PlainDefinition(Kind kind, String label) {
    super(kind, label, Attributes.None.class);
  }

  @Override
  public final Attributes.None attributes(AttributeValues values) {
    return new Attributes.None();
  }

  @Override
  final List<?> valuesOf(Attributes.None attributes) {
    return List.of();
  }
}
