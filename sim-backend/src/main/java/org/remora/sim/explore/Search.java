package org.remora.sim.explore;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Visits all states of a world, depth first, with several workers. */
final class Search {
  private static final int CHECK_EVERY = 1 << 12;

  /** How much the stack of a worker grows or shrinks before the budget is told, in bytes. */
  private static final int COUNT_EVERY = 1 << 14;

  private static final int ENTRY_BYTES = 64;

  private final World world;
  private final Symmetry symmetry;
  private final Explorer.Limits limits;
  private final Execution begun;
  private final Fingerprints seen;
  private final Fingerprints good;
  private final Budget budget;
  private final Consumer<Progress> progress;
  private final LongAdder states = new LongAdder();
  private final LongAdder transitions = new LongAdder();
  private final LongAdder revisits = new LongAdder();
  private final LongAdder schedules = new LongAdder();
  private final long begin = System.nanoTime();

  /** Guarded by this: work that anybody may take, and who has none. */
  private final Deque<Entry> shared = new ArrayDeque<>();

  private int idle;
  private volatile boolean hungry;
  private volatile boolean over;
  private volatile boolean cut;
  private @Nullable Found found;
  private @Nullable Throwable failure;
  private double explored;

  /** The part of the budget that went to the automata. */
  private long automataBytes;

  private long peakBytes;
  private long reported = begin;
  private int depth;

  /**
   * A search.
   *
   * @param begun what has happened already; all that can follow is visited
   */
  Search(
      World world,
      Symmetry symmetry,
      Explorer.Limits limits,
      Execution begun,
      Consumer<Progress> progress) {
    this.world = world;
    this.symmetry = symmetry;
    this.limits = limits;
    this.begun = begun;
    this.progress = progress;
    budget = new Budget(limits.bytesMax());
    seen = new Fingerprints(budget, limits.depthMax() < Integer.MAX_VALUE);
    good = new Fingerprints(budget, false);
  }

  /** A violation, and the events that lead to it. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  record Found(String property, int[] events) {}

  /** A state to be left, and how it was reached; {@code weight} of all the work is behind it. */
  @SuppressWarnings("ArrayRecordComponent") // not compared
  private record Entry(
      int[] state, @Nullable Entry before, int[] events, int depth, double weight) {

    int[] path(int[] last) {
      Deque<int[]> parts = new ArrayDeque<>();
      parts.addFirst(last);
      for (Entry at = this; at != null; at = at.before) {
        parts.addFirst(at.events);
      }
      return parts.stream().flatMapToInt(Arrays::stream).toArray();
    }

    /** About how much memory it takes; events are mostly shared. */
    int bytes() {
      return ENTRY_BYTES + Integer.BYTES * state.length;
    }
  }

  void run() {
    int[] events = begun.events();
    Entry root = new Entry(begun.state(), null, events, events.length, 1);
    seen.add(symmetry.fingerprint(root.state, symmetry.scratch()), events.length);
    states.increment();
    shared.add(root);
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i < limits.workers(); i++) {
      Thread thread = new Thread(this::work, "remora-explorer-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    work();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        over = true;
        Thread.currentThread().interrupt();
      }
    }
    measure(0);
    if (failure != null) {
      throw new IllegalStateException(failure);
    }
  }

  long states() {
    return states.sum();
  }

  long transitions() {
    return transitions.sum();
  }

  long revisits() {
    return revisits.sum();
  }

  long schedules() {
    return schedules.sum();
  }

  /** The most that the budget gave away. */
  long countedBytes() {
    return budget.most();
  }

  synchronized long peakBytes() {
    return peakBytes;
  }

  long tableBytes() {
    return seen.bytes();
  }

  synchronized int depth() {
    return depth;
  }

  long nanos() {
    return System.nanoTime() - begin;
  }

  /** Whether no state was left out. */
  boolean exhausted() {
    return !cut && !over && !world.cut;
  }

  synchronized @Nullable Found found() {
    return found;
  }

  private void work() {
    try {
      Worker worker = new Worker();
      for (Entry entry = take(); entry != null; entry = take()) {
        worker.run(entry);
      }
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        failure = e;
        end();
      }
    }
  }

  /** Waits for work; null when there is none and will be none. */
  private synchronized @Nullable Entry take() {
    idle++;
    while (shared.isEmpty() && !over) {
      if (idle == limits.workers()) {
        notifyAll();
        return null;
      }
      hungry = true;
      try {
        wait(50);
      } catch (InterruptedException e) {
        end();
        Thread.currentThread().interrupt();
      }
      if (shared.isEmpty() && idle == limits.workers()) {
        notifyAll();
        return null;
      }
    }
    if (over) {
      return null;
    }
    idle--;
    hungry = idle > 0 && shared.size() < 2;
    return shared.removeFirst();
  }

  private synchronized void end() {
    over = true;
    notifyAll();
  }

  private synchronized void violated(Found violation) {
    if (found == null) {
      found = violation;
    }
    end();
  }

  private synchronized void measure(double done) {
    explored += done;
    Runtime runtime = Runtime.getRuntime();
    peakBytes = Math.max(peakBytes, runtime.totalMemory() - runtime.freeMemory());
    long now = System.nanoTime();
    if (now - reported > 1_000_000_000L) {
      reported = now;
      progress.accept(new Progress(states(), now - begin, Math.min(1, explored)));
    }
  }

  /** One thread's part. */
  private final class Worker implements World.Sink {
    private final ArrayDeque<Entry> stack = new ArrayDeque<>();
    private final List<int[]> nextStates = new ArrayList<>();
    private final List<int[]> nextEvents = new ArrayList<>();
    private final LazyOrders orders = new LazyOrders(world);
    private final long[] sums = symmetry.scratch();
    private final Continuation continuation = new Continuation(world, good);
    private Entry at = new Entry(new int[0], null, new int[0], 0, 0);
    private long[] fingerprints = new long[64];
    private int told;
    private boolean[] known = new boolean[64];
    private final boolean bounded = limits.depthMax() < Integer.MAX_VALUE;
    private long newStates;
    private long newTransitions;
    private long newRevisits;
    private double done;
    private int deepest;
    private long newSchedules;

    /** By how much the stacks have grown since the budget was told. */
    private int grown;

    void run(Entry first) {
      stack.push(first);
      int countdown = CHECK_EVERY;
      while (!stack.isEmpty() && !over) {
        at = stack.pop();
        grown -= at.bytes();
        leave();
        if (Math.abs(grown) >= COUNT_EVERY) {
          count();
        }
        if (--countdown == 0) {
          countdown = CHECK_EVERY;
          flush();
        }
        if (hungry && stack.size() > 1) {
          share();
        }
      }
      flush();
    }

    private void leave() {
      nextStates.clear();
      nextEvents.clear();
      told = 0;
      world.expand(at.state, orders, this);
      int children = keepNew();
      if (children == 0) {
        done += at.weight;
        newSchedules++;
      }
      // The first that can happen is explored first.
      for (int i = children - 1; i >= 0; i--) {
        int[] events = nextEvents.get(i);
        Entry entry =
            new Entry(
                nextStates.get(i), at, events, at.depth + events.length, at.weight / children);
        grown += entry.bytes();
        stack.push(entry);
      }
    }

    private void count() {
      if (!budget.count(grown)) {
        cut = true;
        end();
      }
      grown = 0;
    }

    @Override
    public void next(int[] state, int[] events) {
      newTransitions++;
      if (at.depth + events.length > limits.depthMax()) {
        cut = true;
        return;
      }
      if (told == fingerprints.length) {
        fingerprints = Arrays.copyOf(fingerprints, 2 * told);
        known = new boolean[2 * told];
      }
      fingerprints[told++] = symmetry.fingerprint(state, sums);
      nextStates.add(state);
      nextEvents.add(events);
    }

    /** Keeps those of what it was told that are new. */
    private int keepNew() {
      // The table is large and what it is asked is random: all answers are awaited at once.
      for (int i = 0; i < told; i++) {
        known[i] = !bounded && seen.has(fingerprints[i]);
      }
      int kept = 0;
      for (int i = 0; i < told; i++) {
        int[] state = nextStates.get(i);
        int[] events = nextEvents.get(i);
        if (known[i]) {
          newRevisits++;
        } else if (isNew(state, events, fingerprints[i])) {
          nextStates.set(kept, state);
          nextEvents.set(kept, events);
          kept++;
        }
      }
      return kept;
    }

    private boolean isNew(int[] state, int[] events, long fingerprint) {
      int reached = at.depth + events.length;
      switch (seen.add(fingerprint, reached)) {
        case NEW -> {
          newStates++;
          deepest = Math.max(deepest, reached);
          String never = world.properties.leadsTo().isEmpty() ? null : continuation.broken(state);
          if (never != null) {
            violated(new Found(never, at.path(events)));
          }
          return true;
        }
        case NEARER -> {
          newRevisits++;
          return true;
        }
        case SEEN -> {
          newRevisits++;
          return false;
        }
        case FULL -> {
          cut = true;
          end();
          return false;
        }
      }
      return false;
    }

    @Override
    public void broken(String property, int[] events) {
      newTransitions++;
      if (at.depth + events.length <= limits.depthMax()) {
        violated(new Found(property, at.path(events)));
      }
    }

    private void share() {
      synchronized (Search.this) {
        // The oldest have the most behind them.
        for (int i = stack.size() / 2; i > 0; i--) {
          shared.addLast(stack.removeLast());
        }
        hungry = false;
        Search.this.notifyAll();
      }
    }

    private void flush() {
      states.add(newStates);
      transitions.add(newTransitions);
      revisits.add(newRevisits);
      newStates = 0;
      newTransitions = 0;
      newRevisits = 0;
      schedules.add(newSchedules);
      newSchedules = 0;
      long more;
      synchronized (Search.this) {
        depth = Math.max(depth, deepest);
        measure(done);
        more = world.bytes() - automataBytes;
        automataBytes += more;
      }
      if (!budget.count(more)) {
        cut = true;
        end();
      }
      done = 0;
      if (states() >= limits.statesMax()) {
        cut = true;
        end();
      }
    }
  }
}
