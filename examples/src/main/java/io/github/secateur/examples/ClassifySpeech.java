package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.NeuralNetworkClassifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sound: spoken words as images of their frequencies. */
@Command(
    name = "ClassifySpeech",
    description = {
      "Tells which digit is said. The speech is synthesised: espeak-ng says the words zero to nine"
          + " in",
      "twelve voices at four speeds; they become spectrograms, and a convolutional network learns"
          + " them.",
      "The test has three voices that are not in the training. Get the synthesiser by:",
      "apt-get install espeak-ng",
      "Expect accuracy 1.0000 (120 of 120)."
    },
    showDefaultValues = true,
    sortOptions = false)
public final class ClassifySpeech extends ExampleProgram {
  private static final List<String> WORDS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  private static final List<String> VOICES =
      List.of("m1", "m2", "m3", "m4", "m5", "f1", "f2", "f3", "m6", "m7", "f4", "f5");
  private static final List<String> TEST_VOICES = List.of("m3", "m7", "f4");
  private static final int[] WORDS_PER_MINUTE = {130, 150, 170, 190};
  private static final int WAV_HEADER = 44;
  private static final int WAV_RATE = 24; // where in the header the samples per second stand

  @Option(names = "--epochs", defaultValue = "15", description = "Passes over the clips.")
  private int epochs;

  @Option(names = "--seed", defaultValue = "42", description = "Of weights, row order and dropout.")
  private long seed;

  /** Runs the command. */
  public static void main(String[] args) {
    ExampleProgram.main(new ClassifySpeech(), args);
  }

  @Override
  void run(SparkSession spark) throws Exception {
    List<Row> clips = new ArrayList<>();
    for (String voice : VOICES) {
      for (int speed : WORDS_PER_MINUTE) {
        for (String word : WORDS) {
          double[] image = spectrogramOf(word, voice, speed);
          double label = WORDS.indexOf(word);
          clips.add(RowFactory.create(TEST_VOICES.contains(voice), label, Vectors.dense(image)));
        }
      }
    }
    StructType schema =
        new StructType()
            .add("test", DataTypes.BooleanType)
            .add("label", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());
    Dataset<Row> all = spark.createDataFrame(clips, schema).coalesce(1);
    Dataset<Row> training = all.filter("not test");
    say("%d clips for training", training.count());

    sayAccuracy(
        "words of three other voices", classifier().fit(training).transform(all.filter("test")));
  }

  private NeuralNetworkClassifier classifier() {
    Network network =
        Network.image(Spectrogram.FRAMES, Spectrogram.BANDS, 1)
            .conv2d(8, 3)
            .relu()
            .maxPool2d(2)
            .conv2d(16, 3)
            .relu()
            .maxPool2d(2)
            .flatten()
            .dropout(0.3f)
            .dense(64)
            .relu()
            .dense(WORDS.size());
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setMaxIter(epochs)
        .setBatchSize(32)
        .setStepSize(2e-3)
        .setSeed(seed);
  }

  /** Returns the spectrogram of a word that espeak-ng says. */
  private static double[] spectrogramOf(String word, String voice, int wordsPerMinute)
      throws IOException, InterruptedException {
    Process espeak;
    try {
      espeak =
          new ProcessBuilder(
                  "espeak-ng", "--stdout", "-v", "en+" + voice, "-s", "" + wordsPerMinute, word)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new IOException("espeak-ng is not installed; get it by: apt-get install espeak-ng", e);
    }
    byte[] wav = espeak.getInputStream().readAllBytes();
    if (espeak.waitFor() != 0 || wav.length <= WAV_HEADER) {
      throw new IOException(
          String.format(Locale.ROOT, "espeak-ng said nothing for \"%s\" in %s", word, voice));
    }
    ByteBuffer bytes = ByteBuffer.wrap(wav).order(ByteOrder.LITTLE_ENDIAN);
    short[] samples = new short[(wav.length - WAV_HEADER) / Short.BYTES];
    bytes.position(WAV_HEADER).slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
    return Spectrogram.of(samples, bytes.getInt(WAV_RATE));
  }
}
