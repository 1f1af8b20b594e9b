/**
 * JMH benchmarks of the kernels: our own, scalar and vector, beside the BLAS libraries that Spark
 * brings. One thread each.
 */
package io.github.secateur.benchmarks;
