package io.github.secateur.exchange;

import io.github.secateur.exchange.onnx.ExternalData;
import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Model;
import io.github.secateur.exchange.onnx.ModelReader;
import io.github.secateur.exchange.reading.Importer;
import io.github.secateur.exchange.writing.Exporter;
import io.github.secateur.exchange.writing.OwnFiles;
import io.github.secateur.nn.TrainedNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Files of ONNX, which PyTorch, TensorFlow, scikit-learn and others write, and many systems serve.
 * Read without native code, and safely: whatever is in a file, the worst is an {@link
 * ExchangeException}.
 *
 * <pre>{@code
 * TrainedNetwork network = Onnx.read(Path.of("resnet18.onnx"));
 * float[] probabilities = network.probabilities(row);
 * }</pre>
 */
public final class Onnx {
  private Onnx() {}

  /**
   * Reads a network with its weights. A row holds the file's inputs, one after the other, each
   * flattened in the file's own order: an image is channels × height × width. Inputs that the first
   * output does not depend on are left out. That output is the logits; a softmax at the end is
   * dropped.
   *
   * @param path the file; weights that it keeps in other files are read from its folder
   * @throws ExchangeException if it cannot be read; the message lists everything that stands in the
   *     way
   */
  public static TrainedNetwork read(Path path) {
    return read(path, false);
  }

  /**
   * Reads a network whose rows are images as Spark has them: height × width × channels. Inputs that
   * are no images are as in {@link #read}.
   *
   * @param path the file; weights that it keeps in other files are read from its folder
   * @throws ExchangeException if it cannot be read; the message lists everything that stands in the
   *     way
   */
  public static TrainedNetwork readChannelsLast(Path path) {
    return read(path, true);
  }

  /**
   * Writes a network with its weights, for any system that serves ONNX: operators of version 20, an
   * input of floats for each of the network's, whose first axis is the batch, and the output
   * "logits". Images keep their channels last. {@link #read} gives the same network back, with the
   * same names.
   *
   * @param path the file; one that is there is replaced
   * @throws ExchangeException if it cannot be written
   */
  public static void write(TrainedNetwork network, Path path) {
    try {
      Files.write(path, Exporter.write(network));
    } catch (FormatException e) {
      throw new ExchangeException(path + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ExchangeException(path + " cannot be written: " + e, e);
    }
  }

  private static TrainedNetwork read(Path path, boolean channelsLast) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new FormatException("a file of ONNX has at most 2^31 - 1 bytes");
      }
      ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      Path folder = path.toAbsolutePath().getParent();
      Model model = ModelReader.read(bytes, ExternalData.in(folder));
      return OwnFiles.isOwn(model) ? OwnFiles.read(model) : Importer.read(model, channelsLast);
    } catch (FormatException e) {
      throw new ExchangeException(path + ": " + e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new ExchangeException(path + " cannot be read: " + e, e);
    }
  }
}
