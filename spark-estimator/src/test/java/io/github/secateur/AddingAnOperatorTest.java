package io.github.secateur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Where an operator is written: hardSigmoid stands for those to come. */
class AddingAnOperatorTest {
  private static final Pattern OPERATOR = Pattern.compile("(?i)hard_?sigmoid");
  private static final int MOST_PLACES = 8;

  @Test
  void anOperatorIsWrittenInFewPlacesThatArchitectureNames() throws IOException {
    List<Path> places;
    try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
      places = files.filter(Files::isRegularFile).filter(AddingAnOperatorTest::mentionsIt).toList();
    }
    assertTrue(places.size() <= MOST_PLACES, places.toString());
    String architecture = Files.readString(Path.of("../ARCHITECTURE.md"));
    String section = architecture.split("## Adding an operator")[1].split("\n## ")[0];
    List<Path> unnamed =
        places.stream().filter(place -> !section.contains("`" + nameOf(place) + "`")).toList();
    assertEquals(List.of(), unnamed, "name these in ARCHITECTURE.md, or write it in fewer places");
  }

  private static boolean mentionsIt(Path file) {
    String name = file.toString();
    try {
      return (name.endsWith(".java") || name.endsWith(".py"))
          && OPERATOR.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }
}
