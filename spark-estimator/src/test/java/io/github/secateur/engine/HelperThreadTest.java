package io.github.secateur.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HelperThreadTest {
  private Thread thread;
  private int calls;

  private final HelperThread helper =
      new HelperThread(
          "helper",
          () -> {
            thread = Thread.currentThread();
            calls++;
          });

  private void call() {
    helper.start();
    assertTrue(helper.await());
  }

  @Test
  void oneThreadDoesAllCallsAndSleepsBetweenThem() throws InterruptedException {
    call();
    Thread first = thread;
    for (int i = 0; i < 10_000; i++) {
      call();
    }
    while (first.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1); // it waits awake first
    }
    call();
    assertSame(first, thread);
    assertEquals(10_002, calls);
    assertTrue(first.isDaemon());
    helper.end();
  }

  @Test
  void theThreadEndsAndIsStartedAgain() {
    helper.end();
    call();
    Thread first = thread;
    helper.end();
    assertFalse(first.isAlive());
    helper.end();
    call();
    assertNotSame(first, thread);
    assertEquals(2, calls);
    helper.end();
  }

  @Test
  void failuresAreKeptUntilTheNextCall() {
    IllegalStateException exception = new IllegalStateException("for a test");
    OutOfMemoryError error = new OutOfMemoryError("for a test");
    HelperThread failing =
        new HelperThread(
            "failing",
            () -> {
              calls++;
              if (calls == 1) {
                throw exception;
              } else if (calls == 2) {
                throw error;
              }
            });
    for (Throwable expected : new Throwable[] {exception, error, null}) {
      failing.start();
      assertTrue(failing.await());
      assertSame(expected, failing.failure());
    }
    failing.end();
  }

  @Test
  void whoWaitsCanBeInterruptedAndWaitsOn() {
    CountDownLatch proceed = new CountDownLatch(1);
    HelperThread waiting =
        new HelperThread(
            "waiting",
            () -> {
              try {
                proceed.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    waiting.start();
    Thread.currentThread().interrupt();
    assertFalse(waiting.await());
    assertFalse(Thread.currentThread().isInterrupted());
    proceed.countDown();
    assertTrue(waiting.await());
    assertNull(waiting.failure());
    waiting.end();
  }
}
