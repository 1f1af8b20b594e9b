/**
 * Programs to read and to copy: each trains or scores on data of one kind, and prints what it does.
 * Beside them stands what they share: reading image files, networks with names, the pages that are
 * printed. They import the library's public classes, Spark, and nothing of {@code measure}.
 */
package io.github.secateur.examples;
