package io.github.secateur.spark.rows;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.train.RowFolder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** The blocks of a partition with their rows folded, one by one as they are asked for. */
final class FoldedBlocks implements Iterator<TrainingBlock> {
  private final RowFolder folder;
  private final int width;
  private final Iterator<TrainingBlock> blocks;
  private final Deque<TrainingBlock> ready = new ArrayDeque<>();
  private final ShardWriter training;
  private final ShardWriter validation;
  private boolean ended;

  /**
   * Makes the iterator.
   *
   * @param width features of each row that is not yet folded
   * @param foldedSize the number of values of a folded row
   */
  FoldedBlocks(FitNetwork network, int width, int foldedSize, Iterator<TrainingBlock> blocks) {
    this.folder = network.folder();
    this.width = width;
    this.blocks = blocks;
    this.training = writer(foldedSize, false);
    this.validation = writer(foldedSize, true);
  }

  private ShardWriter writer(int foldedSize, boolean isValidation) {
    return ShardWriter.dense(
        foldedSize, bytes -> ready.add(TrainingBlock.rows(isValidation, bytes)));
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      if (blocks.hasNext()) {
        fold(blocks.next());
      } else {
        training.finish();
        validation.finish();
        ended = true;
      }
    }
    return !ready.isEmpty();
  }

  private void fold(TrainingBlock block) {
    if (block.problem() != null) {
      ready.add(block);
    } else {
      folder.fold(
          ArrowShard.of(width, List.of(block.bytes())),
          block.isValidation() ? validation : training);
    }
  }

  @Override
  public TrainingBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }
}
