package org.remora.sim.explore;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The states that have been seen, each as 64 bits. Two states of one fingerprint are taken for one:
 * of n states that is expected n²/2⁶⁵ times, once in 4,000 explorations of 10⁸ states.
 *
 * <p>Thread-safe: split into parts by the first bits, each with its lock.
 */
final class Fingerprints {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int PARTS_BITS = 8;
  private static final int PARTS = 1 << PARTS_BITS;
  private static final int SLOTS_FIRST = 16;

  private final Part[] parts = new Part[PARTS];
  private final boolean withDepths;
  private final Budget budget;
  private final AtomicLong bytes = new AtomicLong();

  /**
   * An empty table.
   *
   * @param budget from which it takes its memory
   * @param withDepths whether it keeps at which depth each was seen
   */
  Fingerprints(Budget budget, boolean withDepths) {
    this.budget = budget;
    this.withDepths = withDepths;
    for (int i = 0; i < PARTS; i++) {
      parts[i] = new Part();
    }
    bytes.set((long) PARTS * SLOTS_FIRST * bytesOfSlot());
    budget.count(bytes.get());
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
  static long mix(long number) {
    long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }

  /**
   * Whether it is certain already that this has been seen, at whatever depth. It takes no lock: a
   * slot is empty until it holds one fingerprint for good, so one that is met has been added, and
   * one that is missed is looked for again by {@link #add}.
   */
  boolean has(long fingerprint) {
    long[] slots = part(fingerprint).slots;
    int slot = first(fingerprint, slots.length);
    for (int i = 0; i < slots.length; i++) {
      long met = (long) SLOT.getOpaque(slots, slot);
      if (met == fingerprint || met == 0) {
        return met == fingerprint;
      }
      slot = slot + 1 == slots.length ? 0 : slot + 1;
    }
    return false;
  }

  private Part part(long fingerprint) {
    return parts[(int) (fingerprint >>> (Long.SIZE - PARTS_BITS))];
  }

  /** Where the search for it begins: its last bits as a fraction of the slots. */
  private static int first(long fingerprint, int slots) {
    return (int) (((fingerprint & 0xFFFFFFFFL) * slots) >>> Integer.SIZE);
  }

  Added add(long fingerprint, int depth) {
    Part part = part(fingerprint);
    synchronized (part) {
      return part.add(fingerprint, depth);
    }
  }

  /** What it has taken. */
  long bytes() {
    return bytes.get();
  }

  private int bytesOfSlot() {
    return withDepths ? Long.BYTES + Short.BYTES : Long.BYTES;
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
      int capacity = slots.length + slots.length / 2;
      long added = (long) (capacity - slots.length) * bytesOfSlot();
      if (!budget.take(added)) {
        return false;
      }
      bytes.addAndGet(added);
      long[] oldSlots = slots;
      short[] oldDepths = depths;
      slots = new long[capacity];
      depths = new short[withDepths ? capacity : 0];
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
      int slot = first(fingerprint, table.length);
      while (table[slot] != 0 && table[slot] != fingerprint) {
        slot = slot + 1 == table.length ? 0 : slot + 1;
      }
      return slot;
    }
  }
}
