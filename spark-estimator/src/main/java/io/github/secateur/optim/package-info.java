/**
 * How weights move: optimizers, learning-rate schedules and their options. An optimizer keeps its
 * state beside the weights, in arrays of the same length, and works in plain loops.
 *
 * <p>Imports the JDK only, but for {@link io.github.secateur.optim.Lbfgs}, which calls Breeze.
 */
package io.github.secateur.optim;
