package org.remora.socket;

import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.remora.memory.Clock;

/**
 * The thread of one process: it runs completions, then what other threads handed in, then the
 * timers that are due, and around again. Each gets its turn: a round runs only what was there when
 * it began, so that a process that polls a memory for ever still hears its messages.
 *
 * <p>With nothing to do it spins briefly, then parks until something is handed in or a timer is
 * due. Once stopped it runs nothing after the current callback. A callback that throws stops it.
 */
final class EventLoop implements Clock {
  /** Some 10 to 20 µs: as long as a neighbour that is about to answer takes. */
  private static final int SPINS = 400;

  private static final Comparator<TimerTask> BY_DEADLINE =
      Comparator.<TimerTask>comparingLong(t -> t.deadline).thenComparingLong(t -> t.order);

  private final long origin = System.nanoTime();
  private final Thread thread;
  private final Consumer<Throwable> failed;
  private final Inbox inbox = new Inbox();
  private final TreeSet<TimerTask> timers = new TreeSet<>(BY_DEADLINE);
  private long timersSet;

  /** Operations that have ended, whose completions are still to run. */
  final Completions completions = new Completions(this);

  private volatile boolean stopped;
  private volatile boolean parked;

  /**
   * A loop that waits for {@link #start}.
   *
   * @param failed called on the loop with what a callback threw
   */
  EventLoop(String name, Consumer<Throwable> failed) {
    this.failed = failed;
    thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Stops the loop after the current callback; from any thread. */
  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
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

  /** Hands something in, from any thread; without effect once the loop was stopped. */
  void put(Inbox.Item item) {
    if (stopped) {
      return;
    }
    inbox.put(item);
    if (parked) {
      LockSupport.unpark(thread);
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
        } else if (++idle < SPINS) {
          Thread.onSpinWait();
        } else {
          park();
        }
      }
    } catch (Throwable bug) { // whatever it is: a process whose program broke takes no further step
      stopped = true;
      failed.accept(bug);
    } finally {
      inbox.close();
      timers.clear();
      completions.clear();
    }
  }

  /** Runs what is there now; false if that is nothing. */
  private boolean round() {
    boolean worked = completions.runAll();
    for (Inbox.Item item = inbox.takeAll(); item != null; item = Inbox.after(item)) {
      if (stopped) {
        return true;
      }
      worked = true;
      item.run();
    }
    return runTimers() || worked;
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

  private void park() {
    parked = true;
    // Whoever hands something in after this look sees that the loop is parked.
    if (inbox.isEmpty() && !stopped) {
      TimerTask first = timers.isEmpty() ? null : timers.first();
      if (first == null) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, first.deadline - now());
      }
    }
    parked = false;
    // An interrupt is nobody's message here; left set, it would turn parking into spinning.
    if (!stopped) {
      Thread.interrupted();
    }
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
