package org.remora.crash;

import org.remora.memory.Coin;
import org.remora.memory.Value;

/**
 * The coin of Hybrid Ben-Or: with which of the values that it knows a process goes on when a round
 * has brought it nothing. Agreement and validity hold whatever it picks.
 */
public final class HybridCoin {
  /** Every process its own: the rounds grow exponentially with those that must agree by chance. */
  public static final HybridCoin LOCAL = new HybridCoin(false, 0);

  private final boolean shared;
  private final long seed;

  private HybridCoin(boolean shared, long seed) {
    this.shared = shared;
    this.seed = seed;
  }

  /**
   * One for all: in each round all take, of the values that they know, the one that a hash of the
   * seed, the round and the value puts first. Few rounds are expected, however many the processes,
   * if whoever delays messages and operations does not know the seed.
   */
  public static HybridCoin shared(long seed) {
    return new HybridCoin(true, seed);
  }

  /** The class of the value to go on with after a round. */
  int pick(KnownValues known, int round, Coin coin) {
    if (!shared) {
      return 1 + (int) coin.below(known.count());
    }
    long salt = mix(seed ^ mix(round));
    int first = 1;
    long highest = mix(salt ^ hash(known.value(first)));
    for (int each = 2; each <= known.count(); each++) {
      long priority = mix(salt ^ hash(known.value(each)));
      if (priority > highest) {
        first = each;
        highest = priority;
      }
    }
    return first;
  }

  /** A hash of all bytes: those that differ collide once in 2^64, and then cost a round. */
  private static long hash(Value value) {
    long hash = value.length();
    for (int i = 0; i < value.length(); i++) {
      hash = mix(hash + value.byteAt(i));
    }
    return hash;
  }

  /** The finaliser of SplitMix64, after a step of its sequence. */
  private static long mix(long bits) {
    long mixed = bits + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
