/**
 * The classes of {@code io.github.secateur.spark} under the name of the Python package. PySpark
 * goes from a Java object to its Python class by the name of the Java class, and imports the module
 * of that name; {@code io} is a module of Python's own, {@code secateur} is in the jar. So what is
 * loaded is of these classes, and what is saved names them. For callers in Java there is nothing
 * here. Imports {@code io.github.secateur.spark}, which alone imports it.
 */
package secateur;
