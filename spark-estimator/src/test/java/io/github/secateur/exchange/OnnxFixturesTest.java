package io.github.secateur.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.secateur.nn.NamedLayer;
import io.github.secateur.nn.TrainedNetwork;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks of PyTorch, written by its exporters: the numbers are those of PyTorch.
 * make_networks.py, beside the files, made them.
 */
class OnnxFixturesTest {
  private static final double TOLERANCE = 1e-4;

  static Path file(String name) {
    try {
      return Path.of(Objects.requireNonNull(OnnxFixturesTest.class.getResource(name)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the inputs of a network, one after the other in a row. */
  static float[][] rows(String name) {
    float[][] rows = Npy.rows(file(name + ".input_0.npy"));
    Path second = file(name + ".input_0.npy").resolveSibling(name + ".input_1.npy");
    if (Files.exists(second)) {
      float[][] more = Npy.rows(second);
      for (int row = 0; row < rows.length; row++) {
        int width = rows[row].length;
        rows[row] = Arrays.copyOf(rows[row], width + more[row].length);
        System.arraycopy(more[row], 0, rows[row], width, more[row].length);
      }
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ds_cnn_dynamo",
        "ds_cnn_train",
        "vit_small_dynamo",
        "bc_resnet",
        "densenet_small"
      })
  void logitsAreThoseOfPyTorch(String name) {
    TrainedNetwork network = Onnx.read(file(name + ".onnx"));
    assertClose(Npy.rows(file(name + ".output.npy")), network.logits(rows(name)));
  }

  @Test
  void aSoftmaxAtTheEndIsLeftToTheLoss() {
    TrainedNetwork network = Onnx.read(file("mlp.onnx"));
    assertClose(Npy.rows(file("mlp.output.npy")), network.probabilities(rows("mlp")));
  }

  @Test
  void aLogSoftmaxAtTheEndIsLeftToTheLoss() {
    float[][] logits = Onnx.read(file("m5_raw.onnx")).probabilities(rows("m5_raw"));
    for (float[] row : logits) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) Math.log(row[i]);
      }
    }
    assertClose(Npy.rows(file("m5_raw.output.npy")), logits);
  }

  @Test
  void rowsOfImagesMayHaveChannelsLast() {
    TrainedNetwork network = Onnx.readChannelsLast(file("ds_cnn_train.onnx"));
    assertEquals("49×10×1", network.network().inputShape().toString());
    // of one channel both orders are the same
    assertClose(Npy.rows(file("ds_cnn_train.output.npy")), network.logits(rows("ds_cnn_train")));
  }

  @Test
  void layersHaveTheNamesOfTheModules() {
    List<String> names =
        Onnx.read(file("ds_cnn_train.onnx")).network().layers().stream()
            .map(NamedLayer::name)
            .filter(name -> !name.matches(".*\\.(pad|reshape)"))
            .limit(6)
            .toList();
    assertEquals(List.of("c.0", "c.1", "c.2", "c.4", "c.5", "c.6"), names);
  }

  static void assertClose(float[][] expected, float[][] found) {
    assertEquals(expected.length, found.length);
    for (int row = 0; row < expected.length; row++) {
      float[] scaled = new float[expected[row].length];
      for (int i = 0; i < scaled.length; i++) {
        // within the tolerance of the number itself, and of 1 for small ones
        scaled[i] = (found[row][i] - expected[row][i]) / Math.max(1, Math.abs(expected[row][i]));
      }
      assertArrayEquals(new float[scaled.length], scaled, (float) TOLERANCE, "row " + row);
    }
  }
}
