package org.remora.tests;

import java.util.function.BooleanSupplier;
import org.remora.memory.Machine;

/** A machine as the conformance suite drives it: a backend's module adapts its machine to this. */
public interface TestMachine extends AutoCloseable {
  /** The machine, fresh and running, without regions. */
  Machine machine();

  /**
   * Waits until {@code condition} holds: in virtual time by letting the world run, in real time by
   * waiting.
   *
   * @throws AssertionError if it does not come to hold within the bound that the adapter sets, or a
   *     program threw; it says {@code what} was awaited and how to see that again
   */
  void await(String what, BooleanSupplier condition);

  /**
   * Lets everything that is in flight end: to the end in virtual time, a while in real time. What
   * was not seen after it is taken to never happen. Called when the programs have come to rest.
   */
  void settle();

  /** Crashes a process; from any thread that {@link #runsInParallel} allows. */
  void crashProcess(int process);

  /** Crashes a memory. */
  void crashMemory(int memory);

  /** Whether processes run in threads of their own, and other threads may hand tasks to them. */
  boolean runsInParallel();

  /**
   * Whether a thread that hands in a task may run it itself: then callbacks still run one at a
   * time, but not all on one thread.
   */
  default boolean callerRuns() {
    return false;
  }

  /** Ends the machine and its threads. */
  @Override
  void close();
}
