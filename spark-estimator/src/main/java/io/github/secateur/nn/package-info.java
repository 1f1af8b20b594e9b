/**
 * What a person writes: {@link io.github.secateur.nn.Network}, a fluent and immutable graph of
 * layers, its JSON form, and training and predicting without Spark.
 *
 * <p>Owns layer names and defaults, the lowering of layers to operators and the initial weights.
 * Imports train, data, optim, engine, kernel, plan and graph, and Jackson's streaming parser and
 * generator.
 */
package io.github.secateur.nn;
