package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Panels of the matrices in one array that does not change, each packed when it is first needed:
 * for weights that many batches are multiplied with.
 */
final class KeptPanels {

  /** A block of a matrix, in panels. */
  private record Block(int width, int depth, int offset, int ldb, float[] panels) {}

  private final List<Block> blocks = new ArrayList<>();
  private int values;

  /**
   * Returns the panels of a block of B, which begins at {@code bOffset}.
   *
   * @param scratch is filled and returned if there is no room to keep more
   */
  float[] panels(
      int width, int depth, float[] b, int bOffset, int ldb, boolean narrow, float[] scratch) {
    for (int i = 0; i < blocks.size(); i++) { // no iterator: nothing is allocated
      Block block = blocks.get(i);
      if (block.offset == bOffset
          && block.width == width
          && block.depth == depth
          && block.ldb == ldb) {
        return block.panels;
      }
    }
    PanelPacking.pack(width, depth, b, bOffset, ldb, narrow, scratch, 0);
    int length = PanelPacking.length(width, depth);
    if (length > Kernels.MOST_KEPT - values) {
      return scratch;
    }
    values += length;
    float[] panels = Arrays.copyOf(scratch, length);
    blocks.add(new Block(width, depth, bOffset, ldb, panels));
    return panels;
  }
}
