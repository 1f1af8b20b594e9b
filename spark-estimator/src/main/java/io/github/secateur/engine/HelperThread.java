package io.github.secateur.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that helps another one: each {@link #start} runs the same work once more. Both sides
 * wait for each other awake for some microseconds, since the next call is near, then asleep. Waking
 * a thread that sleeps takes as long as a small product.
 *
 * <p>The thread is a daemon. It ends after some seconds without work, and is started again when it
 * is needed. A call allocates nothing. To be used by one calling thread at a time.
 */
public final class HelperThread {
  private static final int SPINS = 2000;
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int ENDED = 0;
  private static final int IDLE = 1;
  private static final int WORKING = 2;

  private final String name;
  private final Runnable work;
  private final AtomicInteger state = new AtomicInteger(ENDED);
  private volatile Thread thread;
  private volatile Thread caller;
  private Throwable failure; // written before the state and read after it

  /**
   * Makes a helper; its thread starts when it is first needed.
   *
   * @param name of the thread
   * @param work what each call runs; it sees what the caller wrote before {@link #start}
   */
  public HelperThread(String name, Runnable work) {
    this.name = name;
    this.work = work;
  }

  /** Starts the work; {@link #await} must follow until it returns true. */
  public void start() {
    caller = Thread.currentThread();
    failure = null;
    if (state.compareAndSet(IDLE, WORKING)) {
      LockSupport.unpark(thread);
      return;
    }
    state.set(WORKING); // it has ended
    Thread started = new Thread(this::run, name);
    started.setDaemon(true);
    thread = started;
    try {
      started.start();
    } catch (Error e) { // the system gives no more threads
      state.set(ENDED);
      throw e;
    }
  }

  /**
   * Waits for the end of the work.
   *
   * @return whether it has ended; if not, the calling thread has been interrupted, and is no more
   */
  public boolean await() {
    for (int spins = 0; state.get() == WORKING; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else if (Thread.interrupted()) {
        return false;
      } else {
        LockSupport.parkNanos(IDLE_NANOS);
      }
    }
    return true;
  }

  /** Returns what the work threw, after its end, or null. */
  public Throwable failure() {
    return failure;
  }

  /**
   * Ends the thread, which must not be working, and returns when it is gone. The next start begins
   * another one.
   */
  public void end() {
    state.compareAndSet(IDLE, ENDED);
    boolean interrupted = false;
    while (thread != null && thread.isAlive()) {
      LockSupport.unpark(thread);
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    long idleSince = 0;
    int spins = 0;
    while (true) {
      int now = state.get();
      if (now == WORKING) {
        try {
          work.run();
        } catch (RuntimeException | Error e) {
          failure = e;
        }
        state.set(IDLE);
        LockSupport.unpark(caller);
        idleSince = System.nanoTime();
        spins = 0;
      } else if (now == ENDED) {
        return;
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(IDLE_NANOS);
        if (System.nanoTime() - idleSince > IDLE_NANOS && state.compareAndSet(IDLE, ENDED)) {
          return;
        }
      }
    }
  }
}
