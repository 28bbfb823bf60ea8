package org.remora.sim;

import java.util.SplittableRandom;
import org.remora.memory.Clock;

/**
 * How long a message, a request to a memory or its answer is in flight: one delay of the model, in
 * nanoseconds of virtual time.
 */
public interface Latency {
  /** Every flight takes exactly one delay: the common execution in which delays are counted. */
  Latency ONE_DELAY = constant(Clock.DELAY_NANOS);

  /** Draws the duration of one flight, at least 1. */
  long draw(SplittableRandom random);

  /** Whether every flight takes equally long, so that nothing distinguishes copies of a message. */
  default boolean isConstant() {
    return false;
  }

  /** Always {@code nanos}. */
  static Latency constant(long nanos) {
    check(nanos >= 1, "a latency is at least 1 ns");
    return new Latency() {
      @Override
      public long draw(SplittableRandom random) {
        return nanos;
      }

      @Override
      public boolean isConstant() {
        return true;
      }
    };
  }

  /** Evenly from {@code nanosMin} to {@code nanosMax}. */
  static Latency uniform(long nanosMin, long nanosMax) {
    check(1 <= nanosMin && nanosMin <= nanosMax && nanosMax < Long.MAX_VALUE, "1 <= min <= max");
    return random -> nanosMin + random.nextLong(nanosMax - nanosMin + 1);
  }

  /**
   * Mostly near {@code nanosMin}, sometimes very long: a Pareto distribution of shape 1.2, cut at a
   * thousand times the minimum.
   */
  static Latency heavyTailed(long nanosMin) {
    check(nanosMin >= 1, "a latency is at least 1 ns");
    // StrictMath gives the same bits on every JDK.
    return random ->
        (long) (nanosMin * Math.min(1_000, StrictMath.pow(1 - random.nextDouble(), -1 / 1.2)));
  }

  private static void check(boolean holds, String requirement) {
    if (!holds) {
      throw new IllegalArgumentException(requirement);
    }
  }
}
