package org.remora.verbs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.remora.memory.Clock;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.Wakeup;

/**
 * One thread that serves a completion queue, connections, tasks of other threads and timers, around
 * and around. Each gets its turn: a round runs only what was there when it began.
 *
 * <p>With nothing to do it polls a while, then sleeps until the card or another thread has
 * something or a timer is due. Once stopped it runs nothing after the current callback. A callback
 * that throws stops it.
 */
final class RdmaLoop implements Clock {
  /** What the loop serves; all of it is called on the loop. */
  interface Service {
    /** Takes completions and connection events; false if there are none. */
    boolean poll() throws IOException;

    /** Posts what the callbacks of this round have put together. */
    void flush() throws IOException;

    /** The loop has ended; nothing is called any more. */
    void ended();
  }

  private static final int SLEEP_MILLIS_MAX = 1_000;

  private static final Comparator<TimerTask> BY_DEADLINE =
      Comparator.<TimerTask>comparingLong(t -> t.deadline).thenComparingLong(t -> t.order);

  private final long origin = System.nanoTime();
  private final Thread thread;
  private final Service service;
  private final int spins;
  private final Consumer<Throwable> failed;
  private final CompletionQueue queue;
  private final Wakeup wakeup;
  private final int[] fds;
  private final TreeSet<TimerTask> timers = new TreeSet<>(BY_DEADLINE);
  private long timersSet;

  /** Guards the tasks. */
  private final Object lock = new Object();

  private ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private ArrayDeque<Runnable> running = new ArrayDeque<>();

  private volatile boolean stopped;
  private volatile boolean asleep;

  /**
   * A loop that waits for {@link #start}; it closes neither queue nor connections.
   *
   * @param spins how many rounds without work it makes before it sleeps
   * @param failed called on the loop with what a callback threw
   */
  RdmaLoop(
      String name,
      Service service,
      Connections connections,
      CompletionQueue queue,
      int spins,
      Consumer<Throwable> failed)
      throws IOException {
    this.service = service;
    this.spins = spins;
    this.failed = failed;
    this.queue = queue;
    wakeup = Wakeup.open();
    fds = new int[] {queue.fd(), wakeup.fd(), connections.fd()};
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Gives back what a loop has that is never started. */
  void abandon() throws IOException {
    wakeup.close();
  }

  /** Stops the loop after the current callback; from any thread. */
  void stop() {
    stopped = true;
    wakeup.wake();
  }

  boolean isStopped() {
    return stopped;
  }

  /** Waits until the thread has ended; false if it has not within so many nanoseconds. */
  boolean join(long nanosMax) throws InterruptedException {
    if (Thread.currentThread() != thread) {
      thread.join(Math.max(1, nanosMax / 1_000_000));
    }
    return Thread.currentThread() == thread || !thread.isAlive();
  }

  /** Interrupts a callback that does not come to its end. */
  void interrupt() {
    thread.interrupt();
  }

  /** Hands a task in, from any thread; without effect once the loop was stopped. */
  void put(Runnable task) {
    if (stopped) {
      return;
    }
    synchronized (lock) {
      tasks.add(task);
    }
    if (asleep) {
      wakeup.wake();
    }
  }

  /**
   * Checks that the caller runs on this loop.
   *
   * @throws IllegalStateException if it does not
   */
  void check() {
    if (Thread.currentThread() != thread) {
      throw new IllegalStateException(
          "called on "
              + Thread.currentThread().getName()
              + "; this belongs to the event loop "
              + thread.getName()
              + ", which execute() leads to");
    }
  }

  @Override
  public long now() {
    return System.nanoTime() - origin;
  }

  @Override
  public Timer after(long delayNanos, Runnable expiry) {
    check();
    long now = now();
    long deadline = delayNanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + delayNanos;
    TimerTask timer = new TimerTask(deadline, timersSet++, expiry);
    timers.add(timer);
    return timer;
  }

  private void run() {
    try {
      int idle = 0;
      while (!stopped) {
        if (round()) {
          idle = 0;
        } else if (++idle < spins) {
          Thread.onSpinWait();
        } else {
          sleep();
        }
      }
    } catch (Throwable bug) { // whatever it is: who broke takes no further step
      stopped = true;
      failed.accept(bug);
    } finally {
      synchronized (lock) {
        tasks.clear();
      }
      timers.clear();
      service.ended();
      try {
        wakeup.close();
      } catch (IOException e) {
        failed.accept(e);
      }
    }
  }

  /** Runs what is there now; false if that is nothing. */
  private boolean round() throws IOException {
    boolean worked = service.poll();
    synchronized (lock) {
      ArrayDeque<Runnable> taken = tasks;
      tasks = running;
      running = taken;
    }
    while (!running.isEmpty() && !stopped) {
      worked = true;
      running.remove().run();
    }
    worked |= runTimers();
    if (!stopped) {
      service.flush();
    }
    return worked;
  }

  private boolean runTimers() {
    boolean worked = false;
    long now = timers.isEmpty() ? 0 : now();
    // The count bounds the round: an expiry may set the next timer to now.
    for (int left = timers.size(); left > 0 && !timers.isEmpty() && !stopped; left--) {
      TimerTask first = timers.first();
      if (first.deadline > now) {
        break;
      }
      timers.remove(first);
      worked = true;
      first.expiry.run();
    }
    return worked;
  }

  private void sleep() throws IOException {
    asleep = true;
    queue.arm();
    // What came between the last look and the arming would wake nobody: a last round before
    // sleeping.
    if (!round() && !stopped) {
      Wakeup.await(fds, sleepMillis());
    }
    asleep = false;
    queue.drain();
    wakeup.drain();
  }

  private int sleepMillis() {
    if (timers.isEmpty()) {
      return SLEEP_MILLIS_MAX;
    }
    long nanos = timers.first().deadline - now();
    return (int) Math.max(0, Math.min(SLEEP_MILLIS_MAX, (nanos + 999_999) / 1_000_000));
  }

  private final class TimerTask implements Timer {
    private final long deadline;
    private final long order;
    private final Runnable expiry;

    TimerTask(long deadline, long order, Runnable expiry) {
      this.deadline = deadline;
      this.order = order;
      this.expiry = expiry;
    }

    @Override
    public void cancel() {
      check();
      timers.remove(this);
    }
  }
}
