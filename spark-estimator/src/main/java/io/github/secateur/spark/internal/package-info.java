/**
 * What happens on a cluster during a fit: caching the training set under Spark's storage, and
 * rounds of one Spark job each.
 *
 * <p>Not public API. Imports {@code org.apache.spark} and every other package but {@code spark}.
 */
package io.github.secateur.spark.internal;
