package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.Window;
import io.github.secateur.kernel.WindowGeometry;

/** Turns the attributes of convolution and pooling operators into the sizes that kernels read. */
final class Windows {
  private Windows() {}

  static WindowGeometry of(Operator operator) {
    if (operator.attributes() instanceof Attributes.Conv2d conv) {
      return geometry(operator, conv.window(), conv.groups(), false);
    }
    if (operator.type() == OperatorType.GLOBAL_MAX_POOL2D) {
      Shape image = operator.inputShape();
      int height = image.dimension(0);
      int width = image.dimension(1);
      Window whole = new Window(height, width, height, width, 1, 1, Padding.VALID, false);
      return geometry(operator, whole, 1, false);
    }
    Attributes.Pool2d pool = (Attributes.Pool2d) operator.attributes();
    return geometry(operator, pool.window(), 1, pool.countIncludePad());
  }

  private static WindowGeometry geometry(
      Operator operator, Window window, int groups, boolean countsPadding) {
    Shape in = operator.inputShape();
    int height = in.dimension(0);
    int width = in.dimension(1);
    return new WindowGeometry(
        height,
        width,
        in.dimension(2),
        window.height(),
        window.width(),
        window.strideHeight(),
        window.strideWidth(),
        window.dilationHeight(),
        window.dilationWidth(),
        window.padTop(height),
        window.padLeft(width),
        window.padBottom(height),
        window.padRight(width),
        window.positionsHeight(height),
        window.positionsWidth(width),
        operator.shape().last(),
        groups,
        countsPadding);
  }
}
