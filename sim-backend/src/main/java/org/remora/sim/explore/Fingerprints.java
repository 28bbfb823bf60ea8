package org.remora.sim.explore;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The states that have been seen, each as 64 bits. Two states of one fingerprint are taken for one:
 * of n states that is expected n²/2⁶⁵ times, once in 4,000 explorations of 10⁸ states.
 *
 * <p>Thread-safe: split into parts by the first bits, each with its lock.
 */
final class Fingerprints {
  private static final int PARTS = 256;
  private static final int SLOTS_FIRST = 64;

  private final Part[] parts = new Part[PARTS];
  private final boolean withDepths;
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  Fingerprints(long bytesMax, boolean withDepths) {
    this.bytesMax = bytesMax;
    this.withDepths = withDepths;
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part();
    }
  }

  /** What became of an addition. */
  enum Added {
    NEW,
    /** Seen, but only at a greater depth: what was cut off there may be within the bound here. */
    NEARER,
    SEEN,
    /** There is no memory for it. */
    FULL
  }

  /** Of a state's first numbers in their order, and of the others in any order. */
  static long of(int[] state, int head) {
    long hash = state.length;
    for (int i = 0; i < head; i++) {
      hash = mix(hash + state[i]);
    }
    for (int i = head; i < state.length; i++) {
      hash += mix(state[i] ^ 0x9E3779B97F4A7C15L);
    }
    hash = mix(hash);
    return hash == 0 ? 1 : hash; // 0 is an empty slot
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long number) {
    long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }

  Added add(long fingerprint, int depth) {
    Part part = parts[(int) (fingerprint >>> 32 & PARTS - 1)];
    synchronized (part) {
      return part.add(fingerprint, depth);
    }
  }

  long bytes() {
    return bytes.get();
  }

  private final class Part {
    private long[] slots = new long[SLOTS_FIRST];
    private short[] depths = new short[withDepths ? SLOTS_FIRST : 0];
    private int size;

    Added add(long fingerprint, int depth) {
      int slot = find(slots, fingerprint);
      if (slots[slot] != 0) {
        if (!withDepths || depths[slot] <= depth) {
          return Added.SEEN;
        }
        depths[slot] = (short) depth;
        return Added.NEARER;
      }
      if (4 * (size + 1) > 3 * slots.length) {
        if (!grow()) {
          return Added.FULL;
        }
        slot = find(slots, fingerprint);
      }
      slots[slot] = fingerprint;
      if (withDepths) {
        depths[slot] = (short) depth;
      }
      size++;
      return Added.NEW;
    }

    private boolean grow() {
      int added = slots.length * (withDepths ? Long.BYTES + Short.BYTES : Long.BYTES);
      if (bytes.addAndGet(added) > bytesMax) {
        bytes.addAndGet(-added);
        return false;
      }
      long[] oldSlots = slots;
      short[] oldDepths = depths;
      slots = new long[2 * oldSlots.length];
      depths = Arrays.copyOf(depths, 2 * depths.length);
      for (int i = 0; i < oldSlots.length; i++) {
        if (oldSlots[i] != 0) {
          int slot = find(slots, oldSlots[i]);
          slots[slot] = oldSlots[i];
          if (withDepths) {
            depths[slot] = oldDepths[i];
          }
        }
      }
      return true;
    }

    /** The slot that holds the fingerprint, or the empty one where it belongs. */
    private int find(long[] table, long fingerprint) {
      int slot = (int) fingerprint & table.length - 1;
      while (table[slot] != 0 && table[slot] != fingerprint) {
        slot = slot + 1 & table.length - 1;
      }
      return slot;
    }
  }
}
