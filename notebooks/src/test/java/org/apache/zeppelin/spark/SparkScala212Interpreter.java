package org.apache.zeppelin.spark;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.zeppelin.interpreter.InterpreterContext;
import org.apache.zeppelin.interpreter.InterpreterGroup;
import org.apache.zeppelin.interpreter.InterpreterOutput;
import org.apache.zeppelin.interpreter.InterpreterResult;
import org.apache.zeppelin.interpreter.ZeppelinContext;
import org.apache.zeppelin.interpreter.thrift.InterpreterCompletion;
import org.apache.zeppelin.interpreter.util.InterpreterOutputStream;
import org.slf4j.LoggerFactory;
import scala.Console;
import scala.jdk.javaapi.CollectionConverters;
import scala.tools.nsc.Settings;
import scala.tools.nsc.interpreter.IMain;
import scala.tools.nsc.interpreter.Results;
import scala.tools.nsc.interpreter.shell.ReplReporterImpl;

/**
 * The Scala shell of Zeppelin's Spark interpreter, which looks it up by this name: in a Zeppelin
 * distribution it comes in a jar that is not published apart from it. This one runs on the Scala
 * compiler of the class path, and does what the one for Scala 2.13 does: statements are wrapped in
 * classes, the names and imports that a note finds are the same, and what the shell says of a
 * definition follows what a paragraph prints.
 */
public final class SparkScala212Interpreter extends AbstractSparkScalaInterpreter {
  private final SparkConf conf;
  private final Properties properties;
  private final InterpreterGroup group;
  private final URLClassLoader classLoader;
  private final File outputDir;
  private final InterpreterOutputStream output =
      new InterpreterOutputStream(LoggerFactory.getLogger(getClass()));
  private SparkSession session;
  private NoteContext noteContext;
  private IMain shell;

  /** Called by {@link SparkInterpreter}, by reflection. */
  public SparkScala212Interpreter(
      SparkConf conf,
      List<String> files,
      Properties properties,
      InterpreterGroup group,
      URLClassLoader classLoader,
      File outputDir) {
    this.conf = conf;
    this.properties = properties;
    this.group = group;
    this.classLoader = classLoader;
    this.outputDir = outputDir;
  }

  @Override
  public void open() {
    // from here executors load the classes that paragraphs define
    conf.set("spark.repl.class.outputDir", outputDir.getAbsolutePath());
    session = SparkSession.builder().config(conf).getOrCreate();
    Settings settings = new Settings();
    settings.processArgumentString(
        "-usejavacp -Yrepl-class-based -Yrepl-outdir " + outputDir.getAbsolutePath());
    settings.embeddedDefaults(classLoader);
    PrintWriter writer = new PrintWriter(output, true, StandardCharsets.UTF_8);
    shell = new IMain(settings, new ReplReporterImpl(settings, writer));
    shell.initializeCompiler();
    noteContext = new NoteContext(session, group, properties);
    bind("spark", session);
    bind("sc", session.sparkContext());
    bind("sqlContext", session.sqlContext());
    bind("z", noteContext);
    for (String imported :
        List.of(
            "org.apache.spark.SparkContext._",
            "spark.implicits._",
            "sqlContext.implicits._",
            "spark.sql",
            "org.apache.spark.sql.functions._")) {
      check(shell.interpret("import " + imported), imported);
    }
  }

  private void bind(String name, Object value) {
    var modifiers = CollectionConverters.asScala(List.of("@transient")).toList();
    check(shell.bind(name, value.getClass().getCanonicalName(), value, modifiers), name);
  }

  private static void check(Results.Result result, String what) {
    if (!result.toString().equals("Success")) {
      throw new IllegalStateException(what + ": " + result);
    }
  }

  @Override
  public InterpreterResult interpret(String statements, InterpreterContext context) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(shell.classLoader());
    noteContext.setInterpreterContext(context);
    noteContext.setGui(context.getGui());
    noteContext.setNoteGui(context.getNoteGui());
    output.setInterpreterOutput(context.out);
    output.ignoreLeadingNewLinesFromScalaReporter();
    try (PrintStream console = new PrintStream(output, true, StandardCharsets.UTF_8)) {
      Results.Result result = Console.withOut(console, () -> shell.interpret(statements));
      if (result.toString().equals("Incomplete")) { // its last line is a comment
        result = Console.withOut(console, () -> shell.interpret(statements + "\nprint(\"\")"));
      }
      console.flush();
      context.out.flush();
      return new InterpreterResult(
          result.toString().equals("Success")
              ? InterpreterResult.Code.SUCCESS
              : InterpreterResult.Code.ERROR);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      output.setInterpreterOutput((InterpreterOutput) null);
      thread.setContextClassLoader(before);
    }
  }

  @Override
  public void close() {
    session.stop();
    shell.close();
  }

  @Override
  public SparkContext getSparkContext() {
    return session.sparkContext();
  }

  @Override
  public SQLContext getSqlContext() {
    return session.sqlContext();
  }

  @Override
  public Object getSparkSession() {
    return session;
  }

  @Override
  public String getSparkUrl() {
    return "";
  }

  @Override
  public ZeppelinContext getZeppelinContext() {
    return noteContext;
  }

  @Override
  public int getProgress(String jobGroup, InterpreterContext context) {
    return 0;
  }

  @Override
  public List<InterpreterCompletion> completion(
      String text, int cursor, InterpreterContext context) {
    return List.of();
  }

  @Override
  public ClassLoader getScalaShellClassLoader() {
    return shell.classLoader();
  }
}
