package io.github.secateur.data;

import io.github.secateur.data.BlockLayout.Encoding;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;

/**
 * Collects the columns of one block, in the order of {@link BlockLayout}, and writes them as an
 * Arrow IPC stream. The record batch is composed of bare buffers because Arrow's vectors would add
 * validity bitmaps: an eighth on top of uint8.
 */
final class BlockEncoder implements AutoCloseable {
  private final BufferAllocator allocator;
  private final int rows;
  private final List<ArrowFieldNode> nodes = new ArrayList<>();
  private final List<ArrowBuf> buffers = new ArrayList<>();

  BlockEncoder(BufferAllocator allocator, int rows) {
    this.allocator = allocator;
    this.rows = rows;
  }

  /** Adds a fixed-size list of {@code rows · width} values. */
  void addFloatRows(float[] values, int count) {
    addNode(rows);
    addFloats(values, count);
  }

  /** Adds a fixed-size list of {@code rows · width} values, each an integer from 0 to 255. */
  void addByteRows(float[] values, int count) {
    addNode(rows);
    addNode(count);
    ByteBuffer target = addBuffer(count);
    for (int i = 0; i < count; i++) {
      target.put(i, (byte) (int) values[i]);
    }
  }

  /** Adds a list column of integers; row i has the values from offsets[i] to offsets[i + 1]. */
  void addIntLists(int[] offsets, int[] values) {
    addOffsets(offsets);
    addInts(values, offsets[rows]);
  }

  /** Adds a list column of floats; row i has the values from offsets[i] to offsets[i + 1]. */
  void addFloatLists(int[] offsets, float[] values) {
    addOffsets(offsets);
    addFloats(values, offsets[rows]);
  }

  /** Adds a column of integers. */
  void addInts(int[] values, int count) {
    addNode(count);
    addBuffer(4L * count).asIntBuffer().put(values, 0, count);
  }

  /** Adds a column of floats. */
  void addFloats(float[] values, int count) {
    addNode(count);
    addBuffer(4L * count).asFloatBuffer().put(values, 0, count);
  }

  private void addOffsets(int[] offsets) {
    addNode(rows);
    addBuffer(4L * (rows + 1)).asIntBuffer().put(offsets, 0, rows + 1);
  }

  /** Adds a column and its validity buffer, empty because no value is null. */
  private void addNode(int length) {
    nodes.add(new ArrowFieldNode(length, 0));
    buffers.add(allocator.getEmpty());
  }

  private ByteBuffer addBuffer(long bytes) {
    ArrowBuf buffer = allocator.buffer(bytes);
    buffers.add(buffer);
    buffer.writerIndex(bytes);
    return buffer.nioBuffer(0, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the stream: schema, record batch, end. */
  byte[] encode(Encoding encoding, int width, boolean weighted) {
    long bodyLength = buffers.stream().mapToLong(ArrowBuf::readableBytes).sum();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) bodyLength + 2048);
    try (WriteChannel channel = new WriteChannel(Channels.newChannel(bytes));
        ArrowRecordBatch batch = new ArrowRecordBatch(rows, nodes, buffers)) {
      MessageSerializer.serialize(channel, BlockLayout.schema(encoding, width, weighted));
      MessageSerializer.serialize(channel, batch);
      ArrowStreamWriter.writeEndOfStream(channel, IpcOption.DEFAULT);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return bytes.toByteArray();
  }

  /** Frees the buffers. */
  @Override
  public void close() {
    buffers.forEach(ArrowBuf::close);
  }
}
