package org.remora.memory;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts what one process spends, for a backend. The counting methods are called by one thread at a
 * time, on the process's event loop, and cost a plain store each; {@link #sum} may be called by any
 * thread.
 */
public final class CostCounter {
  private static final int READS = 0;
  private static final int WRITES = 1;
  private static final int SWAPS = 2;
  private static final int PERMISSIONS = 3;
  private static final int MESSAGES = 4;
  private static final int SIGNATURES = 5;
  private static final int VERIFICATIONS = 6;
  private static final int BYTES = 7;

  private final AtomicLongArray counts = new AtomicLongArray(8);

  /** A counter at zero. */
  public CostCounter() {}

  /** Counts a read. */
  public void read() {
    add(READS, 1);
  }

  /** Counts a write of {@code bytes} bytes. */
  public void write(int bytes) {
    add(WRITES, 1);
    add(BYTES, bytes);
  }

  /** Counts a compare-and-swap. */
  public void compareAndSwap() {
    add(SWAPS, 1);
  }

  /** Counts a change of permission. */
  public void permissionChange() {
    add(PERMISSIONS, 1);
  }

  /** Counts {@code count} messages of {@code bytes} bytes each. */
  public void messages(int count, int bytes) {
    add(MESSAGES, count);
    add(BYTES, (long) count * bytes);
  }

  /** Counts a signature made. */
  public void signature() {
    add(SIGNATURES, 1);
  }

  /** Counts a signature verified. */
  public void verification() {
    add(VERIFICATIONS, 1);
  }

  /** What was counted so far. */
  public Costs sum() {
    return new Costs(
        counts.get(READS),
        counts.get(WRITES),
        counts.get(SWAPS),
        counts.get(PERMISSIONS),
        counts.get(MESSAGES),
        counts.get(SIGNATURES),
        counts.get(VERIFICATIONS),
        counts.get(BYTES));
  }

  /** One writer at a time, so a plain read and an ordered store lose nothing. */
  private void add(int index, long amount) {
    counts.lazySet(index, counts.getPlain(index) + amount);
  }
}
