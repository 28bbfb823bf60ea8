package org.remora.sim.explore;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes of memory, and how many of them are taken. Thread-safe. */
final class Budget {
  private final long max;
  private final AtomicLong taken = new AtomicLong();
  private final AtomicLong most = new AtomicLong();

  Budget(long max) {
    this.max = max;
  }

  /** Takes some, if there are so many left; whether there were. */
  boolean take(long bytes) {
    if (count(bytes)) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Counts what has been taken already, or, if negative, given back; whether that was too much. */
  boolean count(long bytes) {
    long now = taken.addAndGet(bytes);
    if (now > max) {
      return false;
    }
    most.accumulateAndGet(now, Math::max);
    return true;
  }

  /** The most that was ever taken. */
  long most() {
    return most.get();
  }
}
