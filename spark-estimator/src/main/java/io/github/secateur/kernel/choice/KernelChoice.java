package io.github.secateur.kernel.choice;

import io.github.secateur.kernel.Kernels;

/** Which implementation of {@link Kernels} runs. */
public enum KernelChoice {
  /** Plain Java. */
  SCALAR,
  /** The Vector API; needs the module {@code jdk.incubator.vector}. */
  VECTOR
}
