package org.remora.memory;

import java.util.List;

/**
 * One process's way to one memory. Every method submits an operation and returns at once; the
 * completion runs later on the process's event loop, never inside the submitting call, at most
 * once, and never if the memory has crashed.
 *
 * <p>The permission check and the access are one atomic step at the memory. Once a change of
 * permission is acknowledged, no operation that the new permission forbids takes effect at this
 * memory, not even one that was in flight.
 *
 * <p>Operations that are in flight together take effect in any order, also two of the same process:
 * whoever needs an order waits for the completion ({@link Lane}).
 *
 * <p>The methods throw {@link IllegalArgumentException} or {@link IndexOutOfBoundsException} for a
 * register that the region does not have or a value that it cannot hold, before anything is sent.
 * They are called on the event loop only.
 */
public interface Memory {
  /** The number of this memory, from 1. */
  int number();

  /** Reads one register, atomically. */
  void read(Region region, int register, ReadCompletion completion);

  /**
   * Reads {@code count} registers from {@code first} on in one operation. Each is read atomically,
   * all under one check of the permission; the range as a whole need not be a snapshot.
   */
  void readRange(Region region, int first, int count, RangeCompletion completion);

  /** Writes one register, atomically. */
  void write(Region region, int register, Value value, Completion completion);

  /**
   * Sets a word to {@code desired} if it is {@code expected}, atomically, and completes with the
   * word as it was before. Needs the permission to read and to write, and a region of words.
   *
   * @throws UnsupportedOperationException if {@link #supportsCompareAndSwap} is false
   */
  void compareAndSwap(
      Region region, int register, long expected, long desired, WordCompletion completion);

  /** Whether this memory offers {@link #compareAndSwap}. */
  boolean supportsCompareAndSwap();

  /**
   * Asks for a permission. {@link Outcome#ACK}: it is in effect; {@link Outcome#NAK}: the region's
   * policy refused, the permission is as it was.
   */
  void changePermission(Region region, Permission permission, Completion completion);

  /** Called when a write or a change of permission has ended. */
  @FunctionalInterface
  interface Completion {
    /** The operation ended as {@code outcome} says. */
    void completed(Outcome outcome);
  }

  /** Called when a read has ended. */
  @FunctionalInterface
  interface ReadCompletion {
    /** The operation ended; {@code value} is ⊥ unless {@code outcome} is ACK. */
    void completed(Outcome outcome, Value value);
  }

  /** Called when a read of several registers has ended. */
  @FunctionalInterface
  interface RangeCompletion {
    /** The operation ended; {@code values} is empty unless {@code outcome} is ACK. */
    void completed(Outcome outcome, List<Value> values);
  }

  /** Called when a compare-and-swap has ended. */
  @FunctionalInterface
  interface WordCompletion {
    /** The operation ended; {@code before} is 0 unless {@code outcome} is ACK. */
    void completed(Outcome outcome, long before);
  }
}
