package io.github.secateur;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * The library with some of its sources changed. Every source that speaks of types of operators is
 * compiled again; the rest is as the build made it.
 */
final class Patched {
  static final Path SOURCES = Path.of("src", "main", "java", "io", "github", "secateur");
  private static final Pattern OF_TYPES =
      Pattern.compile("\\b(OperatorType|Activation)\\b|\\.type\\(\\)");

  /** What the compiler says; empty if it says nothing. */
  final String errors;

  private final Path classes;

  private Patched(Path classes, String errors) {
    this.classes = classes;
    this.errors = errors;
  }

  /**
   * Compiles the library.
   *
   * @param changed the new texts of some sources, by their path below {@link #SOURCES}
   * @param work a folder to write to
   */
  static Patched of(Map<String, String> changed, Path work) throws IOException {
    Path sources = work.resolve("sources");
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.walk(SOURCES)) {
      for (Path file : all.filter(Patched::speaksOfTypes).toList()) {
        Path relative = SOURCES.relativize(file);
        Path copy = sources.resolve(relative);
        Files.createDirectories(copy.getParent());
        String name = relative.toString().replace(File.separatorChar, '/');
        Files.writeString(copy, changed.getOrDefault(name, Files.readString(file)));
        files.add(copy);
      }
    }
    Path classes = Files.createDirectories(work.resolve("classes"));
    StringWriter said = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        List.of(
            "-proc:none",
            "-implicit:none",
            "-nowarn",
            "-Xlint:none",
            "--add-modules",
            "jdk.incubator.vector",
            "-d",
            classes.toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    try (StandardJavaFileManager manager =
        compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
      boolean compiled =
          compiler
              .getTask(
                  said, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      return new Patched(classes, compiled ? "" : said.toString());
    }
  }

  private static boolean speaksOfTypes(Path file) {
    try {
      return file.toString().endsWith(".java")
          && !file.startsWith(SOURCES.resolve("spark"))
          && OF_TYPES.matcher(Files.readString(file)).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a loader of the changed library and of the tests that are compiled against it. */
  URLClassLoader loader() throws MalformedURLException {
    URL[] places = {
      classes.toUri().toURL(),
      io.github.secateur.graph.Graph.class.getProtectionDomain().getCodeSource().getLocation(),
      Patched.class.getProtectionDomain().getCodeSource().getLocation()
    };
    return new URLClassLoader(places, Patched.class.getClassLoader()) {
      @Override
      protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.github.secateur.")) {
          return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
          Class<?> found = findLoadedClass(name);
          return found != null ? found : findClass(name);
        }
      }
    };
  }
}
