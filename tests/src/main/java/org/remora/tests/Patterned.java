package org.remora.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/** Values whose bytes check each other: no mixture of two of them is a third. */
final class Patterned {
  /** From this length on a value can be checked. */
  static final int BYTES_MIN = 16;

  private Patterned() {}

  /** The value of so many bytes that begins with {@code seed} and its own length. */
  static Value of(int length, long seed) {
    ValueWriter writer = new ValueWriter(length);
    long state = seed;
    for (int i = 0; i < length; i++) {
      if (length >= BYTES_MIN && i < Long.BYTES) {
        writer.putByte((int) (seed >>> (8 * (Long.BYTES - 1 - i))));
      } else {
        state = (state + length) * 0x9E3779B97F4A7C15L;
        state ^= state >>> 29;
        writer.putByte((int) state);
      }
    }
    return writer.toValue();
  }

  /** Checks that a value is ⊥ or one that {@link #of} made, whole. */
  static void check(Value value) {
    if (value.isBottom()) {
      return;
    }
    long seed = value.length() < BYTES_MIN ? -1 : value.slice(0, Long.BYTES).word();
    assertEquals(of(value.length(), seed), value, "a mixture of values");
  }
}
