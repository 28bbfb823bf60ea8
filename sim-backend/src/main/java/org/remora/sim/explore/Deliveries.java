package org.remora.sim.explore;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What can be delivered to a process at one node, by what there is to deliver: computed once. What
 * there is to deliver is a row of pairs: a number in flight and, if that is a request, a number
 * that stands for the answers that it gets at its memory now.
 *
 * <p>Look-ups take no lock, as in {@link Memo}.
 */
final class Deliveries {
  private volatile AtomicReferenceArray<@Nullable Entry> table = new AtomicReferenceArray<>(4);
  private int size;

  @SuppressWarnings("ArrayRecordComponent") // compared element by element
  private record Entry(int hash, int[] pairs, LazyOrders.Delivery[] all) {
    boolean is(int otherHash, int[] row, int length) {
      if (hash != otherHash || pairs.length != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (pairs[i] != row[i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** What is known of the first {@code length} numbers of {@code row}; null if nothing is. */
  LazyOrders.Delivery @Nullable [] find(int[] row, int length) {
    AtomicReferenceArray<@Nullable Entry> entries = table;
    int hash = hash(row, length);
    int last = entries.length() - 1;
    for (int slot = hash & last; ; slot = (slot + 1) & last) {
      Entry entry = entries.get(slot);
      if (entry == null) {
        return null;
      }
      if (entry.is(hash, row, length)) {
        return entry.all;
      }
    }
  }

  synchronized void put(int[] pairs, LazyOrders.Delivery[] all) {
    if (find(pairs, pairs.length) != null) {
      return; // two workers computed it at once
    }
    AtomicReferenceArray<@Nullable Entry> entries = table;
    if (2 * (size + 1) >= entries.length()) {
      AtomicReferenceArray<@Nullable Entry> more = new AtomicReferenceArray<>(2 * entries.length());
      for (int i = 0; i < entries.length(); i++) {
        Entry entry = entries.get(i);
        if (entry != null) {
          put(more, entry);
        }
      }
      entries = more;
      table = more;
    }
    put(entries, new Entry(hash(pairs, pairs.length), pairs, all));
    size++;
  }

  private static void put(AtomicReferenceArray<@Nullable Entry> entries, Entry entry) {
    int last = entries.length() - 1;
    int slot = entry.hash & last;
    while (entries.get(slot) != null) {
      slot = (slot + 1) & last;
    }
    entries.set(slot, entry);
  }

  private static int hash(int[] row, int length) {
    int hash = length;
    for (int i = 0; i < length; i++) {
      hash = (hash ^ row[i]) * 0x9E3779B9;
      hash ^= hash >>> 15;
    }
    return hash;
  }
}
