package io.github.secateur.spark.internal;

import io.github.secateur.nn.Network;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files in which a saved model keeps its network, as JSON, and its weights, as Arrow; on any
 * Hadoop file system.
 */
public final class ModelFiles {
  private static final String NETWORK = "data/network.json";
  private static final String WEIGHTS = "data/weights.arrow";

  private ModelFiles() {}

  /** Writes the network and the weights under a folder. */
  public static void write(InferenceEngines model, String folder, Configuration configuration)
      throws IOException {
    FileSystem files = new Path(folder).getFileSystem(configuration);
    try (OutputStream out = files.create(new Path(folder, NETWORK), false)) {
      out.write(model.network().toJson().getBytes(StandardCharsets.UTF_8));
    }
    try (OutputStream out = files.create(new Path(folder, WEIGHTS), false)) {
      WeightsFile.write(model.graph().parameters(), model.parameters(), Channels.newChannel(out));
    }
  }

  /**
   * Reads the network and the weights under a folder.
   *
   * @throws IOException if a file is missing, damaged or of another format; the message says which
   *     and why
   */
  public static InferenceEngines read(String folder, Configuration configuration)
      throws IOException {
    Path networkPath = new Path(folder, NETWORK);
    Path weightsPath = new Path(folder, WEIGHTS);
    FileSystem files = networkPath.getFileSystem(configuration);
    Network network;
    try (var in = files.open(networkPath)) {
      network = Network.fromJson(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      throw cannotRead(networkPath, e);
    }
    try (HadoopChannel channel =
        new HadoopChannel(files.open(weightsPath), files.getFileStatus(weightsPath).getLen())) {
      return new InferenceEngines(network, WeightsFile.read(network.lower().parameters(), channel));
    } catch (IOException | IllegalArgumentException e) {
      throw cannotRead(weightsPath, e);
    }
  }

  private static IOException cannotRead(Path path, Exception e) {
    return new IOException("cannot read the model file %s: %s".formatted(path, e.getMessage()), e);
  }
}
