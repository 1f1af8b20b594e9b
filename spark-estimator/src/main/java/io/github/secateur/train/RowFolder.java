package io.github.secateur.train;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.engine.Engine;
import io.github.secateur.engine.SparseRows;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.FoldingPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * Evaluates the folded front of a network on rows, once, before training: the rows of a shard
 * become folded rows with the same labels and weights, in the same order. Belongs to one thread.
 */
public final class RowFolder {
  private final Graph prefix;
  private final float[] parameters;
  private final int foldedSize;
  private final Engine[] engines = new Engine[2];

  /**
   * Makes a folder.
   *
   * @param folding a plan that folds something
   * @param parameters the flat parameter array of the whole network
   */
  public RowFolder(FoldingPlan folding, float[] parameters) {
    this.prefix = folding.prefix();
    this.parameters = folding.parametersOf(prefix, parameters);
    this.foldedSize = folding.foldedSize();
  }

  /** Folds the rows of a shard. */
  public Shard fold(Shard shard) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.dense(foldedSize, blocks::add);
    fold(shard, writer);
    writer.finish();
    return ArrowShard.of(foldedSize, blocks);
  }

  /**
   * Folds the rows of a shard.
   *
   * @param writer takes the folded rows, of dense values; not finished
   */
  public void fold(Shard shard, ShardWriter writer) {
    ShardWorker.checkWidth(shard, prefix.input().shape().size());
    Engine engine = engine(shard.isSparse() && Engine.canReadSparseInput(prefix));
    int[] rowIds = new int[engine.maxRows()];
    int[] labels = new int[engine.maxRows()];
    float[] weights = new float[engine.maxRows()];
    float[] row = new float[foldedSize];
    for (int from = 0; from < shard.rows(); from += engine.maxRows()) {
      int rows = Math.min(engine.maxRows(), shard.rows() - from);
      for (int i = 0; i < rows; i++) {
        rowIds[i] = from + i;
      }
      load(shard, rowIds, rows, engine);
      engine.forward(parameters, rows);
      shard.gatherLabels(rowIds, 0, rows, labels, weights);
      for (int i = 0; i < rows; i++) {
        System.arraycopy(
            engine.output(), engine.outputOffset() + i * foldedSize, row, 0, foldedSize);
        writer.add(row, labels[i], weights[i]);
      }
    }
  }

  private static void load(Shard shard, int[] rowIds, int rows, Engine engine) {
    if (engine.isSparse()) {
      SparseRows sparse = engine.sparseInput();
      sparse.ensureCapacity(shard.storedValues(rowIds, 0, rows));
      shard.gatherSparse(rowIds, 0, rows, sparse.rowStart(), sparse.columns(), sparse.values());
    } else {
      shard.gather(rowIds, 0, rows, engine.input(), engine.inputOffset());
    }
  }

  private Engine engine(boolean sparse) {
    int index = sparse ? 1 : 0;
    if (engines[index] == null) {
      engines[index] =
          Engine.forInference(
              prefix, Engine.defaultMaxRows(prefix), sparse, KernelProvider.create());
    }
    return engines[index];
  }
}
