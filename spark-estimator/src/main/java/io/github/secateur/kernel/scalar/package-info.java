/**
 * The kernels in plain Java: the reference for the bits of all others, and what runs where the
 * Vector API is missing. Imports the JDK and {@code kernel}; {@code kernel.vector} builds on it.
 */
package io.github.secateur.kernel.scalar;
