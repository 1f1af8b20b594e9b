/**
 * The immutable operator graph: what a network computes, one {@link
 * io.github.secateur.graph.Operator} per layer, with inferred shapes and a flat layout of its
 * parameters.
 *
 * <p>Owns the operator types, each with its definition: facts for the plans, constants, shapes,
 * parameters, gradient rule and cost. Imports the JDK only.
 */
package io.github.secateur.graph;
