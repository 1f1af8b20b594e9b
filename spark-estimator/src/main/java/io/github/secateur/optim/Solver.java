package io.github.secateur.optim;

import java.util.Arrays;
import java.util.Locale;

/** The ways to minimize the loss, by name. */
public enum Solver {
  /** Adam (Kingma and Ba 2015). */
  ADAM("adam"),
  /** Adam with decoupled weight decay (Loshchilov and Hutter 2019). */
  ADAMW("adamw"),
  /** Stochastic gradient descent with momentum. */
  SGD("sgd"),
  /** Limited-memory BFGS over all rows at once. */
  LBFGS("l-bfgs");

  private final String label;

  Solver(String label) {
    this.label = label;
  }

  /** Returns the name, as in {@code setSolver}. */
  public String label() {
    return label;
  }

  /**
   * Returns the solver with the given name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Solver parse(String name) {
    for (Solver solver : values()) {
      if (solver.label.equals(name)) {
        return solver;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "solver must be one of %s, found \"%s\"",
            Arrays.toString(labels()),
            name));
  }

  /** Returns all names. */
  public static String[] labels() {
    return Arrays.stream(values()).map(Solver::label).toArray(String[]::new);
  }
}
