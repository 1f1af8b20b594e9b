/**
 * The immutable operator graph: what a network computes, one {@link
 * io.github.secateur.graph.Operator} per layer, with inferred shapes and a flat layout of its
 * parameters.
 *
 * <p>Owns operator types, attributes, shape inference and parameter layout. Imports the JDK only.
 */
package io.github.secateur.graph;
