package io.github.secateur.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import scala.Console;
import scala.collection.immutable.List$;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/**
 * A Scala interpreter in this JVM, in which names keep their values from one text to the next, as
 * in a note.
 */
final class ScalaShell implements AutoCloseable {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream output = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final IMain main;

  ScalaShell() {
    Settings settings = new Settings();
    settings.processArgumentString("-usejavacp -deprecation");
    main = new IMain(settings, new ReplReporterImpl(settings, new PrintWriter(output, true)));
    main.initializeCompiler();
  }

  /** Makes a value of this JVM known under a name. */
  void bind(String name, String type, Object value) {
    check(main.bind(name, type, value, List$.MODULE$.empty()), name);
  }

  /**
   * Runs Scala statements, and returns what they and the interpreter print. Throws if they fail.
   */
  String run(String statements) {
    bytes.reset();
    Results.Result result = Console.withOut(output, () -> main.interpret(statements));
    check(result, statements);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void check(Results.Result result, String statements) {
    if (!result.toString().equals("Success")) {
      throw new AssertionError(
          result + "\n" + statements + "\n" + bytes.toString(StandardCharsets.UTF_8));
    }
  }

  @Override
  public void close() {
    main.close();
  }
}
