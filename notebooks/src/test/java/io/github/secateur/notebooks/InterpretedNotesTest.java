package io.github.secateur.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.apache.zeppelin.interpreter.InterpreterException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the notes paragraph by paragraph in Zeppelin's interpreters, all in one session. What they
 * show is left in target/notes.
 */
@Timeout(1800)
class InterpretedNotesTest {
  private static NoteInterpreters zeppelin;

  static List<Note> notes() throws IOException {
    return Note.all();
  }

  @BeforeAll
  static void start() throws InterpreterException, IOException {
    ImportedSettings settings = ImportedSettings.read();
    settings.useClassPathOfTest();
    zeppelin = new NoteInterpreters(settings.properties());
  }

  @AfterAll
  static void stop() throws InterpreterException {
    zeppelin.close();
  }

  @ParameterizedTest
  @MethodSource("notes")
  void everyParagraphShowsWhatItShouldTwiceInARow(Note note) throws Exception {
    List<Output> first = zeppelin.run(note);
    ExpectedOutputs.check(note, first, "SUCCESS");

    List<Output> second = zeppelin.run(note);
    NotePage.write(note, second);
    ExpectedOutputs.check(note, second, "SUCCESS");
    assertEquals(lines(first, "loss|accuracy"), lines(second, "loss|accuracy"));
  }

  /** Returns the lines of printed text that have a word; training is deterministic, so are they. */
  private static List<String> lines(List<Output> outputs, String words) {
    return outputs.stream()
        .flatMap(output -> output.data("TEXT").lines())
        .filter(line -> line.matches("^(" + words + "|test accuracy) .*"))
        .toList();
  }
}
