package io.github.secateur.spark.prediction;

import java.io.Serializable;
import org.apache.spark.TaskContext;
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
 * results do not depend on the batches.
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
      SQLMetric rowsMetric,
      SQLMetric timeMetric) {
    this.function = function;
    this.featuresType = featuresType;
    this.features = features;
    this.featuresKept = featuresKept;
    this.kept = kept;
    this.keepsAll = keepsAll;
    this.outputs = outputs;
    this.rowsMetric = rowsMetric;
    this.timeMetric = timeMetric;
  }

  @Override
  public Iterator<InternalRow> apply(Iterator<InternalRow> rows) {
    return new Batches(rows);
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
    private int target = FIRST_BATCH;
    private int next;

    Batches(Iterator<InternalRow> source) {
      this.source = source;
      DataType[] types =
          CollectionConverters.asJava(kept).stream()
              .map(Expression::dataType)
              .toArray(DataType[]::new);
      rows = new BatchRows(types, outputs, engines.classes(), engines.batchRows());
      for (int i = 0; i < outputs.length; i++) {
        results[i] = new double[outputs[i].isVector() ? engines.classes() : 1];
      }
    }

    @Override
    public boolean hasNext() {
      return next < rows.count() || source.hasNext();
    }

    @Override
    public InternalRow next() {
      if (next == rows.count()) {
        if (task != null) {
          task.killTaskIfInterrupted();
        }
        evaluate();
        next = 0;
      }
      return rows.get(next++);
    }

    private void evaluate() {
      InferenceEngines.Predictor predictor = engines.borrowBatch();
      read(Math.min(engines.batchRows(), target), predictor);
      int count = rows.count();
      target = 2 * count;
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

    /** Reads rows until a batch is full. */
    private void read(int limit, InferenceEngines.Predictor predictor) {
      rows.clear();
      long bytes = 0;
      while (rows.count() < limit && bytes < MAX_BYTES && source.hasNext()) {
        int index = rows.count();
        InternalRow row = source.next();
        UnsafeRow copy = rows.add(keptOf(row));
        bytes += copy.getSizeInBytes();
        if (featuresKept >= 0) {
          reader.read(copy, featuresKept, predictor, index);
        } else {
          reader.read(row, features, predictor, index);
        }
      }
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
