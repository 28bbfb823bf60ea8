package org.remora.socket;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Costs;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RunningMachine;
import org.remora.memory.Signer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes and memories in this JVM, in real time: the embedded default. Each process has a thread
 * of its own; memories are used by all of them at once, and operations wait for each other only
 * within one region of one memory.
 *
 * <p>The methods are called from any thread. {@link #close} ends the threads.
 */
public final class LocalMachine implements RunningMachine {
  private static final Logger LOG = LoggerFactory.getLogger(LocalMachine.class);
  private static final long CLOSE_NANOS_MAX = TimeUnit.SECONDS.toNanos(5);

  private final List<LocalMemory> memories = new ArrayList<>();
  private final List<LocalProcess> processes = new ArrayList<>();

  private LocalMachine(Settings settings) {
    for (int memory = 1; memory <= settings.memories; memory++) {
      memories.add(new LocalMemory(memory));
    }
    SplittableRandom random =
        settings.seed == null ? new SplittableRandom() : new SplittableRandom(settings.seed);
    for (int process = 1; process <= settings.processes; process++) {
      processes.add(
          new LocalProcess(
              this,
              process,
              random.split(),
              settings.signers == null ? null : settings.signers.apply(process),
              settings.processes,
              memories,
              settings.inboxBytesMax,
              settings.callerRuns));
    }
  }

  /** The settings of a machine of so many processes and memories, to be completed and built. */
  public static Settings of(int processes, int memories) {
    return new Settings(processes, memories);
  }

  @Override
  public int processes() {
    return processes.size();
  }

  @Override
  public int memories() {
    return memories.size();
  }

  @Override
  public ProcessContext process(int number) {
    return local(number);
  }

  @Override
  public void define(int memory, Region region) {
    memories.get(memory - 1).table.define(region);
  }

  /** Crashes a process now: it takes no step after the callback that runs there, if one does. */
  @Override
  public void crashProcess(int number) {
    local(number).loop.stop();
  }

  /** Crashes a memory now: it answers nothing any more, not even what has taken effect already. */
  @Override
  public void crashMemory(int number) {
    memories.get(number - 1).crash();
  }

  /**
   * What a callback of process {@code number} threw; empty if none did. A program that throws is
   * broken; its process stops as if crashed, since nobody knows what it would do next.
   */
  @Override
  public Optional<Throwable> failure(int number) {
    return local(number).failure();
  }

  /** What process {@code number} has spent so far. */
  @Override
  public Costs costs(int number) {
    return local(number).costs.sum();
  }

  /**
   * Lets the calling thread do the work of process {@code number}: it runs what there is, and if
   * there is nothing, waits for it, so many nanoseconds at most; 0 to look only. For a thread that
   * has nothing else to do until its answers come. What it hands in between two calls is run
   * together, with the next.
   *
   * <p>One thread at a time can do so; for another, and at the first call of a row, this may return
   * at once. When no further call comes, the process's own thread goes on, after a millisecond at
   * most. Callbacks then run under whatever locks the caller holds.
   *
   * @return whether there was anything to run
   * @throws IllegalStateException if it is called by a callback of that process
   */
  public boolean poll(int number, long nanosMax) {
    if (nanosMax < 0) {
      throw new IllegalArgumentException("not a negative time: " + nanosMax);
    }
    return local(number).loop.help(nanosMax);
  }

  /**
   * Stops every process after the callback that runs there, and waits a bounded time for the
   * threads to end. Without effect the second time. A callback may call it; its own thread ends
   * with that callback.
   */
  @Override
  public void close() {
    processes.forEach(process -> process.loop.stop());
    long deadline = System.nanoTime() + CLOSE_NANOS_MAX;
    try {
      for (LocalProcess process : processes) {
        if (!process.loop.join(deadline - System.nanoTime())) {
          LOG.warn("process {} is still in a callback; its thread is interrupted", process.self());
          process.loop.interrupt();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  LocalProcess local(int number) {
    return processes.get(number - 1);
  }

  /** The settings of a machine. Not thread-safe; {@link #build} may be called more than once. */
  public static final class Settings {
    private final int processes;
    private final int memories;
    private @Nullable Long seed;
    private @Nullable IntFunction<Signer> signers;
    private long inboxBytesMax = 64L << 20;
    private boolean callerRuns;

    private Settings(int processes, int memories) {
      if (processes < 1 || memories < 0) {
        throw new IllegalArgumentException(
            "a machine has at least one process and no negative number of memories, not "
                + processes
                + " and "
                + memories);
      }
      this.processes = processes;
      this.memories = memories;
    }

    /** The seed of the coins; another one each time by default. */
    public Settings seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** What makes the signer of each process; none by default. */
    public Settings signers(IntFunction<Signer> signers) {
      this.signers = Objects.requireNonNull(signers);
      return this;
    }

    /**
     * How many bytes of messages of one sender may wait at one receiver, 64 MiB by default; what
     * the sender sends beyond is dropped. A receiver that takes its messages never comes near it.
     */
    public Settings inboxBytesMax(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("a positive number of bytes, not " + bytes);
      }
      inboxBytesMax = bytes;
      return this;
    }

    /**
     * Lets a thread of the application that calls {@link ProcessContext#execute} run the task
     * itself, with what it leads to, if the process's event loop is idle: no other thread need be
     * woken, which takes many times as long as the task. Callbacks still run one at a time, and
     * each sees what the one before did, but on whatever thread calls; so a task, and whatever
     * hangs on a future that it completes, must not wait for the calling thread, nor for a lock
     * whose holder calls execute. Off by default for that reason. Timers and messages stay with the
     * process's own thread.
     */
    public Settings callerRuns() {
      callerRuns = true;
      return this;
    }

    /** A machine with these settings, running. */
    public LocalMachine build() {
      LocalMachine machine = new LocalMachine(this);
      machine.processes.forEach(process -> process.loop.start());
      return machine;
    }
  }
}
