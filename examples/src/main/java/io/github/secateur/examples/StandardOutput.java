package io.github.secateur.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;

/**
 * The standard output in UTF-8: the encoding of System.out follows the locale, and may be ASCII.
 */
public final class StandardOutput {
  private StandardOutput() {}

  /** Returns a stream to it that flushes at the end of each line. */
  public static PrintStream open() {
    return new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
  }
}
