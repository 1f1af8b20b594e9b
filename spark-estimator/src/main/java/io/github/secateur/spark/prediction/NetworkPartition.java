package io.github.secateur.spark.prediction;

import java.io.Serializable;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataType;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/**
 * Evaluates a network on the rows of a partition, in batches, in Spark's internal format. Features
 * are read once, into the engine; the columns that pass by are copied once, since Spark uses the
 * memory of a row again for the next one. Here that memory is used again for the next batch.
 *
 * <p>The first batch is small, so that a query that asks for a few rows does not pay for many; the
 * results do not depend on the batches. Nobody above can tell that rows are read ahead: a row that
 * cannot be read fails the query when it is asked for, and functions that ask for the input file
 * get that of the row ({@link InputBlocks}).
 */
final class NetworkPartition extends AbstractFunction1<Iterator<InternalRow>, Iterator<InternalRow>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int FIRST_BATCH = 16;
  private static final long MAX_BYTES = 16 << 20;

  private final LogitsFunction function;
  private final DataType featuresType;
  private final int features;
  private final int featuresKept;
  private final Seq<Expression> kept;
  private final boolean keepsAll;
  private final NetworkOutput[] outputs;
  private final boolean oneByOne;
  private final boolean inOneThread;
  private final SQLMetric rowsMetric;
  private final SQLMetric timeMetric;

  /**
   * Describes what to evaluate.
   *
   * @param features the place of the features among the columns
   * @param featuresKept their place among those that are kept, or -1
   * @param kept the columns that pass by, bound to the row
   * @param keepsAll whether these are all, in their order
   * @param outputs what is appended to them
   * @param oneByOne whether a row is read only when it is asked for
   * @param inOneThread whether the thread that asks for rows is the one that reads them
   * @param rowsMetric counts rows
   * @param timeMetric adds the time of the network in ns
   */
  NetworkPartition(
      LogitsFunction function,
      DataType featuresType,
      int features,
      int featuresKept,
      Seq<Expression> kept,
      boolean keepsAll,
      NetworkOutput[] outputs,
      boolean oneByOne,
      boolean inOneThread,
      SQLMetric rowsMetric,
      SQLMetric timeMetric) {
    this.function = function;
    this.featuresType = featuresType;
    this.features = features;
    this.featuresKept = featuresKept;
    this.kept = kept;
    this.keepsAll = keepsAll;
    this.outputs = outputs;
    this.oneByOne = oneByOne;
    this.inOneThread = inOneThread;
    this.rowsMetric = rowsMetric;
    this.timeMetric = timeMetric;
  }

  @Override
  public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
    return new Batches(rows);
  }

  /** Throws an exception that may be a checked one; the compiler need not know. */
  @SuppressWarnings("unchecked")
  private static <T extends Exception> T unchecked(Exception e) throws T {
    throw (T) e;
  }

  private final class Batches extends AbstractIterator<InternalRow> {
    private final Iterator<InternalRow> source;
    private final TaskContext task = TaskContext.get();
    private final InferenceEngines engines = function.engines();
    private final CatalystFeatures reader = new CatalystFeatures(function.reader(), featuresType);
    private final BatchRows rows;
    private final double[] logits = new double[engines.classes()];
    private final double[][] results = new double[outputs.length][];
    private UnsafeProjection projection; // to the columns that are kept; made when it is needed
    private final InputBlocks inputs; // null if another thread reads
    private int target = oneByOne ? 1 : FIRST_BATCH;
    private int next;
    private Exception failure; // of the row behind the last one of the batch

    Batches(Iterator<InternalRow> source) {
      this.source = source;
      DataType[] types =
          CollectionConverters.asJava(kept).stream()
              .map(Expression::dataType)
              .toArray(DataType[]::new);
      rows = new BatchRows(types, outputs, engines.classes(), engines.batchRows());
      inputs = inOneThread ? new InputBlocks(engines.batchRows()) : null;
      for (int i = 0; i < outputs.length; i++) {
        results[i] = new double[outputs[i].isVector() ? engines.classes() : 1];
      }
    }

    @Override
    public boolean hasNext() {
      if (next < rows.count()) {
        return true;
      }
      throwFailure();
      return sourceHasNext();
    }

    private boolean sourceHasNext() {
      if (inputs == null) {
        return source.hasNext();
      }
      inputs.showSource();
      boolean result = source.hasNext();
      inputs.noteSource();
      return result;
    }

    @Override
    public InternalRow next() {
      if (next == rows.count()) {
        throwFailure();
        if (task != null) {
          task.killTaskIfInterrupted();
        }
        evaluate();
        next = 0;
      }
      if (inputs != null) {
        inputs.showRow(next);
      }
      return rows.get(next++);
    }

    private void throwFailure() {
      if (failure != null) {
        throw NetworkPartition.<RuntimeException>unchecked(failure);
      }
    }

    private void evaluate() {
      InferenceEngines.Predictor predictor = engines.borrowBatch();
      read(Math.min(engines.batchRows(), target), predictor);
      int count = rows.count();
      target = oneByOne ? 1 : 2 * count;
      long start = System.nanoTime();
      predictor.forward(count);
      for (int row = 0; row < count; row++) {
        predictor.logits(row, logits);
        for (int i = 0; i < outputs.length; i++) {
          outputs[i].compute(logits, results[i]);
          rows.setResult(row, i, results[i]);
        }
      }
      timeMetric.add(System.nanoTime() - start);
      rowsMetric.add(count);
      engines.giveBackBatch(predictor);
    }

    /** Reads rows until a batch is full, or one cannot be read. */
    private void read(int limit, InferenceEngines.Predictor predictor) {
      rows.clear();
      next = 0;
      if (inputs != null) {
        inputs.showSource();
      }
      int read = 0;
      try {
        long bytes = 0;
        while (read < limit && bytes < MAX_BYTES && source.hasNext()) {
          bytes += readRow(read, predictor);
          read++;
        }
      } catch (Exception e) { // Scala throws checked ones too
        rows.keepFirst(read);
        if (read == 0 || isForNow(e)) {
          throw NetworkPartition.<RuntimeException>unchecked(e);
        }
        failure = e;
      }
      if (read == 0) {
        throw new NoSuchElementException();
      }
      if (inputs != null) {
        inputs.noteSource();
      }
    }

    /** Reads a row and returns its size in bytes. */
    private int readRow(int index, InferenceEngines.Predictor predictor) {
      InternalRow row = source.next();
      if (inputs != null) {
        inputs.noteRow(index);
      }
      UnsafeRow copy = rows.add(keptOf(row));
      if (featuresKept >= 0) {
        reader.read(copy, featuresKept, predictor, index);
      } else {
        reader.read(row, features, predictor, index);
      }
      return copy.getSizeInBytes();
    }

    /** Whether a failure is one of the task, not of a row. */
    private boolean isForNow(Exception e) {
      return e instanceof TaskKilledException
          || e instanceof FetchFailedException
          || e instanceof InterruptedException
          || task != null && task.isInterrupted();
    }

    private UnsafeRow keptOf(InternalRow row) {
      if (keepsAll && row instanceof UnsafeRow unsafe) {
        return unsafe;
      }
      if (projection == null) {
        projection = UnsafeProjection.create(kept);
      }
      return projection.apply(row);
    }
  }
}
