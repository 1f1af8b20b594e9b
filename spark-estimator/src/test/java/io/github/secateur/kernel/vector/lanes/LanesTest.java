package io.github.secateur.kernel.vector.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The vectors are the longest ones, of the class that Spark's BLAS in Java uses as well. */
class LanesTest {

  @Test
  void vectorsAreAsLongAsTheProcessorPrefersAndThePropertyAllows() {
    int bits = Math.min(FloatVector.SPECIES_PREFERRED.vectorBitSize(), VectorBits.most());
    assertEquals(bits, Lanes.FLOATS.vectorBitSize());
    assertEquals(bits / Float.SIZE, Lanes.LENGTH);
    assertEquals(bits / Double.SIZE, Lanes.DOUBLES.length());
  }

  @Test
  void thePropertyBoundsTheBitsOfAVector() {
    assertEquals(Integer.MAX_VALUE, VectorBits.most(null));
    assertEquals(128, VectorBits.most("128"));
    assertEquals(256, VectorBits.most("256"));
    assertEquals(512, VectorBits.most("512"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> VectorBits.most("64")).getMessage();
    assertEquals(
        "system property secateur.vectorBits must be 128, 256 or 512, found \"64\"", message);
  }

  @Test
  void vectorsAreOfTheClassThatTheBlasOfSparkUses() throws ReflectiveOperationException {
    assumeTrue(VectorBits.most() >= FloatVector.SPECIES_PREFERRED.vectorBitSize());
    Class<?> blas = Class.forName("dev.ludovic.netlib.blas.VectorBLAS");
    var field = blas.getDeclaredField("FMAX");
    field.setAccessible(true);
    assertSame(field.get(null), Lanes.FLOATS);
  }
}
