package io.github.secateur.kernel.vector.lanes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;

/** The vectors are the longest ones, of the class that Spark's BLAS in Java uses as well. */
class LanesTest {

  @Test
  void vectorsAreAsLongAsTheProcessorPrefers() {
    assertEquals(FloatVector.SPECIES_PREFERRED.length(), Lanes.LENGTH);
  }

  @Test
  void vectorsAreOfTheClassThatTheBlasOfSparkUses() throws ReflectiveOperationException {
    Class<?> blas = Class.forName("dev.ludovic.netlib.blas.VectorBLAS");
    var field = blas.getDeclaredField("FMAX");
    field.setAccessible(true);
    assertSame(field.get(null), Lanes.FLOATS);
  }
}
