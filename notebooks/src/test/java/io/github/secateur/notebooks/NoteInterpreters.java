package io.github.secateur.notebooks;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.zeppelin.display.AngularObjectRegistry;
import org.apache.zeppelin.display.GUI;
import org.apache.zeppelin.interpreter.Interpreter;
import org.apache.zeppelin.interpreter.InterpreterContext;
import org.apache.zeppelin.interpreter.InterpreterException;
import org.apache.zeppelin.interpreter.InterpreterGroup;
import org.apache.zeppelin.interpreter.InterpreterOutput;
import org.apache.zeppelin.interpreter.InterpreterResult;
import org.apache.zeppelin.interpreter.InterpreterResultMessage;
import org.apache.zeppelin.markdown.Markdown;
import org.apache.zeppelin.resource.LocalResourcePool;
import org.apache.zeppelin.spark.SparkInterpreter;

/** Zeppelin's interpreters of Spark and of Markdown in this JVM, in one session. */
final class NoteInterpreters implements AutoCloseable {
  private final Map<String, Interpreter> interpreters = new HashMap<>();
  private final ClassLoader before;

  /**
   * Starts them.
   *
   * @param settings the properties of the Spark interpreter
   */
  NoteInterpreters(Map<String, String> settings) throws InterpreterException {
    // the Spark interpreter takes the thread's class loader for that of its Scala shell
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(new URLClassLoader(new URL[0], before));
    Properties properties = new Properties();
    properties.putAll(settings);
    interpreters.put("%spark", new SparkInterpreter(properties));
    Properties markdown = new Properties();
    markdown.setProperty("markdown.parser.type", "flexmark"); // Zeppelin's default
    interpreters.put("%md", new Markdown(markdown));
    InterpreterGroup group = new InterpreterGroup("notes");
    for (Interpreter interpreter : interpreters.values()) {
      interpreter.setInterpreterGroup(group);
      interpreter.open();
    }
  }

  /** Runs all paragraphs, one after the other, as a person does who presses "run all". */
  List<Output> run(Note note) throws InterpreterException, IOException {
    List<Output> outputs = new ArrayList<>();
    for (Note.Paragraph paragraph : note.paragraphs()) {
      outputs.add(run(note, paragraph));
    }
    return outputs;
  }

  private Output run(Note note, Note.Paragraph paragraph) throws InterpreterException, IOException {
    InterpreterOutput out = new InterpreterOutput();
    InterpreterContext context =
        InterpreterContext.builder()
            .setNoteId(note.json().path("id").asText())
            .setNoteName(note.toString())
            .setParagraphId(paragraph.id())
            .setParagraphTitle(paragraph.title())
            .setParagraphText(paragraph.text())
            .setReplName(paragraph.interpreter())
            .setLocalProperties(new HashMap<>())
            .setGUI(new GUI())
            .setNoteGUI(new GUI())
            .setAngularObjectRegistry(new AngularObjectRegistry("notes", null))
            .setResourcePool(new LocalResourcePool("notes"))
            .setInterpreterOut(out)
            .build();
    InterpreterContext.set(context);
    InterpreterResult result;
    try {
      result = interpreters.get(paragraph.interpreter()).interpret(paragraph.text(), context);
    } finally {
      InterpreterContext.remove();
    }
    // what is written comes before what is returned, as in Zeppelin
    List<InterpreterResultMessage> messages = new ArrayList<>(out.toInterpreterResultMessage());
    messages.addAll(result.message());
    return new Output(
        paragraph,
        result.code().name(),
        messages.stream()
            .map(message -> new Output.Part(message.getType().name(), message.getData()))
            .filter(part -> !part.data().isBlank())
            .toList());
  }

  @Override
  public void close() throws InterpreterException {
    for (Interpreter interpreter : interpreters.values()) {
      interpreter.close();
    }
    Thread.currentThread().setContextClassLoader(before);
  }
}
