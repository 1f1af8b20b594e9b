package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs the Scala paragraphs of a note one after the other, as a person who presses "run all". */
class NotebookRunTest {
  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkSession.builder().master("local[2]").getOrCreate();
  }

  @AfterAll
  static void stopSpark() throws IOException {
    spark.close();
  }

  @Test
  void tenMinutesToAClassifierEndsWithAModelThatReadsDigits() throws IOException {
    Note note = Note.read(Note.FOLDER.resolve("ten-minutes-to-a-classifier.zpln"));

    String printed = run(note);

    Matcher accuracy = Pattern.compile("test accuracy (\\S+)").matcher(printed);
    assertTrue(accuracy.find(), printed);
    assertTrue(Double.parseDouble(accuracy.group(1)) > 0.96, printed);
    assertTrue(printed.contains("a saved and loaded model says 0, the label is 0"), printed);
  }

  private static String run(Note note) {
    StringBuilder printed = new StringBuilder();
    try (ScalaShell shell = new ScalaShell()) {
      shell.bind("spark", SparkSession.class.getName(), spark);
      for (Note.Paragraph paragraph : note.paragraphs()) {
        if (paragraph.interpreter().equals("%spark")) {
          printed.append(shell.run(paragraph.text()));
        }
      }
    }
    return printed.toString();
  }
}
