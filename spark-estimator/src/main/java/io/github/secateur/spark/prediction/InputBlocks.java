package io.github.secateur.spark.prediction;

import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Which part of which file each row of a batch came from. Spark tells it to functions such as
 * {@code input_file_name()} by a variable of the task's thread, which says where reading stands:
 * ahead of the row that is handed out. Here the variable is set to where that row came from, and
 * set back before reading goes on.
 */
final class InputBlocks {
  private record Block(UTF8String path, long start, long length) {}

  private final Block[] blocks;
  private Block source; // where reading stands
  private Block shown; // what the variable holds
  private UTF8String shownPath; // an object of its own for each block

  /** Makes room for the blocks of so many rows. */
  InputBlocks(int rows) {
    blocks = new Block[rows];
    noteSource();
  }

  /** Notes where reading stands. To be called after anything was asked of the source. */
  void noteSource() {
    UTF8String path = InputFileBlockHolder.getInputFilePath();
    if (path != shownPath) {
      source =
          new Block(path, InputFileBlockHolder.getStartOffset(), InputFileBlockHolder.getLength());
      shown = source;
      shownPath = path;
    }
  }

  /** Notes where a row of the batch came from: where reading stands. */
  void noteRow(int row) {
    noteSource();
    blocks[row] = source;
  }

  /** Tells Spark where reading stands. To be called before anything is asked of the source. */
  void showSource() {
    show(source);
  }

  /** Tells Spark where a row of the batch came from. */
  void showRow(int row) {
    show(blocks[row]);
  }

  private void show(Block block) {
    if (block == shown) {
      return;
    }
    if (block.start() < 0) { // no file
      InputFileBlockHolder.unset();
    } else {
      InputFileBlockHolder.set(block.path().toString(), block.start(), block.length());
    }
    shown = block;
    shownPath = InputFileBlockHolder.getInputFilePath();
  }
}
