/**
 * What to compute and where to keep it: the forward plan, the pruned backward plan with its
 * reasons, and the assignment of buffers by lifetime. Each is compiled once from an immutable
 * graph, before anything runs.
 *
 * <p>Imports {@code graph} only.
 */
package io.github.secateur.plan;
