package io.github.secateur.spark.internal;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction1;

/**
 * Evaluates networks on the rows of a partition, in batches, in Spark's internal format. Features
 * are read once, into the engine; the columns that pass by are copied once, since Spark uses the
 * memory of a row again for the next one. Here that memory is used again for the next batch.
 *
 * <p>The first batch is small, so that a query that asks for a few rows does not pay for many; the
 * results do not depend on the batches.
 */
final class LogitsPartition extends AbstractFunction1<Iterator<Object>, Iterator<Object>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int FIRST_BATCH = 16;
  private static final long MAX_BYTES = 16 << 20;
  private static final VectorUDT VECTORS = new VectorUDT();

  private final Input[] inputs;
  private final int keptColumns;

  /** A network, and where it finds its features. */
  static final class Input implements Serializable {
    private static final long serialVersionUID = 1L;

    private final LogitsFunction function;
    private final DataType type;
    private final boolean kept;
    private final int place;

    /**
     * Describes an input.
     *
     * @param type the type of the features column
     * @param kept whether the column is one of those that pass by
     * @param place its place among the columns that pass by, or in the row
     */
    Input(LogitsFunction function, DataType type, boolean kept, int place) {
      this.function = function;
      this.type = type;
      this.kept = kept;
      this.place = place;
    }
  }

  /**
   * Describes what to evaluate.
   *
   * @param keptColumns the number of columns that pass by, in a struct that is the row's first
   *     field; 0 if there is none
   */
  LogitsPartition(List<Input> inputs, int keptColumns) {
    this.inputs = inputs.toArray(Input[]::new);
    this.keptColumns = keptColumns;
  }

  @Override
  public Iterator<Object> apply(Iterator<Object> rows) {
    return new Batches(rows);
  }

  /** One network while it evaluates a partition. */
  private static final class Evaluation {
    private final Input input;
    private final InferenceEngines engines;
    private final CatalystFeatures features;
    private InferenceEngines.Predictor predictor;

    Evaluation(Input input) {
      this.input = input;
      this.engines = input.function.engines();
      this.features = new CatalystFeatures(input.function.reader(), input.type);
    }

    void start() {
      predictor = engines.borrowBatch();
    }

    void read(InternalRow row, InternalRow keptColumns, int index) {
      features.read(input.kept ? keptColumns : row, input.place, predictor, index);
    }

    /** Writes the logits of all rows into their place of the results. */
    void finish(InternalRow[] results, int count, int place) {
      predictor.forward(count);
      int classes = engines.classes();
      for (int row = 0; row < count; row++) {
        double[] logits = new double[classes];
        predictor.logits(row, logits);
        results[row].update(place, VECTORS.serialize(new DenseVector(logits)));
      }
      engines.giveBackBatch(predictor);
      predictor = null;
    }
  }

  private final class Batches extends AbstractIterator<Object> {
    private final Iterator<Object> rows;
    private final TaskContext task = TaskContext.get();
    private final Evaluation[] evaluations;
    private final RowArena arena = new RowArena(keptColumns);
    private final InternalRow[] results;
    private int target = FIRST_BATCH;
    private int next;
    private int end;

    Batches(Iterator<Object> rows) {
      this.rows = rows;
      evaluations = Arrays.stream(inputs).map(Evaluation::new).toArray(Evaluation[]::new);
      int maxRows =
          Arrays.stream(evaluations).mapToInt(e -> e.engines.batchRows()).min().orElseThrow();
      results = new InternalRow[maxRows];
    }

    @Override
    public boolean hasNext() {
      return next < end || rows.hasNext();
    }

    @Override
    public Object next() {
      if (next == end) {
        if (task != null) {
          task.killTaskIfInterrupted();
        }
        evaluate();
      }
      InternalRow result = results[next];
      results[next++] = null;
      return result;
    }

    private void evaluate() {
      for (Evaluation evaluation : evaluations) {
        evaluation.start();
      }
      next = 0;
      end = read(Math.min(results.length, target));
      target = 2 * end;
      int place = keptColumns > 0 ? 1 : 0;
      for (Evaluation evaluation : evaluations) {
        evaluation.finish(results, end, place++);
      }
    }

    /** Reads rows until a batch is full, and returns their number. */
    private int read(int limit) {
      arena.clear();
      int count = 0;
      long bytes = 0;
      while (count < limit && bytes < MAX_BYTES && rows.hasNext()) {
        InternalRow row = (InternalRow) rows.next();
        InternalRow kept = null;
        if (keptColumns > 0) {
          kept = arena.copy(row.getStruct(0, keptColumns));
          bytes += kept instanceof UnsafeRow unsafe ? unsafe.getSizeInBytes() : 0;
        }
        for (Evaluation evaluation : evaluations) {
          evaluation.read(row, kept, count);
        }
        GenericInternalRow result =
            new GenericInternalRow((kept == null ? 0 : 1) + evaluations.length);
        if (kept != null) {
          result.update(0, kept);
        }
        results[count++] = result;
      }
      return count;
    }
  }
}
