package io.github.secateur.kernel;

import java.util.List;
import org.junit.jupiter.api.Test;

/** All tiles give the same bits, so that the choice of one may depend on the machine. */
class TileTest {

  @Test
  void bitsDoNotDependOnTheTiles() {
    List<GemmTile> rowTiles = List.of(new Tile8x2(), new Tile6x2(), new Tile4x2());
    List<GemmTile> stripTiles = List.of(new Tile8x2(), new Tile4x2());
    for (GemmTile rowTile : rowTiles) {
      for (GemmTile stripTile : stripTiles) {
        VectorGemm gemm = new VectorGemm(new TileLoops(rowTile, stripTile));
        for (int[] shape :
            new int[][] {{9, 10, 20}, {21, 33, 300}, {8, 64, 7}, {13, 270, 40}, {100, 48, 33}}) {
          for (int flags = 0; flags < 8; flags++) {
            compare(gemm, shape[0], shape[1], shape[2], flags, rowTile + " " + stripTile);
          }
        }
      }
    }
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
        .gemm(transposeA, transposeB, m, n, k, a, 0, lda, b, 0, ldb, accumulate, expected, 0, n);
    gemm.gemm(transposeA, transposeB, m, n, k, a, 0, lda, b, 0, ldb, accumulate, found, 0, n);
    data.assertSameBits(expected, found, tiles + " " + m + "x" + n + "x" + k + " " + flags);
  }
}
