package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * The newest decided batches, as many as a number of bytes allows, for replicas that are behind.
 */
final class Tail {
  /** What an entry takes besides its bytes, about. */
  private static final int OVERHEAD_BYTES = 64;

  private final long bytesMax;

  /** By index, modulo the length, which is a power of 2. */
  private @Nullable Value[] batches = new Value[16];

  private long first = 1;
  private long next = 1;
  private long bytes;

  Tail(LogSettings settings) {
    bytesMax = settings.tailBytes();
  }

  /** Keeps the next decided batch. */
  void add(Value batch) {
    if (next - first == batches.length) {
      grow();
    }
    batches[at(next++)] = batch;
    bytes += batch.length() + OVERHEAD_BYTES;
    while (bytes > bytesMax && first < next) {
      bytes -= Objects.requireNonNull(batches[at(first)]).length() + OVERHEAD_BYTES;
      batches[at(first++)] = null;
    }
  }

  /** Begins anew after a snapshot. */
  void restart(long firstIndex) {
    batches = new Value[16];
    bytes = 0;
    first = firstIndex;
    next = firstIndex;
  }

  /** The first index that is kept, or will be. */
  long first() {
    return first;
  }

  /** The batches from {@code index} on, which is kept: at least one, up to so many bytes. */
  List<Value> from(long index, int bytesUpTo) {
    List<Value> found = new ArrayList<>();
    long left = bytesUpTo;
    for (long i = index; i < next; i++) {
      Value batch = Objects.requireNonNull(batches[at(i)]);
      left -= batch.length() + Integer.BYTES;
      if (left < 0 && !found.isEmpty()) {
        break;
      }
      found.add(batch);
    }
    return found;
  }

  private int at(long index) {
    return (int) index & batches.length - 1;
  }

  private void grow() {
    @Nullable Value[] old = batches;
    batches = new Value[2 * old.length];
    for (long i = first; i < next; i++) {
      batches[at(i)] = old[(int) i & old.length - 1];
    }
  }
}
