package io.github.secateur.kernel.vector.gemm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.TestData;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Matrices that do not change are packed once, and give the same products. */
class KeptPanelsTest {

  @Test
  void productsWithConstantMatricesHaveTheSameBits() {
    TestData data = new TestData(7);
    // two matrices in one array, as weights are: [801 × 530], then [530 × 10]
    float[] weights = data.values(801 * 530 + 530 * 10);
    Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
    Kernels plain = KernelProvider.create(KernelChoice.VECTOR);
    Kernels keeping = KernelProvider.create(KernelChoice.VECTOR);
    keeping.constant(weights);
    for (int rows : new int[] {5, 64, 13}) {
      float[] x = data.values(rows * 801);
      float[] expected = forward(scalar, rows, x, weights);
      assertArrayEquals(expected, forward(plain, rows, x, weights));
      assertArrayEquals(expected, forward(keeping, rows, x, weights), rows + " rows");
    }
  }

  private static float[] forward(Kernels kernels, int rows, float[] x, float[] weights) {
    float[] hidden = new float[rows * 530];
    float[] y = new float[rows * 10];
    kernels.product(
        new Product().sizes(rows, 530, 801).a(x, 0, 801).b(weights, 0, 530).c(hidden, 0, 530));
    kernels.product(
        new Product().sizes(rows, 10, 530).a(hidden, 0, 530).b(weights, 801 * 530, 10).c(y, 0, 10));
    return y;
  }

  @Test
  void aBlockIsPackedOnce() {
    TestData data = new TestData(8);
    float[] b = data.values(40 * 64);
    float[] scratch = new float[PanelPacking.length(64, 40)];
    KeptPanels kept = new KeptPanels();
    float[] panels = kept.panels(64, 40, b, 0, 64, false, scratch);
    float[] first = panels.clone();
    Arrays.fill(scratch, 0);
    assertSame(panels, kept.panels(64, 40, b, 0, 64, false, scratch));
    assertArrayEquals(first, panels);
    assertNotSame(panels, kept.panels(64, 20, b, 0, 64, false, scratch));
    assertNotSame(panels, kept.panels(64, 20, b, 20 * 64, 64, false, scratch));
  }

  @Test
  void whatHasNoRoomIsPackedEachTime() {
    int width = 1 << 10;
    float[] b = new float[width * width];
    float[] scratch = new float[PanelPacking.length(width, width)];
    KeptPanels kept = new KeptPanels();
    for (int i = 0; i < 4; i++) {
      // of different depths, so that none is found
      assertNotSame(scratch, kept.panels(width, width - i, b, 0, width, false, scratch));
    }
    assertSame(scratch, kept.panels(width, width - 4, b, 0, width, false, scratch));
    assertSame(scratch, kept.panels(width, width - 4, b, 0, width, false, scratch));
  }
}
