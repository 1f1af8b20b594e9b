package io.github.secateur.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imports the settings and the notes into a Zeppelin server, and runs them there. */
@Timeout(1800)
class ServedNotesTest {
  private static Path home;
  private static ZeppelinServer server;

  static List<Note> notes() throws IOException {
    return Note.all();
  }

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    home = Files.createTempDirectory(Path.of("target"), "zeppelin"); // its logs stay
    server = new ZeppelinServer(home, Duration.ofMinutes(3));
    ImportedSettings settings = ImportedSettings.read();
    settings.useClassPathOfTest();
    server.putInterpreter("spark", settings);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @MethodSource("notes")
  void everyParagraphShowsWhatItShould(Note note) throws Exception {
    String id = server.importNote(note);
    List<Output> outputs = server.run(id, note, Duration.ofMinutes(10));

    ExpectedOutputs.check(note, outputs, "SUCCESS");
    assertEquals(Collections.nCopies(note.paragraphs().size(), "FINISHED"), server.states(id));
  }
}
