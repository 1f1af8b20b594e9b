/**
 * What people see of a fit: descriptions of jobs, and the page of a training with its charts.
 *
 * <p>Not public API. Imports none of the rooms beside it.
 */
package io.github.secateur.spark.report;
