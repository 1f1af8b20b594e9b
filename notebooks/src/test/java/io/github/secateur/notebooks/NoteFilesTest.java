package io.github.secateur.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files are notes as Zeppelin 0.10 to 0.12 import them. */
class NoteFilesTest {
  static List<Note> notes() throws IOException {
    return Note.all();
  }

  @ParameterizedTest
  @MethodSource("notes")
  void isANoteThatZeppelinCanImport(Note note) {
    assertFalse(note.json().path("name").asText().isBlank());
    assertEquals("spark", note.json().path("defaultInterpreterGroup").asText());
    assertTrue(note.paragraphs().size() > 3);
    Set<String> ids = new HashSet<>();
    for (Note.Paragraph paragraph : note.paragraphs()) {
      assertTrue(ids.add(paragraph.id()), "two paragraphs have the id " + paragraph.id());
      assertTrue(
          Set.of("%md", "%spark").contains(paragraph.interpreter()),
          paragraph.id() + " begins with " + paragraph.interpreter());
      assertFalse(paragraph.text().isBlank(), paragraph.id() + " is empty");
    }
  }

  @ParameterizedTest
  @MethodSource("notes")
  void keepsNoResults(Note note) {
    for (var paragraph : note.json().path("paragraphs")) {
      assertTrue(paragraph.path("results").isMissingNode());
      assertEquals("READY", paragraph.path("status").asText());
    }
  }
}
