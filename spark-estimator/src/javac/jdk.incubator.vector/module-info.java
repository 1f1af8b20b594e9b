/**
 * Read by javac in place of the JDK's own declaration of this module (see --patch-module in pom.xml): the same exports,
 * without the mark "incubating". That mark is the only warning that JDK 17's javac cannot be told to leave out, and
 * -Werror would stop at it. Nothing is compiled from this file.
 */
module jdk.incubator.vector {
  exports jdk.incubator.vector;
}
