package org.remora.memory;

import java.util.function.Function;

/**
 * All that one process sees of the machine. Its methods may be called from any thread, so that a
 * program can be put together before it runs; what they return is used on the process's event loop
 * only, and every callback runs there, one at a time.
 */
public interface ProcessContext {
  /** This process's number, from 1. */
  int self();

  /** The number of processes. */
  int processes();

  /** The number of memories. */
  int memories();

  /**
   * The way to memory {@code number}.
   *
   * @throws IndexOutOfBoundsException if there is none
   */
  Memory memory(int number);

  /**
   * This process's end of channel {@code channel}; the same object at every call.
   *
   * @param notation how traces write a message of this channel
   */
  Links links(int channel, Function<Value, String> notation);

  /** The clock. */
  Clock clock();

  /** The coin. */
  Coin coin();

  /**
   * The signer.
   *
   * @throws IllegalStateException if the machine was given none
   */
  Signer signer();

  /**
   * Runs {@code task} on the event loop, after everything that runs there now: the way into the
   * process from outside. Has no effect once the process has crashed.
   */
  void execute(Runnable task);
}
