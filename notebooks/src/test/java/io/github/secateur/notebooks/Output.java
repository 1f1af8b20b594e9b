package io.github.secateur.notebooks;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a paragraph gave.
 *
 * @param status Zeppelin's word for how it ended
 * @param parts what Zeppelin shows below it, top to bottom
 */
record Output(Note.Paragraph paragraph, String status, List<Part> parts) {

  /**
   * One display.
   *
   * @param type TEXT, HTML or TABLE
   */
  record Part(String type, String data) {}

  /** Returns the types of the displays, such as "HTML TEXT". */
  String types() {
    return parts.stream().map(Part::type).collect(Collectors.joining(" "));
  }

  /** Returns all displays of a type, one below the other. */
  String data(String type) {
    return parts.stream()
        .filter(part -> part.type().equals(type))
        .map(Part::data)
        .collect(Collectors.joining("\n"));
  }

  @Override
  public String toString() {
    return paragraph + ": " + status + "\n" + parts;
  }
}
