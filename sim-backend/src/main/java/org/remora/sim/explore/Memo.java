package org.remora.sim.explore;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A function of an int that is computed at most once for each. Look-ups take no lock: the table is
 * replaced by a copy at every addition, which is rare.
 */
final class Memo<T> {
  private volatile Table<T> table = new Table<>(4);

  T get(int key, IntFunction<T> compute) {
    T known = table.find(key);
    return known != null ? known : add(key, compute);
  }

  /** What is known of {@code key}; null if nothing is. */
  @Nullable T find(int key) {
    return table.find(key);
  }

  /** All that something is known of. */
  int[] keys() {
    return table.known();
  }

  private synchronized T add(int key, IntFunction<T> compute) {
    T known = table.find(key);
    if (known == null) {
      known = compute.apply(key);
      table = table.with(key, known);
    }
    return known;
  }

  /** Open addressing, at most half full. */
  private static final class Table<T> {
    private final int[] keys;
    private final @Nullable Object[] values;
    private int size;

    Table(int capacity) {
      keys = new int[capacity];
      values = new @Nullable Object[capacity];
    }

    @SuppressWarnings("unchecked") // only with() stores
    @Nullable T find(int key) {
      for (int i = start(key); values[i] != null; i = i + 1 & keys.length - 1) {
        if (keys[i] == key) {
          return (T) values[i];
        }
      }
      return null;
    }

    Table<T> with(int key, T value) {
      Table<T> copy = new Table<>(2 * (size + 1) < keys.length ? keys.length : 2 * keys.length);
      for (int i = 0; i < keys.length; i++) {
        Object old = values[i];
        if (old != null) {
          copy.put(keys[i], old);
        }
      }
      copy.put(key, value);
      return copy;
    }

    int[] known() {
      int[] known = new int[size];
      int found = 0;
      for (int i = 0; i < keys.length; i++) {
        if (values[i] != null) {
          known[found++] = keys[i];
        }
      }
      return known;
    }

    private void put(int key, Object value) {
      int i = start(key);
      while (values[i] != null) {
        i = i + 1 & keys.length - 1;
      }
      keys[i] = key;
      values[i] = value;
      size++;
    }

    private int start(int key) {
      int mixed = key * 0x9E3779B9;
      return (mixed ^ mixed >>> 15) & keys.length - 1;
    }
  }
}
