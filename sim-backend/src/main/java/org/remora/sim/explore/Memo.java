package org.remora.sim.explore;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A function of an int that is computed at most once for each. Look-ups take no lock: whoever meets
 * an entry sees all that was done before it was added, and whoever misses it looks again under the
 * lock.
 */
final class Memo<T> {
  private volatile AtomicReferenceArray<@Nullable Entry<T>> table = new AtomicReferenceArray<>(4);
  private int size;

  private record Entry<T>(int key, T value) {}

  T get(int key, IntFunction<T> compute) {
    T known = find(key);
    return known != null ? known : add(key, compute);
  }

  /** What is known of {@code key}; null if nothing is. */
  @Nullable T find(int key) {
    AtomicReferenceArray<@Nullable Entry<T>> entries = table;
    int last = entries.length() - 1;
    for (int slot = start(key) & last; ; slot = (slot + 1) & last) {
      Entry<T> entry = entries.get(slot);
      if (entry == null) {
        return null;
      }
      if (entry.key == key) {
        return entry.value;
      }
    }
  }

  /** All that something is known of. */
  synchronized int[] keys() {
    int[] known = new int[size];
    int found = 0;
    for (int i = 0; i < table.length(); i++) {
      Entry<T> entry = table.get(i);
      if (entry != null) {
        known[found++] = entry.key;
      }
    }
    return known;
  }

  private synchronized T add(int key, IntFunction<T> compute) {
    T known = find(key);
    if (known == null) {
      known = compute.apply(key);
      // It may have added others meanwhile.
      grow();
      put(table, new Entry<>(key, known));
      size++;
    }
    return known;
  }

  /** Open addressing, at most half full. */
  private void grow() {
    AtomicReferenceArray<@Nullable Entry<T>> entries = table;
    if (2 * (size + 1) < entries.length()) {
      return;
    }
    AtomicReferenceArray<@Nullable Entry<T>> more =
        new AtomicReferenceArray<>(2 * entries.length());
    for (int i = 0; i < entries.length(); i++) {
      Entry<T> entry = entries.get(i);
      if (entry != null) {
        put(more, entry);
      }
    }
    table = more;
  }

  private static <T> void put(AtomicReferenceArray<@Nullable Entry<T>> entries, Entry<T> entry) {
    int last = entries.length() - 1;
    int slot = start(entry.key) & last;
    while (entries.get(slot) != null) {
      slot = (slot + 1) & last;
    }
    entries.set(slot, entry);
  }

  private static int start(int key) {
    int mixed = key * 0x9E3779B9;
    return mixed ^ (mixed >>> 15);
  }
}
