package io.github.secateur.spark.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import io.github.secateur.train.History;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The files of a saved model, on any Hadoop file system: the network and the course of its training
 * as JSON, the weights as Arrow, and a manifest, written last, with the version of the format and
 * the SHA-256 of the others.
 */
public final class ModelFiles {
  /** The version of the format; see {@link #read}. */
  static final int FORMAT = 1;

  private static final String FOLDER = "data";
  private static final String MANIFEST = "manifest.json";
  private static final String NETWORK = "network.json";
  private static final String TRAINING = "training.json";
  private static final String WEIGHTS = "weights.arrow";
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final FileSystem files;
  private final Path folder;

  private ModelFiles(String path, Configuration configuration) throws IOException {
    this.folder = new Path(path, FOLDER);
    this.files = folder.getFileSystem(configuration);
  }

  /**
   * What the files hold.
   *
   * @param engines the network and its weights
   * @param history the course of the training, or null if there was none
   * @param storedRowBytes the bytes that a row of the training set took; 0 if not known
   */
  public record Contents(InferenceEngines engines, History history, long storedRowBytes) {}

  /** Writes a model under a folder. */
  public static void write(Contents model, String path, Configuration configuration)
      throws IOException {
    ModelFiles files = new ModelFiles(path, configuration);
    ObjectNode manifest = MAPPER.createObjectNode().put("format", FORMAT);
    ObjectNode digests = manifest.putObject("sha256");
    InferenceEngines engines = model.engines();
    digests.put(NETWORK, files.write(NETWORK, text(engines.network().toJson())));
    digests.put(TRAINING, files.write(TRAINING, text(training(model).toPrettyString())));
    digests.put(
        WEIGHTS,
        files.write(
            WEIGHTS,
            out ->
                WeightsFile.write(
                    engines.graph().parameters(), engines.parameters(), Channels.newChannel(out))));
    files.write(MANIFEST, text(manifest.toPrettyString()));
  }

  private static ObjectNode training(Contents model) {
    ObjectNode training = MAPPER.createObjectNode();
    training.put("storedRowBytes", model.storedRowBytes());
    if (model.history() != null) {
      training.set("history", HistoryJson.toJson(model.history()));
    }
    return training;
  }

  private interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static Content text(String text) {
    return out -> out.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file, and returns its SHA-256. */
  private String write(String name, Content content) throws IOException {
    MessageDigest digest = sha256();
    try (OutputStream out =
        new DigestOutputStream(files.create(new Path(folder, name), false), digest)) {
      content.writeTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Reads the model under a folder. All formats up to {@link #FORMAT} can be read.
   *
   * @throws IOException if a file is missing, damaged or of another format; the message says which
   *     and why
   */
  public static Contents read(String path, Configuration configuration) throws IOException {
    ModelFiles files = new ModelFiles(path, configuration);
    JsonNode digests = files.read(MANIFEST, ModelFiles::digests);
    for (String name : new String[] {NETWORK, TRAINING, WEIGHTS}) {
      files.read(name, in -> requireDigest(in, digests.path(name).asText()));
    }
    Network network = files.read(NETWORK, in -> Network.fromJson(string(in)));
    JsonNode training = files.read(TRAINING, ModelFiles::json);
    History history =
        training.has("history")
            ? files.read(TRAINING, in -> HistoryJson.history(training.path("history")))
            : null;
    return new Contents(files.engines(network), history, training.path("storedRowBytes").asLong());
  }

  private static JsonNode digests(InputStream in) throws IOException {
    JsonNode manifest = json(in);
    int format = manifest.path("format").asInt();
    if (format > FORMAT) {
      throw new NewerFormatException(format, FORMAT);
    }
    if (format < 1 || !manifest.path("sha256").isObject()) {
      throw new IOException("it is no manifest of a model");
    }
    return manifest.path("sha256");
  }

  private static JsonNode json(InputStream in) throws IOException {
    JsonNode json = MAPPER.readTree(in);
    if (!json.isObject()) {
      throw new IOException("expected a JSON object");
    }
    return json;
  }

  private static String string(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  private static Void requireDigest(InputStream in, String expected) throws IOException {
    MessageDigest digest = sha256();
    new DigestInputStream(in, digest).transferTo(OutputStream.nullOutputStream());
    if (!HexFormat.of().formatHex(digest.digest()).equals(expected)) {
      throw new IOException(
          "it is damaged or was changed: its SHA-256 is not that of the manifest");
    }
    return null;
  }

  private InferenceEngines engines(Network network) throws IOException {
    Path path = new Path(folder, WEIGHTS);
    try (HadoopChannel channel =
        new HadoopChannel(files.open(path), files.getFileStatus(path).getLen())) {
      return new InferenceEngines(network, WeightsFile.read(network.lower().parameters(), channel));
    } catch (IOException | IllegalArgumentException e) {
      throw cannotRead(path, e);
    }
  }

  private interface Reader<T> {
    T readFrom(InputStream in) throws IOException;
  }

  private <T> T read(String name, Reader<T> reader) throws IOException {
    Path path = new Path(folder, name);
    try (InputStream in = files.open(path)) {
      return reader.readFrom(in);
    } catch (FileNotFoundException e) {
      throw new IOException(
          "there is no model file " + path + "; " + missing(folder.getParent()), e);
    } catch (IOException | IllegalArgumentException e) {
      throw cannotRead(path, e);
    }
  }

  /** Returns why a folder holds no model, as far as it shows. */
  private String missing(Path saved) throws IOException {
    if (!files.exists(saved)) {
      return "the folder does not exist";
    }
    FileStatus[] stages = files.globStatus(new Path(saved, "stages/*/" + FOLDER + "/" + MANIFEST));
    if (stages != null && stages.length > 0) {
      return "the folder is that of a pipeline; take the one of its stage, "
          + stages[0].getPath().getParent().getParent();
    }
    return "the folder holds something else, or was not written to the end";
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static IOException cannotRead(Path path, Exception e) {
    return new IOException(
        String.format(Locale.ROOT, "cannot read the model file %s: %s", path, e.getMessage()), e);
  }
}
