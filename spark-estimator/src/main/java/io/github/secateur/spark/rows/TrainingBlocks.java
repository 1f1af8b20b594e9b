package io.github.secateur.spark.rows;

import io.github.secateur.data.ShardWriter;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Consumer;
import org.apache.spark.sql.Row;

/**
 * Turns the rows of a partition into blocks, one by one as they are asked for. At the first row
 * that cannot be trained on it gives a block that says so, and ends: a value, not an exception, so
 * that Spark neither retries nor prints a stack trace.
 */
final class TrainingBlocks implements Iterator<TrainingBlock> {
  private static final int SAMPLE_ROWS = 64;

  private final TrainingColumns columns;
  private final Iterator<Row> rows;
  private final Deque<Row> sample = new ArrayDeque<>();
  private final Deque<TrainingBlock> ready = new ArrayDeque<>();
  private final float[] dense;
  private final int[] widths;
  private ShardWriter training;
  private ShardWriter validation;
  private boolean ended;

  TrainingBlocks(TrainingColumns columns, Iterator<Row> rows) {
    this.columns = columns;
    this.rows = rows;
    this.dense = new float[columns.features().width()];
    this.widths = columns.features().newWidths();
  }

  @Override
  public boolean hasNext() {
    while (ready.isEmpty() && !ended) {
      if (training == null) {
        open();
      }
      Row row = nextRow();
      if (row != null) {
        write(row);
      } else {
        training.finish();
        validation.finish();
        ended = true;
      }
    }
    return !ready.isEmpty();
  }

  @Override
  public TrainingBlock next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return ready.remove();
  }

  /**
   * Looks at some rows to choose how the partition is stored; the choice changes no bits of the
   * training.
   */
  private void open() {
    while (sample.size() < SAMPLE_ROWS && rows.hasNext()) {
      sample.add(rows.next());
    }
    boolean sparse = storesSparse(columns.features(), sample);
    training = writer(sparse, false);
    validation = writer(sparse, true);
  }

  /**
   * Sparse storage takes 8 bytes for each stored value, and as bytes most images take 1: it must
   * save a lot to pay.
   */
  private static boolean storesSparse(FeatureReader features, Collection<Row> sample) {
    long sparseRows = 0;
    long stored = 0;
    for (Row row : sample) {
      long ofRow = features.storedSparsely(TrainingColumns.features(row));
      if (ofRow >= 0) {
        sparseRows++;
        stored += ofRow;
      }
    }
    return 2 * sparseRows > sample.size() && 8 * stored <= sparseRows * features.width();
  }

  private ShardWriter writer(boolean sparse, boolean isValidation) {
    int width = columns.features().width();
    Consumer<byte[]> sink = bytes -> ready.add(TrainingBlock.rows(isValidation, bytes));
    ShardWriter writer = sparse ? ShardWriter.sparse(width, sink) : ShardWriter.dense(width, sink);
    return columns.vocabularies().isEmpty()
        ? writer
        : writer.checkedBy(columns.vocabularies()::check);
  }

  private Row nextRow() {
    if (!sample.isEmpty()) {
      return sample.remove();
    }
    return rows.hasNext() ? rows.next() : null;
  }

  private void write(Row row) {
    try {
      ShardWriter writer = columns.isValidation(row) ? validation : training;
      int label = columns.label(row);
      float weight = columns.weight(row);
      Object features = TrainingColumns.features(row);
      columns.features().write(features, widths, writer, label, weight, dense);
    } catch (IllegalArgumentException e) {
      ready.clear();
      ready.add(TrainingBlock.problem(e.getMessage()));
      ended = true;
    }
  }
}
