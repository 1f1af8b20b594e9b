package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import io.github.secateur.kernel.WindowGeometry;

/** Turns the attributes of convolution and pooling operators into the sizes that kernels read. */
final class Windows {
  private Windows() {}

  static WindowGeometry of(Operator operator) {
    if (operator.attributes() instanceof Attributes.Conv2d conv) {
      return geometry(
          operator,
          conv.kernelHeight(),
          conv.kernelWidth(),
          conv.stride(),
          conv.padding(),
          conv.groups());
    }
    Attributes.Pool2d pool = (Attributes.Pool2d) operator.attributes();
    return geometry(operator, pool.height(), pool.width(), pool.stride(), pool.padding(), 1);
  }

  private static WindowGeometry geometry(
      Operator operator, int height, int width, int stride, Padding padding, int groups) {
    Shape in = operator.inputShape();
    Shape out = operator.shape();
    return new WindowGeometry(
        in.dimension(0),
        in.dimension(1),
        in.dimension(2),
        height,
        width,
        stride,
        padding.before(in.dimension(0), height, stride),
        padding.before(in.dimension(1), width, stride),
        out.dimension(0),
        out.dimension(1),
        out.dimension(2),
        groups);
  }
}
