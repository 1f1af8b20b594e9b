package io.github.secateur.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import io.github.secateur.exchange.onnx.ExternalData;
import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Model;
import io.github.secateur.exchange.onnx.ModelReader;
import io.github.secateur.exchange.reading.Importer;
import io.github.secateur.exchange.writing.Exporter;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.RandomNetworks;
import io.github.secateur.nn.TrainedNetwork;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ONNX Runtime, which shares nothing with us, computes what we compute from files that we write.
 */
class OnnxRuntimeTest {
  private static final int NETWORKS = Integer.getInteger("secateur.networks", 40);
  private static final int ROWS = 3;
  private static final double TOLERANCE = 5e-5; // what rounding adds up to over odd layers
  private static final OrtEnvironment RUNTIME =
      OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "test");

  @TempDir private Path folder;

  private int readAsOthers;

  @AfterAll
  static void close() {
    RUNTIME.close();
  }

  /** Returns a network with weights and statistics of which none is 0 or 1. */
  static TrainedNetwork lively(Network network, long seed) {
    Graph graph = network.lower();
    float[] values = network.initialParameters(seed);
    Random random = new Random(seed);
    for (Parameter parameter : graph.parameters()) {
      boolean positive =
          parameter.role() == Parameter.Role.STATISTIC || parameter.role() == Parameter.Role.GAIN;
      for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
        if (positive) {
          values[i] = 0.5f + random.nextFloat();
        } else if (parameter.role() == Parameter.Role.BIAS) {
          values[i] = random.nextFloat() - 0.5f;
        }
      }
    }
    return TrainedNetwork.of(network, values);
  }

  static float[][] rows(int width, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[ROWS][width];
    for (float[] row : rows) {
      for (int i = 0; i < width; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    return rows;
  }

  private static float[][] runtime(byte[] file, Network network, float[][] rows)
      throws OrtException {
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      try (OrtSession session = RUNTIME.createSession(file, options)) {
        int offset = 0;
        for (Input input : network.inputs()) {
          int size = input.shape().size();
          long[] shape = new long[input.shape().rank() + 1];
          shape[0] = rows.length;
          for (int axis = 1; axis < shape.length; axis++) {
            shape[axis] = input.shape().dimension(axis - 1);
          }
          FloatBuffer values = FloatBuffer.allocate(rows.length * size);
          for (float[] row : rows) {
            values.put(row, offset, size);
          }
          inputs.put(input.name(), OnnxTensor.createTensor(RUNTIME, values.rewind(), shape));
          offset += size;
        }
        try (OrtSession.Result result = session.run(inputs)) {
          return (float[][]) result.get(Exporter.LOGITS).orElseThrow().getValue();
        }
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static void assertEqual(String what, float[][] expected, float[][] found) {
    for (int row = 0; row < expected.length; row++) {
      for (int i = 0; i < expected[row].length; i++) {
        double scale = Math.max(1, Math.abs(expected[row][i]));
        assertEquals(
            expected[row][i], found[row][i], TOLERANCE * scale, what + ", row " + row + ", " + i);
      }
    }
  }

  /** Writes a network, and compares ONNX Runtime, and what is read by either way, with it. */
  private void check(String what, TrainedNetwork network) throws OrtException {
    float[][] rows = rows(network.network().inputSize(), 5);
    float[][] logits = network.logits(rows);
    byte[] file = Exporter.write(network);
    assertEqual(what + " in ONNX Runtime", logits, runtime(file, network.network(), rows));

    Path path = folder.resolve("model.onnx");
    Onnx.write(network, path);
    TrainedNetwork same = Onnx.read(path);
    assertEquals(network.network(), same.network(), what);
    assertArrayEquals(network.parameters(), same.parameters(), what);

    Model model = ModelReader.read(ByteBuffer.wrap(file), ExternalData.in(folder));
    try {
      TrainedNetwork other = Importer.read(model, false);
      assertEqual(what + " read as a file of others", logits, other.logits(rows));
      readAsOthers++;
    } catch (FormatException e) {
      // what we can write and not read yet
      boolean isKnown =
          e.getMessage()
              .matches(
                  "(?s).*(of constants it is not|ReduceL2|LSTM|GRU|RNN|Cast|Equal|ReduceSum|Unsqueeze).*");
      assertTrue(isKnown, what + ": " + e.getMessage());
    }
  }

  /** ONNX Runtime normalizes two values or more; two layers are not written yet. */
  private static boolean isLeftOut(Operator operator) {
    return (operator.type() == OperatorType.LAYER_NORM && operator.shape().last() == 1)
        || operator.type() == OperatorType.GROUP_NORM
        || operator.type() == OperatorType.LOCAL_RESPONSE_NORM;
  }

  @Test
  void randomNetworksOfAllLayersAreTheSameEverywhere() throws OrtException {
    Set<OperatorType> seen = EnumSet.noneOf(OperatorType.class);
    for (int seed = 0; seed < NETWORKS; seed++) {
      Network network =
          switch (seed % 3) {
            case 0 -> RandomNetworks.chain(seed);
            case 1 -> RandomNetworks.graph(seed);
            default -> RandomNetworks.connected(seed);
          };
      if (network.lower().operators().stream().anyMatch(OnnxRuntimeTest::isLeftOut)) {
        continue;
      }
      network.lower().operators().forEach(operator -> seen.add(operator.type()));
      check("seed " + seed, lively(network, seed));
    }
    assertTrue(readAsOthers > NETWORKS / 2, "read as a file of others: " + readAsOthers);
    assertTrue(seen.size() > OperatorType.values().length / 2, "seen " + seen);
  }
}
