/**
 * The rows of a fit: reading and checking columns, caching them as blocks under Spark's storage,
 * folding them, and where each partition's rows are.
 *
 * <p>Not public API. Of the rooms beside it, imports {@code report} only.
 */
package io.github.secateur.spark.rows;
