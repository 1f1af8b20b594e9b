package io.github.secateur.kernel.vector.gemm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The tiles in the sources are what {@link TileSource} writes. */
class TileSourceTest {
  private static final Path FOLDER = Path.of("src/main/java/io/github/secateur/kernel/vector/gemm");

  private static final String WRITE = "secateur.tiles.write";

  static Stream<TileSource.Tile> tiles() {
    return TileSource.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("tiles")
  void theSourceOfATileIsWhatItsDescriptionSays(TileSource.Tile tile) throws IOException {
    Path file = FOLDER.resolve(tile.className() + ".java");
    String source = TileSource.of(tile);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(file, source);
    }
    assertEquals(
        source,
        Files.exists(file) ? Files.readString(file) : "",
        "to write it anew: mvn -B -q test -pl spark-estimator -Dtest=TileSourceTest -D"
            + WRITE
            + "=true");
  }

  @Test
  void everyTileIsDescribed() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      Set<String> found =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.matches("Tile\\d+x\\d+\\.java"))
              .collect(Collectors.toCollection(TreeSet::new));
      Set<String> described =
          tiles()
              .map(tile -> tile.className() + ".java")
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(described, found);
    }
  }
}
