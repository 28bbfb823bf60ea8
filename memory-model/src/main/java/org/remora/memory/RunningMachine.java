package org.remora.memory;

import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A machine that runs in real time, all of its processes in this JVM: what can be done to it from
 * outside. Thread-safe.
 */
public interface RunningMachine extends Machine, AutoCloseable {
  /** Crashes process {@code number}: it takes no further step. */
  void crashProcess(int number);

  /**
   * Crashes memory {@code number}: its operations never end any more.
   *
   * @throws UnsupportedOperationException if it is hosted elsewhere
   */
  void crashMemory(int number);

  /**
   * What a callback of process {@code number} threw, whereupon it stopped as if crashed; empty if
   * none did.
   */
  Optional<Throwable> failure(int number);

  /** What process {@code number} has spent so far. */
  Costs costs(int number);

  /** What all processes together have spent so far. */
  default Costs costs() {
    return IntStream.rangeClosed(1, processes())
        .mapToObj(this::costs)
        .reduce(Costs.NONE, Costs::plus);
  }

  /** Stops every process and every memory, and waits a bounded time for the threads to end. */
  @Override
  void close();
}
