package io.github.secateur.spark.files;

import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.spark.rows.TrainingCache;
import io.github.secateur.train.Checkpoint;
import io.github.secateur.train.Checkpoints;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of a fit in a folder of any Hadoop file system. Each fit has a folder of its own
 * in it, named by its {@link FitIdentity}, so that the fits of a search do not meet. A file is
 * written under another name first, then renamed; the newest two are kept.
 *
 * <p>A folder that holds the checkpoint of one other fit, and of no search, is refused: whoever
 * changed a param did not mean to begin anew without a word.
 */
public final class FitCheckpoints implements Checkpoints, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FitCheckpoints.class);
  private static final String SUFFIX = ".checkpoint";
  private static final int KEPT = 2;

  /** The folders of the fits that run in this JVM. */
  private static final Set<Path> RUNNING = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final int interval;
  private final FileSystem files;
  private final Set<String> fitsOfEstimator;
  private FitIdentity fit;
  private String entry; // of this fit in fitsOfEstimator
  private Path folder; // null: nothing is kept
  private boolean finished;

  private FitCheckpoints(
      Path root, int interval, FileSystem files, Set<String> fitsOfEstimator, FitIdentity fit) {
    this.root = root;
    this.interval = interval;
    this.files = files;
    this.fitsOfEstimator = fitsOfEstimator;
    this.fit = fit;
    this.entry = UUID.randomUUID().toString(); // until the rows are known
    fitsOfEstimator.add(entry);
  }

  /**
   * Opens a folder, and looks whether it is for this fit as far as the params tell. {@link #begin}
   * must follow.
   *
   * @param root the folder; need not exist
   * @param interval the number of epochs between two checkpoints, at least 1
   * @param settings params that bear on the result, by name
   * @param fitsOfEstimator the fits that the estimator and its copies run or have finished; this
   *     one is added
   * @throws IllegalArgumentException if the folder holds the checkpoint of another fit; the message
   *     says in what they differ
   * @throws UncheckedIOException if the folder cannot be read
   */
  public static FitCheckpoints open(
      String root,
      int interval,
      Map<String, String> settings,
      Set<String> fitsOfEstimator,
      Configuration configuration) {
    Path path = new Path(root);
    try {
      FileSystem files = path.getFileSystem(configuration);
      FitCheckpoints checkpoints =
          new FitCheckpoints(
              files.makeQualified(path),
              interval,
              files,
              fitsOfEstimator,
              new FitIdentity(settings, Map.of()));
      checkpoints.compareSettings();
      return checkpoints;
    } catch (IOException e) {
      throw cannotUse(path, e);
    }
  }

  /** Returns checkpoints that keep nothing. */
  public static FitCheckpoints none() {
    return new FitCheckpoints(null, 0, null, new HashSet<>(), null);
  }

  /** Returns the checksum of an array, as text. */
  public static String checksum(float[] values) {
    return FitIdentity.checksum(values);
  }

  private void compareSettings() throws IOException {
    try {
      List<Found> others = others();
      if (others.stream().noneMatch(found -> found.header.fit().hasSameSettings(fit))) {
        refuseOther(others);
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Says which rows the fit is on, and looks for its checkpoints.
   *
   * @throws IllegalArgumentException if there are those of another fit
   * @throws UncheckedIOException if the folder cannot be read
   */
  public void begin(TrainingCache rows, JobDescription description) {
    if (root == null) {
      return;
    }
    fit = fit.withData(rows.facts(description));
    Path own = new Path(root, fit.name());
    try {
      if (!files.exists(own)) {
        refuseOther(others());
      }
    } catch (IOException e) {
      throw cannotUse(own, e);
    }
    fitsOfEstimator.add(fit.name());
    fitsOfEstimator.remove(entry);
    entry = fit.name();
    if (RUNNING.add(own)) {
      folder = own;
    } else {
      LOG.warn(
          "the same fit is running already and keeps checkpoints in {}; this one does not", own);
    }
  }

  /** The newest readable checkpoint of some fit. */
  private record Found(Path path, CheckpointFile.Header header) {}

  /** Returns what there is of fits that do not run in this JVM. */
  private List<Found> others() throws IOException {
    List<Found> found = new ArrayList<>();
    for (FileStatus entry : list(root)) {
      if (entry.isDirectory() && !RUNNING.contains(entry.getPath())) {
        for (FileStatus file : newestFirst(entry.getPath())) {
          try (FSDataInputStream in = files.open(file.getPath())) {
            found.add(new Found(file.getPath(), CheckpointFile.readHeader(in, file.getLen())));
            break;
          } catch (IOException e) {
            LOG.debug("{} is passed over: {}", file.getPath(), e.getMessage());
          }
        }
      }
    }
    return found;
  }

  private void refuseOther(List<Found> others) {
    if (fitsOfEstimator.size() > 1) {
      return; // a search: its fits differ
    }
    for (Found other : others) {
      if (other.header.alone()) {
        List<String> differences = fit.differencesOfSettings(other.header.fit());
        if (differences.isEmpty()) {
          differences = fit.differencesOfData(other.header.fit());
        }
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "the checkpoint %s, after epoch %d, is of another fit: %s; make them equal to go on"
                    + " with that fit, delete the folder %s to begin anew, or set another"
                    + " checkpointDir",
                other.path,
                other.header.epoch(),
                String.join(", ", differences),
                other.path.getParent()));
      }
    }
  }

  private FileStatus[] list(Path path) throws IOException {
    try {
      return files.listStatus(path);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  private List<FileStatus> newestFirst(Path path) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (FileStatus file : list(path)) {
      if (file.isFile() && file.getPath().getName().endsWith(SUFFIX)) {
        found.add(file);
      }
    }
    found.sort(Comparator.comparing((FileStatus file) -> file.getPath().getName()).reversed());
    return found;
  }

  @Override
  public Checkpoint latest() {
    if (folder == null) {
      return null;
    }
    try {
      return newestReadable(newestFirst(folder));
    } catch (IOException e) {
      throw cannotUse(folder, e);
    }
  }

  private Checkpoint newestReadable(List<FileStatus> found) throws IOException {
    Map<String, String> problems = new HashMap<>();
    for (FileStatus file : found) {
      try (FSDataInputStream in = files.open(file.getPath())) {
        Checkpoint checkpoint = CheckpointFile.read(in, file.getLen());
        LOG.info("going on after epoch {}, from {}", checkpoint.epochs().size(), file.getPath());
        return checkpoint;
      } catch (NewerFormatException e) {
        throw e;
      } catch (IOException e) {
        LOG.warn("the checkpoint {} is damaged: {}", file.getPath(), e.getMessage());
        problems.put(file.getPath().getName(), e.getMessage());
      }
    }
    if (!problems.isEmpty()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "no checkpoint in it can be read, %s; delete the folder to begin anew",
              problems));
    }
    return null;
  }

  @Override
  public boolean isDue(int epoch) {
    return folder != null && epoch % interval == 0;
  }

  /**
   * Writes in a thread of its own: Hadoop's local file system starts programs, and an interruption
   * that comes while it waits for their output is lost. So the thread of the fit waits here.
   */
  @Override
  public void keep(Checkpoint checkpoint) {
    FutureTask<Void> writing = new FutureTask<>(() -> writeAndTidy(checkpoint), null);
    Thread writer = new Thread(writing, "secateur-checkpoint");
    writer.setDaemon(true);
    writer.start();
    boolean interrupted = false;
    while (true) {
      try {
        writing.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // what is being written is soon written
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException failure
            ? failure
            : new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void writeAndTidy(Checkpoint checkpoint) {
    try {
      write(checkpoint);
      List<FileStatus> all = newestFirst(folder);
      for (FileStatus old : all.subList(Math.min(KEPT, all.size()), all.size())) {
        files.delete(old.getPath(), false);
      }
    } catch (IOException e) {
      throw cannotUse(folder, e);
    }
  }

  private void write(Checkpoint checkpoint) throws IOException {
    Path target =
        new Path(
            folder, String.format(Locale.ROOT, "epoch-%08d%s", checkpoint.epochs().size(), SUFFIX));
    Path temporary = new Path(folder, "." + target.getName() + "-" + UUID.randomUUID());
    files.mkdirs(folder);
    try {
      try (FSDataOutputStream out = files.create(temporary, false)) {
        CheckpointFile.write(fit, fitsOfEstimator.size() == 1, checkpoint, out);
        out.hsync();
      }
      files.delete(target, false); // a damaged one of the same epoch
      if (!files.rename(temporary, target)) {
        throw new IOException(
            String.format(Locale.ROOT, "cannot rename %s to %s", temporary, target));
      }
    } catch (IOException e) {
      files.delete(temporary, false);
      throw e;
    }
    LOG.info("kept {}", target);
  }

  /** Removes the checkpoints: the fit has ended, and there is nothing to go on with. */
  public void remove() {
    finished = true;
    if (folder != null) {
      try {
        files.delete(folder, true);
      } catch (IOException e) {
        // the model is worth more than a clean folder
        LOG.warn("cannot delete the checkpoints in {}: {}", folder, e.getMessage());
      }
    }
  }

  private static UncheckedIOException cannotUse(Path path, IOException e) {
    return new UncheckedIOException(
        String.format(Locale.ROOT, "cannot use the checkpoint folder %s: %s", path, e.getMessage()),
        e);
  }

  /** Lets go of the folder; checkpoints in it stay. */
  @Override
  public void close() {
    if (!finished) {
      fitsOfEstimator.remove(entry);
    }
    if (folder != null) {
      RUNNING.remove(folder);
    }
  }
}
