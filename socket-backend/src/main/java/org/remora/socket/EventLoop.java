package org.remora.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Comparator;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Clock;

/**
 * The event loop of one process: it runs completions, then what other threads handed in, then the
 * timers that are due, and around again. Each gets its turn: a round runs only what was there when
 * it began, so that a process that polls a memory for ever still hears its messages.
 *
 * <p>One thread <em>owns</em> the loop at a time, and only the owner runs anything: mostly the
 * loop's own thread, and, for a task given to {@link #execute}, the thread that calls, if the loop
 * is idle. It takes the ownership if it can have it at once and never waits for it. Ownership
 * passes through {@link #owner}, a volatile field, so that what one owner did happens before what
 * the next does.
 *
 * <p>Nothing handed in is forgotten: whoever hands in puts the item into the inbox first, and then
 * looks whether the loop is owned; an owner gives the loop up first, and then looks into the inbox.
 * One of the two sees the other.
 *
 * <p>With nothing to do the thread spins briefly, then waits until something is handed in or a
 * timer is due. Once stopped the loop runs nothing after the current callback. A callback that
 * throws stops it.
 */
final class EventLoop implements Clock {
  /** Some 10 to 20 µs: as long as a neighbour that is about to answer takes. */
  private static final int SPINS = 400;

  /**
   * A thread that spins looks at the clock once in so many times: that costs more than the rest.
   */
  private static final int CLOCK_LOOKS = 16;

  /** How many rounds a calling thread runs at most before it leaves the rest to the loop's own. */
  private static final int CALLER_ROUNDS_MAX = 16;

  /** How many items of the inbox one round runs at most. */
  private static final int ROUND_ITEMS_MAX = 1_024;

  /** How long the thread waits before it looks again whether a caller has left the loop. */
  private static final long CALLER_NANOS = 20_000;

  /** {@link #dueAt}: there is something to run now. */
  private static final long NOW = Long.MIN_VALUE;

  /** {@link #dueAt}: no timer is set. */
  private static final long NEVER = Long.MAX_VALUE;

  /** {@link #sleepsUntil}: the thread does not sleep. */
  private static final long AWAKE = Long.MIN_VALUE;

  /** So long after the last call of {@link #help} the loop's own thread takes the watch back. */
  private static final long HELP_NANOS = 500_000;

  /** How long a helper waits for the watch before it tries again. */
  private static final long WATCH_NANOS = 20_000;

  private static final VarHandle OWNER;
  private static final VarHandle WATCHER;

  static {
    try {
      OWNER = MethodHandles.lookup().findVarHandle(EventLoop.class, "owner", Thread.class);
      WATCHER = MethodHandles.lookup().findVarHandle(EventLoop.class, "watcher", Thread.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final Comparator<TimerTask> BY_DEADLINE =
      Comparator.<TimerTask>comparingLong(t -> t.deadline).thenComparingLong(t -> t.order);

  /** What the watcher of a loop waits in. */
  interface Waiter {
    /** How often the thread looks for work before it waits. */
    int looks();

    /** Looks for work without waiting; by the watcher, without owning the loop. */
    boolean look();

    /** Does what there is; by the watcher, owning the loop. False if there was nothing. */
    boolean poll();

    /** Sends on what was left for the end of a round; by the owner. */
    void flush();

    /** Waits for work, so many nanoseconds at most; by the watcher, without owning the loop. */
    void await(long nanosMax);

    /** Ends the wait of {@code watcher} that is under way, or the next; from any thread. */
    void wake(Thread watcher);
  }

  /** Waits for other threads only. */
  private static final class Parking implements Waiter {
    @Override
    public int looks() {
      return SPINS;
    }

    @Override
    public boolean look() {
      return false;
    }

    @Override
    public boolean poll() {
      return false;
    }

    @Override
    public void flush() {}

    @Override
    public void await(long nanosMax) {
      if (nanosMax == NEVER) {
        LockSupport.park(this);
      } else {
        LockSupport.parkNanos(this, nanosMax);
      }
    }

    @Override
    public void wake(Thread thread) {
      LockSupport.unpark(thread);
    }
  }

  /** A thread of a loop: it has one to run already, and runs no other's tasks. */
  private static final class LoopThread extends Thread {
    LoopThread(Runnable code, String name) {
      super(code, name);
      setDaemon(true);
    }
  }

  private final long origin = System.nanoTime();
  private final Thread thread;
  private final Waiter waiter;
  private final Consumer<Throwable> failed;
  private final Inbox inbox = new Inbox();

  /** The thread that runs this loop now; null if it is idle. */
  @SuppressWarnings("UnusedVariable") // used through OWNER
  private volatile @Nullable Thread owner;

  // The owner's.

  private final TreeSet<TimerTask> timers = new TreeSet<>(BY_DEADLINE);
  private long timersSet;

  /** Taken out of the inbox, and still to run. */
  private Inbox.@Nullable Item taken;

  /** Operations that have ended, whose completions are still to run. */
  final Completions completions = new Completions(this);

  // What the owner leaves behind for the thread.

  /** When there is something to run next, besides what is in the inbox. */
  private volatile long dueAt = NEVER;

  /** Until when the thread sleeps; never too early a time. */
  private volatile long sleepsUntil = AWAKE;

  /** The thread has waited for its turn: callers leave it the loop. */
  private volatile boolean wanted;

  private volatile boolean stopped;

  // Who waits for work: the thread, or one that helps it.

  /**
   * Who looks for work and waits for it, in {@link #waiter}: the loop's thread, or a thread that
   * helps; null between the calls of one that does.
   */
  @SuppressWarnings("UnusedVariable") // used through WATCHER
  private volatile @Nullable Thread watcher;

  /** A helper wants the watch. */
  private volatile boolean called;

  /** How often a helper has begun to help. */
  private volatile long helps;

  /** The thread has left the watch to helpers. */
  private volatile boolean aside;

  /** There is something to do that no helper need know of: the thread is to take the watch back. */
  private volatile boolean recalled;

  /** The thread that hands in and then helps: what it hands in waits until it does. */
  private volatile @Nullable Thread helper;

  /**
   * A loop that waits for {@link #start}.
   *
   * @param failed called on the loop with what a callback threw
   */
  EventLoop(String name, Consumer<Throwable> failed) {
    this(name, failed, new Parking());
  }

  /** A loop that waits in {@code waiter}. */
  EventLoop(String name, Consumer<Throwable> failed, Waiter waiter) {
    this.failed = failed;
    this.waiter = waiter;
    thread = new LoopThread(this::run, name);
    watcher = thread;
  }

  void start() {
    thread.start();
  }

  /** Stops the loop after the current callback; from any thread. */
  void stop() {
    stopped = true;
    wakeWatcher();
    LockSupport.unpark(thread);
  }

  /** Ends the wait of whoever waits in {@link #waiter}. */
  private void wakeWatcher() {
    Thread waits = watcher;
    waiter.wake(waits == null ? thread : waits);
  }

  boolean isStopped() {
    return stopped;
  }

  /**
   * Waits until the thread has ended; false if it has not within so many nanoseconds. True at once
   * for who runs the loop: it ends when the callback does.
   */
  boolean join(long nanosMax) throws InterruptedException {
    if (Thread.currentThread() == thread || isOwner()) {
      return true;
    }
    thread.join(Math.max(1, nanosMax / 1_000_000));
    return !thread.isAlive();
  }

  /** Waits until no helper is within {@link #help} of a stopped loop; false if one stays there. */
  @SuppressWarnings("ReferenceEquality")
  boolean joinHelper(long nanosMax) {
    long end = System.nanoTime() + nanosMax;
    for (Thread there = watcher; there != null && there != thread; there = watcher) {
      if (there == Thread.currentThread()) {
        return true; // it closes the process in a callback
      }
      if (System.nanoTime() - end > 0) {
        return false;
      }
      LockSupport.parkNanos(this, WATCH_NANOS);
    }
    return true;
  }

  /** Interrupts a callback on the loop's thread that does not come to its end. */
  void interrupt() {
    thread.interrupt();
  }

  /** Hands something in, from any thread; without effect once the loop was stopped. */
  void put(Inbox.Item item) {
    if (stopped) {
      return;
    }
    inbox.put(item);
    if (sleepsUntil != AWAKE) {
      wakeWatcher();
    } else if (aside && !isHelper() && !isOwner()) {
      recall();
    }
  }

  /**
   * Hands something in, and if the loop is idle runs it, with all that it leads to, before it
   * returns: but a bounded number of rounds, and no timers.
   */
  void execute(Inbox.Item item) {
    // A task of the running callback goes behind it; and a loop's thread has its own loop to run.
    if (isOwner() || isHelper() || Thread.currentThread() instanceof LoopThread) {
      put(item);
      return;
    }
    if (stopped) {
      return;
    }
    inbox.put(item);
    // If the thread wants the loop, it looks into the inbox when it has it; and so does whoever
    // owns it now, after giving it up.
    for (int rounds = 0; !wanted && acquire(); ) {
      rounds = runOnCaller(rounds);
      release();
      if (rounds >= CALLER_ROUNDS_MAX || stopped || inbox.isEmpty()) {
        wakeForTheRest();
        return;
      }
    }
  }

  private void wakeForTheRest() {
    long sleeps = sleepsUntil;
    if (sleeps != AWAKE && (!inbox.isEmpty() || dueAt < sleeps)) {
      wakeWatcher();
    } else if (aside) {
      // What was sent now is answered soon, and no helper need be there for it.
      recall();
    }
  }

  private void recall() {
    recalled = true;
    LockSupport.unpark(thread);
  }

  /**
   * Takes the watch on the calling thread: looks for work and runs it; with none there, waits until
   * something comes or a timer is due, so many nanoseconds at most. The first of such calls has to
   * fetch the watch from the loop's thread, and may do nothing else; that takes it back when they
   * end. Until then, what the calling thread hands in waits for its next call.
   *
   * @return whether anything was run
   */
  boolean help(long nanosMax) {
    if (isOwner()) {
      throw new IllegalStateException("called on the event loop, which cannot wait for itself");
    }
    Thread current = Thread.currentThread();
    if (stopped) {
      return false;
    }
    if (!WATCHER.compareAndSet(this, null, current)) {
      called = true;
      waiter.wake(thread);
      LockSupport.parkNanos(this, Math.min(WATCH_NANOS, nanosMax));
      return false;
    }
    helper = current;
    long number = helps;
    helps = number + 1; // by the watcher alone
    boolean ran = false;
    for (int idle = 0; !stopped && !ran; idle++) {
      if (isDue() || waiter.look()) {
        ran = runOnHelper();
      } else if (nanosMax == 0 || idle > waiter.looks()) {
        break;
      } else if (idle < waiter.looks()) {
        Thread.onSpinWait();
      } else if (current.isInterrupted()) {
        break; // it would not wait
      } else {
        sleep(nanosMax);
      }
    }
    watcher = null;
    return ran;
  }

  /** Plain: only the calling thread itself can have put itself there. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isHelper() {
    return helper == Thread.currentThread();
  }

  /** Runs what there is; false if somebody else does. */
  private boolean runOnHelper() {
    if (wanted || !acquire()) {
      return false;
    }
    try {
      boolean worked = true;
      for (int rounds = 0; worked && rounds < CALLER_ROUNDS_MAX && !stopped; rounds++) {
        worked = waiter.poll();
        worked |= round();
        worked |= runTimers();
        waiter.flush();
      }
    } catch (Throwable bug) { // the process's, not the caller's
      broken(bug);
    }
    release();
    return true;
  }

  /** Leaves the watch to helpers until none has come for a while. */
  private void stepAside() {
    called = false;
    aside = true;
    watcher = null;
    long before;
    do {
      before = helps;
      LockSupport.parkNanos(this, HELP_NANOS);
      // An interrupt is nobody's message here; left set, it would turn waiting into spinning.
      if (!stopped) {
        Thread.interrupted();
      }
    } while (!stopped
        && ((helps != before && !recalled) || !WATCHER.compareAndSet(this, null, thread)));
    recalled = false;
    aside = false;
    helper = null;
  }

  /**
   * Checks that the caller runs this loop.
   *
   * @throws IllegalStateException if it does not
   */
  void check() {
    if (!isOwner()) {
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

  /** Plain: only the calling thread itself can have put itself there. */
  @SuppressWarnings("ReferenceEquality")
  private boolean isOwner() {
    return OWNER.get(this) == Thread.currentThread();
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isThread() {
    return Thread.currentThread() == thread;
  }

  private boolean acquire() {
    return OWNER.compareAndSet(this, null, Thread.currentThread());
  }

  /** Gives the loop up, or, once it was stopped, closes it for good. */
  private void release() {
    long due = NEVER;
    if (!completions.isEmpty() || taken != null) {
      due = NOW;
    } else if (!timers.isEmpty()) {
      due = timers.first().deadline;
    }
    if (due != dueAt) {
      dueAt = due;
    }
    owner = null;
    // After the loop was given up: the thread may have ended without it a moment ago.
    if (stopped && acquire()) {
      close();
    }
  }

  /** By the owner, of a stopped loop; it stays owned, by a thread that runs nothing more. */
  private void close() {
    inbox.close();
    taken = null;
    timers.clear();
    completions.clear();
    owner = thread;
  }

  private void run() {
    int idle = 0;
    while (!stopped) {
      if (called) {
        stepAside();
        idle = 0;
      } else if (!inbox.isEmpty() || (idle % CLOCK_LOOKS == 0 && isDue()) || waiter.look()) {
        runOnThread();
        idle = 0;
      } else if (++idle < waiter.looks()) {
        Thread.onSpinWait();
      } else {
        sleep(NEVER);
      }
    }
    if (acquire()) {
      close();
    }
  }

  private boolean isDue() {
    long due = dueAt;
    return !inbox.isEmpty() || due == NOW || (due != NEVER && due <= now());
  }

  /** Runs the loop until there is nothing to run. */
  private void runOnThread() {
    wanted = true;
    for (int spins = 0; !acquire(); spins++) {
      if (stopped) {
        return;
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, CALLER_NANOS);
      }
    }
    wanted = false;
    try {
      boolean worked = true;
      while (worked && !stopped && !called) {
        worked = waiter.poll();
        worked |= round();
        worked |= runTimers();
        waiter.flush();
        worked |= waiter.look();
      }
    } catch (Throwable bug) { // whatever it is: a process whose program broke takes no further step
      broken(bug);
    }
    release();
  }

  /** Runs the loop on a caller; the number of rounds, those of before included. */
  private int runOnCaller(int before) {
    int rounds = before;
    try {
      boolean worked;
      do {
        rounds++;
        worked = round();
        waiter.flush();
      } while (worked && rounds < CALLER_ROUNDS_MAX && !stopped);
    } catch (Throwable bug) { // the process's, not the caller's
      broken(bug);
    }
    return rounds;
  }

  private void broken(Throwable bug) {
    stop();
    failed.accept(bug);
  }

  /** Runs what is there now, but timers; false if that is nothing. */
  private boolean round() {
    boolean worked = completions.runAll();
    if (taken == null) {
      taken = inbox.takeAll();
    }
    for (int left = ROUND_ITEMS_MAX; left > 0 && taken != null && !stopped; left--) {
      Inbox.Item item = taken;
      taken = Inbox.after(item);
      worked = true;
      item.run();
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

  private void sleep(long nanosMax) {
    // Announced before the last look, and at first as if for ever: a caller that leaves something
    // behind after that look sees a sleeper that it must wake.
    sleepsUntil = NEVER;
    long due = dueAt;
    if (inbox.isEmpty() && !stopped && !called && due != NOW) {
      if (due != NEVER) {
        sleepsUntil = due;
        waiter.await(Math.min(nanosMax, Math.max(0, due - now())));
      } else {
        waiter.await(nanosMax);
      }
    }
    sleepsUntil = AWAKE;
    // An interrupt is nobody's message here; left set, it would turn waiting into spinning.
    if (!stopped && isThread()) {
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
