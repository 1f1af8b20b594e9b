package io.github.secateur.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.exchange.onnx.ExternalData;
import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.ModelReader;
import io.github.secateur.exchange.onnx.WireWriter;
import io.github.secateur.exchange.reading.Importer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, it is read, or an {@link ExchangeException} says why it is not. */
class OnnxDamageTest {
  private static final int MUTATIONS = Integer.getInteger("secateur.mutations", 2000);
  private static final long SEED = Long.getLong("secateur.seed", 28);

  @TempDir private Path folder;

  private static OnnxBytes gemm(WireWriter bias) {
    return OnnxBytes.opset(17)
        .input("x", -1, 2)
        .output("y")
        .floats("w", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
        .tensor(bias)
        .node("Gemm", "x,w,b", "y");
  }

  private static String message(Path file) {
    return assertThrows(ExchangeException.class, () -> Onnx.read(file)).getMessage();
  }

  private static void assertSays(String part, Path file) {
    String message = message(file);
    assertTrue(message.contains(part), message);
    assertTrue(message.contains(file.getFileName().toString()), message);
  }

  @Test
  void aLengthBeyondTheFileIsNeverAllocated() {
    byte[] bytes = {0x3A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x07};
    assertSays("states a length of 2147483647 bytes, found 0", OnnxBytes.write(bytes));
    WireWriter huge = OnnxBytes.shaped("b", 1, 1 << 30).rawFloats(9, new float[3]);
    assertSays("has 1073741824 values by its shape, found 3", gemm(huge).write());
    WireWriter overflow = OnnxBytes.shaped("b", 1, 1 << 30, 1 << 30).rawFloats(9, new float[3]);
    assertSays("may have at most 2^31 - 9 values", gemm(overflow).write());
  }

  @Test
  void messagesMayNotLieInEachOtherWithoutEnd() {
    WireWriter graph = new WireWriter();
    for (int depth = 0; depth < 100; depth++) {
      WireWriter attribute = new WireWriter().string(1, "body").message(6, graph);
      graph = new WireWriter().message(1, new WireWriter().message(5, attribute));
    }
    byte[] bytes = new WireWriter().message(7, graph).toByteArray();
    assertSays("more than 60 deep", OnnxBytes.write(bytes));
  }

  @Test
  void operatorsMayNotReadEachOther() {
    Path file =
        OnnxBytes.opset(17)
            .input("x", -1, 2)
            .output("y")
            .node("Add", "x,z", "y")
            .node("Relu", "y", "z")
            .write();
    assertSays("read each other's values", file);
  }

  @Test
  void aConstantMayNotGrowWithoutEnd() {
    OnnxBytes file = OnnxBytes.opset(17).input("x", -1, 2).output("y").integers("s", 1L << 40);
    file.node("ConstantOfShape", "s", "c").node("Add", "x,c", "y");
    assertSays("ConstantOfShape: ", file.write());
    OnnxBytes doubling = OnnxBytes.opset(17).input("x", -1, 2).output("y");
    doubling.floats("c0", new int[] {2}, 1, 2);
    for (int i = 0; i < 40; i++) {
      doubling.node("Concat", "c" + i + ",c" + i, "c" + (i + 1), "axis", 0);
    }
    doubling.node("Add", "x,c40", "y");
    assertSays("constants of at most 1048576 values", doubling.write());
  }

  @Test
  void otherFilesAreReadFromTheFolderOnly() throws IOException {
    for (String name : new String[] {"../secret", "/etc/passwd", "..", "", "a\\b", "C:x"}) {
      assertSays(
          "must stand in a file beside the model",
          gemm(OnnxBytes.elsewhere("b", name, "0")).write());
    }
    Path model = folder.resolve("model.onnx");
    Path data = Files.write(folder.resolve("data"), new byte[12]);
    Files.write(model, gemm(OnnxBytes.elsewhere("b", "data", "0")).bytes());
    assertEquals(3, Onnx.read(model).network().classes());
    Files.write(model, gemm(OnnxBytes.elsewhere("b", "data", "13")).bytes());
    assertSays("found a file of 12", model);
    Files.write(model, gemm(OnnxBytes.elsewhere("b", "data", "-1")).bytes());
    assertSays("offset of tensor \"b\" must be a whole number", model);
    Files.createSymbolicLink(folder.resolve("link"), data);
    Files.write(model, gemm(OnnxBytes.elsewhere("b", "link", "0")).bytes());
    assertSays("is no file beside the model", model);
    Files.write(model, gemm(OnnxBytes.elsewhere("b", "gone", "0")).bytes());
    assertSays("is no file beside the model", model);
  }

  @Test
  void whatCannotBeReadIsListedInOneMessage() {
    String message =
        message(
            OnnxBytes.opset(17)
                .input("x", -1, 2)
                .output("y")
                .node("Einsum", "x", "a")
                .node("Einsum", "a", "b")
                .node("Det", "b", "c")
                .node("Einsum", "c", "d")
                .node("Einsum", "d", "y")
                .write());
    assertTrue(
        message.contains(
            "Einsum: there is no layer for it (4, at \"a_node\", \"b_node\", \"d_node\", …)"),
        message);
    assertTrue(message.contains("Det: there is no layer for it (1, at \"c_node\")"), message);
  }

  @Test
  void mutatedFilesAreReadOrRefused() throws IOException {
    System.out.println("mutations " + MUTATIONS + " of seed " + SEED);
    String[] names = {"ds_cnn_train", "ds_cnn_dynamo", "m5_raw"};
    byte[][] files = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      files[i] = Files.readAllBytes(OnnxFixturesTest.file(names[i] + ".onnx"));
    }
    Path place = OnnxFixturesTest.file("ds_cnn_dynamo.onnx").getParent();
    int read = 0;
    long slowest = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Random random = new Random(SEED * 1_000_003 + i);
      byte[] bytes = mutated(files[random.nextInt(files.length)], random);
      long before = System.nanoTime();
      try {
        Importer.read(ModelReader.read(ByteBuffer.wrap(bytes), ExternalData.in(place)), false);
        read++;
      } catch (FormatException e) {
        assertTrue(e.getMessage().length() > 10, e.getMessage());
      } catch (RuntimeException | Error e) {
        throw new AssertionError("mutation " + i + " of seed " + SEED, e);
      }
      slowest = Math.max(slowest, System.nanoTime() - before);
    }
    // weights take most bytes of a file, and a changed weight is a weight
    assertTrue(read > MUTATIONS / 20 && read < MUTATIONS, "read " + read);
    assertTrue(slowest < 5e9, "the slowest took " + slowest / 1e9 + " s");
  }

  private static byte[] mutated(byte[] file, Random random) {
    byte[] bytes = file.clone();
    int head = Math.min(bytes.length, random.nextBoolean() ? bytes.length : 6000);
    for (int count = 1 + random.nextInt(4); count > 0; count--) {
      int at = random.nextInt(Math.min(head, bytes.length));
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 3 -> bytes = spliced(bytes, at, random.nextInt(40), new byte[0]);
        case 4 -> {
          int from = random.nextInt(bytes.length);
          byte[] part = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 60));
          bytes = spliced(bytes, at, 0, part);
        }
        default -> {
          byte[] large = new byte[1 + random.nextInt(9)];
          Arrays.fill(large, (byte) 0xFF);
          large[large.length - 1] = (byte) random.nextInt(128);
          bytes = spliced(bytes, at, large.length, large);
        }
      }
    }
    return bytes;
  }

  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] added) {
    ByteArrayOutputStream result = new ByteArrayOutputStream();
    result.write(bytes, 0, at);
    result.writeBytes(added);
    int rest = Math.min(bytes.length, at + removed);
    result.write(bytes, rest, bytes.length - rest);
    return result.size() == 0 ? new byte[1] : result.toByteArray();
  }
}
