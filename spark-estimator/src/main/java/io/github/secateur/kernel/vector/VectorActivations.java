package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.FloatMath;
import io.github.secateur.kernel.scalar.ScalarActivations;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Activation functions with the Vector API, the operations of {@link FloatMath} in the same order.
 * Those with an exponential go block by block: its argument is written to scratch, {@link
 * VectorMath} replaces it, and a second pass finishes.
 */
final class VectorActivations {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** Values in a block, a multiple of every vector length. */
  private static final int BLOCK = 1024;

  private final float[] e = new float[BLOCK];

  /** As {@link Kernels#activation}. */
  void apply(Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    switch (f) {
      case RELU -> relu(whole, x, xOffset, y, yOffset);
      case RELU6 -> relu6(whole, x, xOffset, y, yOffset);
      case LEAKY_RELU -> leakyRelu(slope, whole, x, xOffset, y, yOffset);
      case HARD_SWISH -> hardSwish(whole, x, xOffset, y, yOffset);
      case EXP -> VectorMath.exp(whole, x, xOffset, y, yOffset);
      case LOG -> VectorMath.log(whole, x, xOffset, y, yOffset);
      case ABS -> abs(whole, x, xOffset, y, yOffset);
      case HARD_SIGMOID -> hardSigmoid(whole, x, xOffset, y, yOffset);
      default -> {
        for (int i = 0; i < whole; i += BLOCK) {
          block(f, slope, Math.min(BLOCK, whole - i), x, xOffset + i, y, yOffset + i);
        }
      }
    }
    ScalarActivations.apply(f, slope, n - whole, x, xOffset + whole, y, yOffset + whole);
  }

  /** As {@link Kernels#activationGradient}. */
  void gradient(
      Activation f,
      float slope,
      int n,
      float[] saved,
      int savedOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int whole = Lanes.whole(n);
    switch (f) {
      case RELU -> reluGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case RELU6 -> relu6Gradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case SELU -> seluGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case HARD_SWISH -> hardSwishGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case EXP -> expGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case LOG -> logGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case ABS -> absGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case LEAKY_RELU ->
          leakyReluGradient(slope, whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case TANH -> tanhGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case HARD_SIGMOID ->
          hardSigmoidGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      case SIGMOID -> sigmoidGradient(whole, saved, savedOffset, dy, dyOffset, dx, dxOffset);
      default -> {
        for (int i = 0; i < whole; i += BLOCK) {
          int length = Math.min(BLOCK, whole - i);
          blockGradient(
              f, slope, length, saved, savedOffset + i, dy, dyOffset + i, dx, dxOffset + i);
        }
      }
    }
    ScalarActivations.gradient(
        f,
        slope,
        n - whole,
        saved,
        savedOffset + whole,
        dy,
        dyOffset + whole,
        dx,
        dxOffset + whole);
  }

  private void block(
      Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    switch (f) {
      case ELU -> {
        writeMinimum(n, 0, x, xOffset);
        VectorMath.expMinusOne(n, e, 0, e, 0);
        elu(slope, n, x, xOffset, y, yOffset);
      }
      case SELU -> {
        writeMinimum(n, 0, x, xOffset);
        VectorMath.expMinusOne(n, e, 0, e, 0);
        selu(n, x, xOffset, y, yOffset);
      }
      case GELU -> {
        writeHalfSquare(n, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        gelu(n, x, xOffset, y, yOffset);
      }
      case SILU -> {
        writeNegative(n, -FloatMath.EXP_HIGH - 20, Float.POSITIVE_INFINITY, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        silu(n, x, xOffset, y, yOffset);
      }
      case GELU_TANH -> {
        writeGeluTanhArgument(n, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        geluTanh(n, x, xOffset, y, yOffset);
      }
      case MISH -> {
        writeMishArgument(n, -FloatMath.EXP_HIGH - 20, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        mish(n, x, xOffset, y, yOffset);
      }
      case POW -> {
        VectorMath.pow(n, slope, x, xOffset, e, 0);
        System.arraycopy(e, 0, y, yOffset, n);
      }
      case TANH -> {
        writeTwice(n, x, xOffset);
        VectorMath.expMinusOne(n, e, 0, e, 0);
        tanh(n, y, yOffset);
      }
      case SIGMOID -> {
        writeNegative(n, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        sigmoid(n, y, yOffset);
      }
      case SOFTPLUS -> {
        writeNegativeMagnitude(n, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        softplus(n, x, xOffset, y, yOffset);
      }
      default -> throw new AssertionError(f);
    }
  }

  private void blockGradient(
      Activation f,
      float slope,
      int n,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    switch (f) {
      case ELU -> {
        writeMinimum(n, 0, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        eluGradient(slope, n, x, xOffset, dy, dyOffset, dx, dxOffset);
      }
      case GELU -> {
        writeHalfSquare(n, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        geluGradient(n, x, xOffset, dy, dyOffset, dx, dxOffset);
      }
      case SILU -> {
        writeNegative(n, -87, 87, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        siluGradient(n, x, xOffset, dy, dyOffset, dx, dxOffset);
      }
      case GELU_TANH -> {
        writeGeluTanhArgument(n, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        geluTanhGradient(n, x, xOffset, dy, dyOffset, dx, dxOffset);
      }
      case MISH -> {
        writeMishArgument(n, -87, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        mishGradient(n, x, xOffset, dy, dyOffset, dx, dxOffset);
      }
      case POW -> {
        if (slope == 0) {
          Arrays.fill(dx, dxOffset, dxOffset + n, 0f);
        } else {
          VectorMath.pow(n, slope - 1, x, xOffset, e, 0);
          powGradient(slope, n, dy, dyOffset, dx, dxOffset);
        }
      }
      case SOFTPLUS -> {
        writeNegative(n, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, x, xOffset);
        VectorMath.exp(n, e, 0, e, 0);
        softplusGradient(n, dy, dyOffset, dx, dxOffset);
      }
      default -> throw new AssertionError(f);
    }
  }

  // ---- arguments of the exponential
  // ------------------------------------------------------------------------------

  private void writeMinimum(int n, float bound, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).min(bound).intoArray(e, i);
    }
  }

  private void writeNegative(int n, float low, float high, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).max(low).min(high).neg().intoArray(e, i);
    }
  }

  private void writeNegativeMagnitude(int n, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).abs().neg().intoArray(e, i);
    }
  }

  private void writeTwice(int n, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i)
              .max(-FloatMath.TANH_BOUND)
              .min(FloatMath.TANH_BOUND);
      bounded.add(bounded).intoArray(e, i);
    }
  }

  private void writeHalfSquare(int n, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector magnitude =
          FloatVector.fromArray(FLOATS, x, xOffset + i).abs().min(FloatMath.PHI_BOUND);
      magnitude.mul(magnitude).mul(-0.5f).intoArray(e, i);
    }
  }

  /** Of {@link FloatMath#geluTanh}: minus twice that of tanh. */
  private void writeGeluTanhArgument(int n, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i)
              .max(-FloatMath.TANH_PHI_BOUND)
              .min(FloatMath.TANH_PHI_BOUND);
      FloatVector cube =
          bounded
              .mul(bounded)
              .fma(
                  FloatVector.broadcast(FLOATS, FloatMath.TANH_CUBE),
                  FloatVector.broadcast(FLOATS, 1f));
      bounded.mul(FloatMath.TANH_SLOPE).mul(cube).neg().intoArray(e, i);
    }
  }

  private void writeMishArgument(int n, float low, float[] x, int xOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .max(low)
          .min(FloatMath.MISH_BOUND)
          .intoArray(e, i);
    }
  }

  // ---- functions; e holds the exponential
  // ------------------------------------------------------------------------

  private static void relu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).max(0f).intoArray(y, yOffset + i);
    }
  }

  private static void relu6(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).max(0f).min(6f).intoArray(y, yOffset + i);
    }
  }

  private static void hardSwish(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector part = value.add(3f).max(0f).min(6f).div(6f);
      value.max(-3f).mul(part).intoArray(y, yOffset + i);
    }
  }

  private static void abs(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i).abs().intoArray(y, yOffset + i);
    }
  }

  private void selu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector.fromArray(FLOATS, e, i)
          .mul(Activation.SELU_LIMIT)
          .blend(value.mul(Activation.SELU_SCALE), value.compare(GT, 0f))
          .intoArray(y, yOffset + i);
    }
  }

  private void geluTanh(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .max(-FloatMath.TANH_PHI_BOUND)
          .div(FloatVector.fromArray(FLOATS, e, i).add(1f))
          .intoArray(y, yOffset + i);
    }
  }

  private void mish(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector exponential = FloatVector.fromArray(FLOATS, e, i);
      FloatVector w = exponential.mul(exponential.add(2f));
      FloatVector.fromArray(FLOATS, x, xOffset + i)
          .max(-FloatMath.EXP_HIGH - 20)
          .mul(w.div(w.add(2f)))
          .intoArray(y, yOffset + i);
    }
  }

  private static void leakyRelu(
      float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      value.mul(slope).blend(value, value.compare(GT, 0f)).intoArray(y, yOffset + i);
    }
  }

  private void elu(float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector.fromArray(FLOATS, e, i)
          .mul(slope)
          .blend(value, value.compare(GT, 0f))
          .intoArray(y, yOffset + i);
    }
  }

  private void silu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i).max(-FloatMath.EXP_HIGH - 20);
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      bounded.mul(one.div(FloatVector.fromArray(FLOATS, e, i).add(one))).intoArray(y, yOffset + i);
    }
  }

  private void tanh(int n, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, e, i);
      value.div(value.add(2f)).intoArray(y, yOffset + i);
    }
  }

  private void sigmoid(int n, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      one.div(FloatVector.fromArray(FLOATS, e, i).add(one)).intoArray(y, yOffset + i);
    }
  }

  private void softplus(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector z = FloatVector.fromArray(FLOATS, e, i);
      FloatVector s = z.div(z.add(2f));
      FloatVector u = s.mul(s);
      FloatVector p =
          FloatVector.broadcast(FLOATS, FloatMath.A3)
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A2))
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A1))
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A0));
      FloatVector twice = s.add(s);
      FloatVector log = twice.fma(u.mul(p), twice);
      FloatVector.fromArray(FLOATS, x, xOffset + i).max(0f).add(log).intoArray(y, yOffset + i);
    }
  }

  private void gelu(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded = FloatVector.fromArray(FLOATS, x, xOffset + i).max(-FloatMath.PHI_BOUND);
      FloatVector magnitude = bounded.abs().min(FloatMath.PHI_BOUND);
      FloatVector square = magnitude.mul(magnitude);
      FloatVector lost = magnitude.fma(magnitude, square.neg());
      FloatVector exponential = FloatVector.fromArray(FLOATS, e, i);
      FloatVector bell = exponential.fma(lost.mul(-0.5f), exponential);
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      FloatVector t = one.div(FloatVector.broadcast(FLOATS, FloatMath.T).fma(magnitude, one));
      FloatVector p =
          FloatVector.broadcast(FLOATS, FloatMath.T9)
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T8))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T7))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T6))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T5))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T4))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T3))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T2))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T1));
      FloatVector tail = p.mul(t).mul(bell);
      bounded.mul(one.sub(tail).blend(tail, bounded.compare(LT, 0f))).intoArray(y, yOffset + i);
    }
  }

  // ---- gradients; e holds the exponential
  // ------------------------------------------------------------------------

  private static void reluGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector.zero(FLOATS)
          .blend(FloatVector.fromArray(FLOATS, dy, dyOffset + i), y.compare(GT, 0f))
          .intoArray(dx, dxOffset + i);
    }
  }

  private static void hardSigmoid(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector shifted = FloatVector.fromArray(FLOATS, x, xOffset + i).add(3);
      shifted.max(0).min(6).div(6).intoArray(y, yOffset + i);
    }
  }

  private static void hardSigmoidGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector slope = FloatVector.fromArray(FLOATS, dy, dyOffset + i).div(6);
      FloatVector below = zero.blend(slope, y.compare(LT, 1f));
      zero.blend(below, y.compare(GT, 0f)).intoArray(dx, dxOffset + i);
    }
  }

  private static void leakyReluGradient(
      float slope,
      int n,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      gradient.mul(slope).blend(gradient, value.compare(GT, 0f)).intoArray(dx, dxOffset + i);
    }
  }

  private static void tanhGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector slope = y.neg().fma(y, FloatVector.broadcast(FLOATS, 1f));
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private static void sigmoidGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector slope = y.mul(FloatVector.broadcast(FLOATS, 1f).sub(y));
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private void eluGradient(
      float slope,
      int n,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector.fromArray(FLOATS, e, i)
          .mul(slope)
          .mul(gradient)
          .blend(gradient, value.compare(GT, 0f))
          .intoArray(dx, dxOffset + i);
    }
  }

  private void siluGradient(
      int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded = FloatVector.fromArray(FLOATS, x, xOffset + i).max(-87f).min(87f);
      FloatVector z = FloatVector.fromArray(FLOATS, e, i);
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      FloatVector s = one.div(z.add(one));
      FloatVector slope = s.mul(z.mul(s)).fma(bounded, s);
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private void softplusGradient(int n, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      FloatVector slope = one.div(FloatVector.fromArray(FLOATS, e, i).add(one));
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private void geluGradient(
      int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      FloatVector magnitude = value.abs().min(FloatMath.PHI_BOUND);
      FloatVector square = magnitude.mul(magnitude);
      FloatVector lost = magnitude.fma(magnitude, square.neg());
      FloatVector exponential = FloatVector.fromArray(FLOATS, e, i);
      FloatVector bell = exponential.fma(lost.mul(-0.5f), exponential);
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      FloatVector t = one.div(FloatVector.broadcast(FLOATS, FloatMath.T).fma(magnitude, one));
      FloatVector p =
          FloatVector.broadcast(FLOATS, FloatMath.T9)
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T8))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T7))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T6))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T5))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T4))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T3))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T2))
              .fma(t, FloatVector.broadcast(FLOATS, FloatMath.T1));
      FloatVector tail = p.mul(t).mul(bell);
      FloatVector distance = magnitude.mul(bell.mul(FloatMath.INVERSE_SQRT_2_PI));
      FloatVector slope =
          one.sub(tail).add(distance).blend(tail.sub(distance), value.compare(LT, 0f));
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private static void relu6Gradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector below = zero.blend(gradient, y.compare(LT, 6f));
      zero.blend(below, y.compare(GT, 0f)).intoArray(dx, dxOffset + i);
    }
  }

  private static void seluGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    FloatVector scale = FloatVector.broadcast(FLOATS, Activation.SELU_SCALE);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector y = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector slope = y.min(0f).add(Activation.SELU_LIMIT).blend(scale, y.compare(GT, 0f));
      slope.mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i)).intoArray(dx, dxOffset + i);
    }
  }

  private static void hardSwishGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector between = x.add(x).add(3f).div(6f).mul(gradient);
      FloatVector below = zero.blend(between, x.compare(GT, -3f));
      below.blend(gradient, x.compare(GT, 3f)).intoArray(dx, dxOffset + i);
    }
  }

  private void geluTanhGradient(
      int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i)
              .max(-FloatMath.TANH_PHI_BOUND)
              .min(FloatMath.TANH_PHI_BOUND);
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      FloatVector exponential = FloatVector.fromArray(FLOATS, e, i);
      FloatVector s = one.div(exponential.add(1f));
      FloatVector slope =
          bounded
              .mul(bounded)
              .fma(FloatVector.broadcast(FLOATS, 3 * FloatMath.TANH_CUBE), one)
              .mul(FloatMath.TANH_SLOPE);
      bounded
          .mul(slope)
          .mul(s)
          .fma(exponential.mul(s), s)
          .mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i))
          .intoArray(dx, dxOffset + i);
    }
  }

  private void mishGradient(
      int n, float[] x, int xOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i).max(-87f).min(FloatMath.MISH_BOUND);
      FloatVector exponential = FloatVector.fromArray(FLOATS, e, i);
      FloatVector w = exponential.mul(exponential.add(2f));
      FloatVector d = FloatVector.broadcast(FLOATS, 1f).div(w.add(2f));
      FloatVector slope = exponential.mul(exponential.add(1f)).mul(d.mul(d)).mul(4f);
      bounded
          .fma(slope, w.mul(d))
          .mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i))
          .intoArray(dx, dxOffset + i);
    }
  }

  private static void expGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, saved, savedOffset + i)
          .mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i))
          .intoArray(dx, dxOffset + i);
    }
  }

  private static void logGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, dy, dyOffset + i)
          .div(FloatVector.fromArray(FLOATS, saved, savedOffset + i))
          .intoArray(dx, dxOffset + i);
    }
  }

  private void powGradient(
      float exponent, int n, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, e, i)
          .mul(exponent)
          .mul(FloatVector.fromArray(FLOATS, dy, dyOffset + i))
          .intoArray(dx, dxOffset + i);
    }
  }

  private static void absGradient(
      int n, float[] saved, int savedOffset, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector x = FloatVector.fromArray(FLOATS, saved, savedOffset + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + i);
      FloatVector below = zero.blend(gradient.neg(), x.compare(LT, 0f));
      below.blend(gradient, x.compare(GT, 0f)).intoArray(dx, dxOffset + i);
    }
  }
}
