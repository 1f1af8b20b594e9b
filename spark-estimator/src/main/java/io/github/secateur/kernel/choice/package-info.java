/**
 * Chooses between the kernels: the only package that imports {@code kernel.scalar} and {@code
 * kernel.vector} from outside. It is apart from {@code kernel} because both implement the interface
 * in there: the choice beside the interface would be a cycle, or classes loaded by a name that no
 * compiler checks.
 */
package io.github.secateur.kernel.choice;
