/**
 * Plans as people read them: a table of text, or a page with the graph drawn. What is printed is
 * decided in {@code plan}, which knows nothing of it.
 *
 * <p>Imports {@code plan} and {@code graph}.
 */
package io.github.secateur.plan.print;
