package io.github.secateur.notebooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A Zeppelin note, as far as it is needed to run it. */
record Note(Path file, JsonNode json, List<Paragraph> paragraphs) {
  /** Where the notes are, seen from this module. */
  static final Path FOLDER = Path.of("");

  /** A paragraph: the interpreter it names in its first line, and what follows. */
  record Paragraph(String id, String title, String interpreter, String text) {
    @Override
    public String toString() {
      return id + " \"" + title + "\"";
    }
  }

  static List<Note> all() throws IOException {
    List<Note> notes = new ArrayList<>();
    try (Stream<Path> files = Files.list(FOLDER.toAbsolutePath())) {
      for (Path file : files.filter(path -> path.toString().endsWith(".zpln")).sorted().toList()) {
        notes.add(read(file));
      }
    }
    return notes;
  }

  static Note read(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    List<Paragraph> paragraphs = new ArrayList<>();
    for (JsonNode paragraph : json.path("paragraphs")) {
      String[] lines = paragraph.path("text").asText().split("\n", 2);
      paragraphs.add(
          new Paragraph(
              paragraph.path("id").asText(),
              paragraph.path("title").asText(),
              lines[0].strip(),
              lines.length > 1 ? lines[1] : ""));
    }
    return new Note(file, json, paragraphs);
  }

  @Override
  public String toString() {
    return file.getFileName().toString();
  }
}
