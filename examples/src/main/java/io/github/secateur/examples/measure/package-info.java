/**
 * Programs that measure: against other libraries ({@code Compare}), against the machine ({@code
 * Roofline}), with and without pruning ({@code PlanGains}), and the cost of rounds ({@code
 * MeasureRounds}, {@code SimulateRounds}). What they printed is in docs/measurements.md and
 * docs/rounds.md. They may import the examples; no example imports them.
 */
package io.github.secateur.examples.measure;
