package io.github.secateur.spark.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Parameter;
import io.github.secateur.nn.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.util.ByteArrayReadableSeekableByteChannel;
import org.junit.jupiter.api.Test;

class WeightsFileTest {
  /** Lengths of blocks among them, which Arrow allocates before it looks at the file. */
  @Test
  void noDamagedByteAsksForMoreMemoryThanThereIs() throws IOException {
    Network network = Network.input(4).dense(3);
    List<Parameter> parameters = network.lower().parameters();
    float[] weights = network.initialParameters(1);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    WeightsFile.write(parameters, weights, Channels.newChannel(file));
    assertArrayEquals(weights, read(parameters, file.toByteArray()));
    List<String> refused = new ArrayList<>();
    for (int at = 0; at < file.size(); at++) {
      byte[] damaged = file.toByteArray();
      damaged[at] = 0x37;
      try {
        read(parameters, damaged);
      } catch (IOException e) { // and no Error
        refused.add(e.getMessage());
      }
    }
    assertTrue(refused.stream().anyMatch(m -> m.contains("OutOfMemoryException")), "" + refused);
  }

  private static float[] read(List<Parameter> parameters, byte[] file) throws IOException {
    return WeightsFile.read(parameters, new ByteArrayReadableSeekableByteChannel(file));
  }
}
