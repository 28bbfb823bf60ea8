package org.remora.bench;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.jspecify.annotations.Nullable;

/**
 * One client that keeps a number of commands under way: as one is done the next is submitted.
 * Latency is from before the submission to the call of {@link Subject.Done}.
 */
final class ClosedLoop {
  /** No subject that works needs so long for one command. */
  private static final long STALL_SECONDS = 20;

  private static final long LATENCY_NANOS_MAX = TimeUnit.SECONDS.toNanos(60);

  private final Subject subject;
  private final int outstanding;
  private final int bytes;
  private final Recorder latencies = new Recorder(LATENCY_NANOS_MAX, 3);
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Makes every command of a run another one. */
  private long submitted;

  ClosedLoop(Subject subject, int outstanding, int bytes) {
    this.subject = subject;
    this.outstanding = outstanding;
    this.bytes = bytes;
  }

  /**
   * Runs the loop for so long.
   *
   * @throws IllegalStateException if a command is not done within {@value #STALL_SECONDS} seconds
   */
  Measurement run(long nanos) throws Exception {
    long start = System.nanoTime();
    if (subject.isPolled()) {
      poll(start + nanos);
    } else {
      await(start + nanos);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Histogram seen = latencies.getIntervalHistogram();
    return Measurement.of(outstanding, bytes, seen, seconds, failed.get());
  }

  /** How many commands were done, without those that failed. */
  long done() {
    return done.get() - failed.get();
  }

  /** The first failure of a command, if there was one. */
  @Nullable Throwable failure() {
    return failure.get();
  }

  private void await(long end) throws Exception {
    Semaphore free = new Semaphore(outstanding);
    while (System.nanoTime() - end < 0) {
      acquire(free, 1);
      submit(free::release);
    }
    acquire(free, outstanding);
  }

  private void poll(long end) throws Exception {
    long stalled = end + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
    while (System.nanoTime() - end < 0) {
      if (submitted - done.get() < outstanding) {
        submit(() -> {});
      } else {
        subject.poll();
      }
    }
    while (done.get() < submitted) {
      subject.poll();
      if (System.nanoTime() - stalled > 0) {
        throw stall();
      }
    }
  }

  private void acquire(Semaphore free, int count) throws InterruptedException {
    if (!free.tryAcquire(count, STALL_SECONDS, TimeUnit.SECONDS)) {
      throw stall();
    }
  }

  private IllegalStateException stall() {
    return new IllegalStateException(
        (submitted - done.get()) + " commands not done after " + STALL_SECONDS + " seconds");
  }

  private void submit(Runnable then) throws Exception {
    byte[] command = command(submitted++);
    long start = System.nanoTime();
    subject.submit(
        command,
        bad -> {
          if (bad == null) {
            latencies.recordValue(Math.min(System.nanoTime() - start, LATENCY_NANOS_MAX));
          } else {
            failed.incrementAndGet();
            failure.compareAndSet(null, bad);
          }
          done.incrementAndGet();
          then.run();
        });
  }

  private byte[] command(long number) {
    byte[] command = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      command[i] = (byte) (i < Long.BYTES ? number >>> (Byte.SIZE * i) : 31 * number + i);
    }
    return command;
  }
}
