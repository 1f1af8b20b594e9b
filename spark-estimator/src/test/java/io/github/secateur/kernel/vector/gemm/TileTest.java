package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.TestData;
import io.github.secateur.kernel.scalar.ScalarGemm;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** All tiles give the same bits, so that the choice of one may depend on the machine. */
class TileTest {

  @Test
  void bitsDoNotDependOnTheTiles() {
    GemmTile low = new Tile4x2();
    GemmTile middle = new Tile8x2();
    GemmTile narrow = new Tile8x1();
    GemmTile[] none = {};
    GemmTile[] narrowTwice = {narrow, narrow};
    Map<String, TileLoops> all = new LinkedHashMap<>();
    for (int copyFrom : new int[] {0, 1000}) {
      GemmTile[] lowOnly = {low};
      all.put("4x2, " + copyFrom, new TileLoops(lowOnly, lowOnly, none, copyFrom));
      GemmTile[] rowTiles = {new Tile6x2(), low};
      GemmTile[] copyTiles = {new Tile5x2(), low};
      all.put("6x2, 5x2 and 4x2, " + copyFrom, new TileLoops(rowTiles, copyTiles, none, copyFrom));
      GemmTile[] middleOnly = {middle};
      all.put("8x2, " + copyFrom, new TileLoops(middleOnly, middleOnly, none, copyFrom));
      GemmTile[] middleAndLow = {middle, low};
      all.put(
          "8x2, 8x1 and 4x2, " + copyFrom,
          new TileLoops(middleAndLow, middleAndLow, narrowTwice, copyFrom));
      if (PanelPacking.STRIP >= 12) {
        GemmTile[] tiles = {new Tile12x2(), middle, low};
        GemmTile[] narrowTiles = {new Tile12x1(), narrow, narrow};
        all.put("12x2, 12x1, " + copyFrom, new TileLoops(tiles, tiles, narrowTiles, copyFrom));
      }
    }
    all.forEach(
        (tiles, loops) -> {
          VectorGemm gemm = new VectorGemm(loops, noActivation());
          for (int[] shape :
              new int[][] {
                {9, 10, 20}, {21, 33, 300}, {8, 64, 7}, {13, 270, 40}, {100, 48, 33}, {46, 200, 801}
              }) {
            for (int flags = 0; flags < 8; flags++) {
              compare(gemm, shape[0], shape[1], shape[2], flags, tiles);
            }
          }
        });
  }

  private static OutputActivation noActivation() {
    return new OutputActivation(
        (f, slope, n, x, xOffset, y, yOffset) -> {
          throw new AssertionError("a product applies no activation");
        });
  }

  private static void compare(VectorGemm gemm, int m, int n, int k, int flags, String tiles) {
    boolean transposeA = (flags & 1) != 0;
    boolean transposeB = (flags & 2) != 0;
    boolean accumulate = (flags & 4) != 0;
    TestData data = new TestData(m * 1000 + n);
    float[] a = data.values(m * k);
    float[] b = data.values(k * n);
    float[] expected = data.values(m * n);
    float[] found = expected.clone();
    int lda = transposeA ? m : k;
    int ldb = transposeB ? k : n;
    new ScalarGemm()
        .multiply(
            new Product()
                .transpose(transposeA, transposeB)
                .sizes(m, n, k)
                .a(a, 0, lda)
                .b(b, 0, ldb)
                .accumulate(accumulate)
                .c(expected, 0, n));
    gemm.multiply(
        new Product()
            .transpose(transposeA, transposeB)
            .sizes(m, n, k)
            .a(a, 0, lda)
            .b(b, 0, ldb)
            .accumulate(accumulate)
            .c(found, 0, n));
    data.assertSameBits(expected, found, tiles + " " + m + "x" + n + "x" + k + " " + flags);
  }
}
