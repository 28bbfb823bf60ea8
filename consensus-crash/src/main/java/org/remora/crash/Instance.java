package org.remora.crash;

import java.util.Objects;
import org.remora.memory.Value;

/**
 * What the processes of one instance of consensus must know alike.
 *
 * @param number the number of the instance, from 1, unique on its machine: its regions and channels
 *     are derived from it
 * @param valueBytes the most bytes that a proposed value has
 * @param timing how long to wait before trying or asking again
 */
public record Instance(int number, int valueBytes, Timing timing) {
  /** The bound on values where none is named: 64 KiB. */
  public static final int VALUE_BYTES_DEFAULT = 64 * 1024;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive
   */
  public Instance {
    Objects.requireNonNull(timing);
    if (number < 1 || valueBytes < 1) {
      throw new IllegalArgumentException(
          "an instance has a positive number and bound, not " + number + " and " + valueBytes);
    }
  }

  /** Instance {@code number} with values of up to 64 KiB and the default timing. */
  public static Instance of(int number) {
    return new Instance(number, VALUE_BYTES_DEFAULT, Timing.DEFAULT);
  }

  /**
   * Checks a proposal.
   *
   * @throws IllegalArgumentException if it is ⊥ or too large
   */
  void check(Value proposed) {
    if (proposed.isBottom()) {
      throw new IllegalArgumentException("⊥ cannot be proposed");
    }
    if (proposed.length() > valueBytes) {
      throw new IllegalArgumentException(
          "a value of "
              + proposed.length()
              + " bytes is proposed; the instance is bounded to "
              + valueBytes);
    }
  }

  /** The id of the instance's region. */
  int region() {
    return 2 * number;
  }

  /** The id of its second region, if it has one. */
  int secondRegion() {
    return 2 * number + 1;
  }

  /** The channel on which decisions are told and asked for. */
  int learning() {
    return 2 * number;
  }

  /** The channel on which proposers and acceptors talk. */
  int accepting() {
    return 2 * number + 1;
  }

  /**
   * How long a process waits, in nanoseconds of its clock. Each wait doubles from the first to the
   * longest. Only speed depends on these, never safety.
   *
   * @param retryNanos the longest wait, drawn by the coin, before the second attempt
   * @param retryNanosMax the longest wait before any attempt
   * @param askNanos the wait before a process without a decision asks the leader again
   * @param askNanosMax the longest such wait
   */
  public record Timing(long retryNanos, long retryNanosMax, long askNanos, long askNanosMax) {
    /** For memories at a distance of microseconds: 4 µs to 1 ms, and 50 µs to 10 ms. */
    public static final Timing DEFAULT = new Timing(4_000, 1_000_000, 50_000, 10_000_000);

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException unless all are positive and no maximum is below its first
     */
    public Timing {
      if (retryNanos < 1 || retryNanosMax < retryNanos || askNanos < 1 || askNanosMax < askNanos) {
        throw new IllegalArgumentException("waits are positive and do not end below their first");
      }
    }
  }
}
