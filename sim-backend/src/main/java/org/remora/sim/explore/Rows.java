package org.remora.sim.explore;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Rows of numbers, by numbers from 0 on. Thread-safe; look-ups take no lock. */
final class Rows {
  private volatile AtomicReferenceArray<long @Nullable []> rows = new AtomicReferenceArray<>(64);

  /** The row of a number; null if there is none yet. It must not be changed. */
  long @Nullable [] get(int number) {
    AtomicReferenceArray<long @Nullable []> all = rows;
    return number < all.length() ? all.get(number) : null;
  }

  synchronized long[] put(int number, long[] row) {
    AtomicReferenceArray<long @Nullable []> all = rows;
    if (number >= all.length()) {
      AtomicReferenceArray<long @Nullable []> more =
          new AtomicReferenceArray<>(Math.max(number + 1, 2 * all.length()));
      for (int i = 0; i < all.length(); i++) {
        more.setPlain(i, all.get(i));
      }
      all = more;
      rows = more;
    }
    all.set(number, row);
    return row;
  }
}
