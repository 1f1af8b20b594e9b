package io.github.secateur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where an operator is written, and what says so when a place is left out. hardSigmoid stands for
 * those to come; {@code triple}, y = 3 · x, is added here, beside it, to a copy of the sources.
 */
class AddingAnOperatorTest {
  private static final Pattern OPERATOR = Pattern.compile("(?i)hard_?sigmoid");
  private static final Path EXCHANGE = Patched.SOURCES.resolve("exchange");
  private static final int MOST_PLACES = 8;
  private static final String SAME_BITS =
      "kernel.ActivationTest#vectorAndScalarKernelsGiveTheSameBits";

  @TempDir private static Path folder;
  private static Patched library; // with the toy in all its places

  @TempDir private Path work;

  @BeforeAll
  static void addTheToy() throws IOException {
    library = Patched.of(toy(), folder);
  }

  @Test
  void anOperatorIsWrittenInFewPlacesThatArchitectureNames() throws IOException {
    List<Path> places;
    try (Stream<Path> files = Files.walk(Path.of("src/main"))) {
      places = files.filter(Files::isRegularFile).filter(AddingAnOperatorTest::mentionsIt).toList();
    }
    assertTrue(places.size() <= MOST_PLACES, places.toString());
    assertEquals(toy().size() + 1, places.size(), "the toy's places and Python's: " + places);
    String architecture = Files.readString(Path.of("../ARCHITECTURE.md"));
    String section = architecture.split("## Adding an operator")[1].split("\n## ")[0];
    List<Path> unnamed =
        places.stream().filter(place -> !section.contains("`" + nameOf(place) + "`")).toList();
    assertEquals(List.of(), unnamed, "name these in ARCHITECTURE.md, or write it in fewer places");
  }

  /** Not in {@code exchange}: what files of others call an operator is a matter of its own. */
  private static boolean mentionsIt(Path file) {
    String name = file.toString();
    try {
      return (name.endsWith(".java") || name.endsWith(".py"))
          && !file.startsWith(EXCHANGE)
          && OPERATOR.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString().replace(".java", "");
  }

  // ---- a toy
  // -------------------------------------------------------------------------------------

  /** Returns the sources that the toy is written in, as they are with it. */
  private static Map<String, String> toy() throws IOException {
    Map<String, String> places = new LinkedHashMap<>();
    write(
        places,
        "graph/OperatorType.java",
        "HARD_SIGMOID\\(",
        "TRIPLE(new ActivationDefinition(\"triple\", GradientRule.OUTPUT)), $0");
    write(places, "kernel/Activation.java", "HARD_SIGMOID", "TRIPLE, $0");
    write(
        places,
        "kernel/scalar/ScalarActivations.java",
        "case HARD_SIGMOID ->",
        "case TRIPLE -> 3 * x; $0",
        "case TRIPLE -> 3 * dy; $0");
    write(
        places,
        "kernel/vector/VectorActivations.java",
        "case HARD_SIGMOID ->",
        "case TRIPLE -> ScalarActivations.apply(f, 0, whole, x, xOffset, y, yOffset); $0",
        "case TRIPLE -> ScalarActivations.gradient("
            + "f, 0, whole, saved, savedOffset, dy, dyOffset, dx, dxOffset); $0");
    write(places, "engine/Program.java", "HARD_SIGMOID", "TRIPLE, $0");
    write(
        places,
        "nn/Network.java",
        "public Network hardSigmoid\\(",
        "public Network triple() { return add(OperatorLayer.of(OperatorType.TRIPLE)); }\n\n$0");
    return places;
  }

  /**
   * Writes the toy before each match of a pattern.
   *
   * @param texts one for all matches, or one for each
   */
  private static void write(
      Map<String, String> places, String place, String pattern, String... texts)
      throws IOException {
    int[] matches = {0};
    String source = Files.readString(Patched.SOURCES.resolve(place));
    String written =
        Pattern.compile(pattern)
            .matcher(source)
            .replaceAll(match -> texts[Math.min(matches[0]++, texts.length - 1)]);
    assertTrue(matches[0] >= texts.length, place + " no longer has " + pattern);
    places.put(place, written);
  }

  @Test
  void theToyRunsOnceItIsWrittenInAllPlaces() throws Throwable {
    assertEquals("", library.errors);
    run(library, "nn.ToyRun#check");
    run(library, SAME_BITS);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "graph/OperatorType.java, the compiler",
    "kernel/Activation.java, the compiler",
    "kernel/scalar/ScalarActivations.java, the compiler",
    "kernel/vector/VectorActivations.java, " + SAME_BITS,
    "engine/Program.java, the compiler",
    "nn/Network.java, nn.PythonLayersTest#thePythonLayersAreThoseOfJava",
  })
  void noPlaceIsSilentWhenItIsLeftOut(String place, String whatFails) throws Exception {
    Map<String, String> others = toy();
    assertNotNull(others.remove(place));
    Patched without = Patched.of(others, work);
    if (whatFails.equals("the compiler")) {
      assertNotEquals("", without.errors);
    } else {
      assertEquals("", without.errors);
      assertFails(without, whatFails);
    }
  }

  /** The toy is in the library, and nowhere else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "nn.PythonLayersTest#thePythonLayersAreThoseOfJava",
        "nn.GoldenValuesTest#everyOperatorHasGoldenValues",
        "nn.RandomNetworksTest#everyOperatorTypeOfALayerAppearsAndNetworksStaySmall",
        "nn.BuilderVectorsTest#everyMethodOfTheBuilderIsInTheFile",
        "nn.LayersPageTest#everyTypeOfLayerHasARow",
        "engine.EngineTest#everyOperatorAgreesWithTheReferenceAndWithFiniteDifferences"
      })
  void testsAskForTheRest(String test) {
    assertFails(library, test);
  }

  private static void assertFails(Patched library, String test) {
    Throwable failure = assertThrows(Throwable.class, () -> run(library, test));
    assertTrue(
        (failure + " " + failure.getCause()).toLowerCase(Locale.ROOT).contains("triple")
            || failure instanceof IncompatibleClassChangeError, // a switch that is not complete
        test + " fails for another reason: " + failure);
  }

  /** Runs a method of a test class; its argument, if it takes one, is the toy. */
  private static void run(Patched library, String test) throws Throwable {
    String[] names = test.split("#");
    try (URLClassLoader loader = library.loader()) {
      Class<?> type = loader.loadClass("io.github.secateur." + names[0]);
      Method method =
          Arrays.stream(type.getDeclaredMethods())
              .filter(candidate -> candidate.getName().equals(names[1]))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("there is no test " + test));
      Constructor<?> constructor = type.getDeclaredConstructor();
      constructor.setAccessible(true);
      method.setAccessible(true);
      Object[] toy =
          Arrays.stream(method.getParameterTypes())
              .flatMap(taken -> Arrays.stream(taken.getEnumConstants()))
              .filter(constant -> constant.toString().equals("TRIPLE"))
              .toArray();
      method.invoke(constructor.newInstance(), toy);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
