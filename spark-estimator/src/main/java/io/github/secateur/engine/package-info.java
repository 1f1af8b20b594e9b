/**
 * Runs plans: one {@link io.github.secateur.engine.Engine} for each thread holds a compiled
 * network, a preallocated workspace and kernels, and counts the work that it does.
 *
 * <p>Owns the forward and backward computation of each operator type. Imports {@code plan}, {@code
 * graph} and {@code kernel}.
 */
package io.github.secateur.engine;
