package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.kernel.Product;
import java.util.Arrays;

/**
 * For each head: P = softmax(Q·Kᵀ / √d), Y = P·V; dV = Pᵀ·dY, dS the gradient of the softmax of
 * dY·Vᵀ, over √d, dQ = dS·K, dK = dSᵀ·Q. Q, K and V are columns of one matrix [tokens × 3·width].
 * Tokens whose mask is 0 are not attended to; if all are, the result is 0.
 */
final class AttentionStep extends OperatorStep {
  private final int heads;
  private final int tokens;
  private final int width;
  private final int headWidth;
  private final float scale;
  private final int mask;
  private final int saved;
  private final float[] scratch;
  private final int[] hidden;
  private int hiddenCount;

  private final Product product = new Product();

  AttentionStep(Binding binding) {
    super(binding);
    heads = ((Attributes.Attention) operator.attributes()).heads();
    tokens = operator.shape().dimension(0);
    width = operator.shape().last();
    headWidth = width / heads;
    scale = (float) (1 / Math.sqrt(headWidth));
    mask = operator.inputs().size() > 1 ? binding.input(1) : -1;
    saved = binding.saved();
    scratch = new float[tokens * tokens];
    hidden = new int[tokens];
  }

  @Override
  void forward(Frame f) {
    for (int row = 0; row < f.rows; row++) {
      findHidden(f, row);
      for (int head = 0; head < heads; head++) {
        forward(f, row, head);
      }
    }
  }

  private void findHidden(Frame f, int row) {
    hiddenCount = 0;
    for (int token = 0; mask >= 0 && token < tokens; token++) {
      if (f.workspace[mask + row * tokens + token] == 0) {
        hidden[hiddenCount++] = token;
      }
    }
  }

  private void forward(Frame f, int row, int head) {
    float[] w = f.workspace;
    int t = tokens;
    int d = headWidth;
    int wide = 3 * width;
    int query = x + row * t * wide + head * d;
    int key = query + width;
    int value = key + width;
    float[] p = saved < 0 ? scratch : w;
    int place = saved < 0 ? 0 : saved + (row * heads + head) * t * t;
    f.kernels.product(
        product
            .sizes(t, t, d)
            .transpose(false, true)
            .a(w, query, wide)
            .b(w, key, wide)
            .accumulate(false)
            .c(p, place, t));
    f.kernels.scale(t * t, scale, p, place, p, place);
    boolean none = hiddenCount == t;
    hide(p, place, none ? 0 : Float.NEGATIVE_INFINITY);
    f.kernels.softmax(t, t, p, place, p, place);
    if (none) {
      hide(p, place, 0);
    }
    int target = y + row * t * width + head * d;
    f.kernels.product(
        product
            .sizes(t, d, t)
            .transpose(false, false)
            .a(p, place, t)
            .b(w, value, wide)
            .accumulate(false)
            .c(w, target, width));
  }

  private void hide(float[] p, int place, float value) {
    for (int i = 0; i < hiddenCount; i++) {
      for (int token = 0; token < tokens; token++) {
        p[place + token * tokens + hidden[i]] = value;
      }
    }
  }

  @Override
  void backward(Frame f) {
    for (int row = 0; hasInputGradient() && row < f.rows; row++) {
      for (int head = 0; head < heads; head++) {
        backward(f, row, head);
      }
    }
    if (mask >= 0 && target(1) >= 0) {
      Arrays.fill(f.workspace, target(1), target(1) + f.rows * tokens, 0f);
    }
  }

  private void backward(Frame f, int row, int head) {
    float[] w = f.workspace;
    float[] ds = scratch;
    int t = tokens;
    int d = headWidth;
    int wide = 3 * width;
    int from = row * t * wide + head * d;
    int query = x + from;
    int key = query + width;
    int value = key + width;
    int dQuery = dx + from;
    int dKey = dQuery + width;
    int dValue = dKey + width;
    int place = saved + (row * heads + head) * t * t;
    int dResult = dy + row * t * width + head * d;
    f.kernels.product(
        product
            .sizes(t, d, t)
            .transpose(true, false)
            .a(w, place, t)
            .b(w, dResult, width)
            .accumulate(false)
            .c(w, dValue, wide));
    f.kernels.product(
        product
            .sizes(t, t, d)
            .transpose(false, true)
            .a(w, dResult, width)
            .b(w, value, wide)
            .accumulate(false)
            .c(ds, 0, t));
    f.kernels.softmaxGradient(t, t, 1, w, place, ds, 0, ds, 0);
    f.kernels.scale(t * t, scale, ds, 0, ds, 0);
    f.kernels.product(
        product
            .sizes(t, d, t)
            .transpose(false, false)
            .a(ds, 0, t)
            .b(w, key, wide)
            .accumulate(false)
            .c(w, dQuery, wide));
    f.kernels.product(
        product
            .sizes(t, d, t)
            .transpose(true, false)
            .a(ds, 0, t)
            .b(w, query, wide)
            .accumulate(false)
            .c(w, dKey, wide));
  }
}
