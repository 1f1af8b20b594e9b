/**
 * The public API for Spark ML: the estimator, the model, their params and their persistence.
 *
 * <p>Owns Spark's names ({@code maxIter}, {@code stepSize}, …) and maps them to the library's own.
 * Together with the rooms below it, which are no public API, it is the only package that imports
 * {@code org.apache.spark}; it may import every other package.
 */
package io.github.secateur.spark;
