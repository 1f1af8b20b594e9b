package io.github.secateur.notebooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes what a run of a note shows as a page, so that people can look at it. */
final class NotePage {
  private static final Path FOLDER = Path.of("target", "notes");

  private NotePage() {}

  /** Writes the page to target/notes, with an element for each paragraph, whose id is its id. */
  static void write(Note note, List<Output> outputs) throws IOException {
    StringBuilder html =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                """
                <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>%s</title><style>
                * { box-sizing: border-box; }
                body { font: 14px/1.43 "Helvetica Neue", Helvetica, Arial, sans-serif; background: #f3f3f3; margin: 8px; }
                section { background: #fff; border: 1px solid #e4e4e4; padding: 10px 14px; margin-bottom: 8px; }
                table { border-spacing: 0; } td { padding: 2px 12px 2px 0; } section > b { display: block; }
                </style></head><body>
                """,
                note));
    for (Output output : outputs) {
      html.append(String.format(Locale.ROOT, "<section id=\"%s\">", output.paragraph().id()));
      html.append(String.format(Locale.ROOT, "<b>%s</b>\n", escape(output.paragraph().title())));
      output.parts().forEach(part -> html.append(shown(part)).append('\n'));
      html.append("</section>\n");
    }
    Files.createDirectories(FOLDER);
    Files.writeString(FOLDER.resolve(note + ".html"), html.append("</body></html>\n"));
  }

  private static String shown(Output.Part part) {
    return switch (part.type()) {
      case "HTML" -> part.data();
      case "TABLE" ->
          "<table><tr><td>"
              + escape(part.data().strip())
                  .replace("\n", "</td></tr>\n<tr><td>")
                  .replace("\t", "</td><td>")
              + "</td></tr></table>";
      default -> "<pre>" + escape(part.data().replaceAll("\u001b\\[[0-9;]*m", "")) + "</pre>";
    };
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
