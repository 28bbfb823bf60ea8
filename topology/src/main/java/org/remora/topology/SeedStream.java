package org.remora.topology;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * An endless stream of uniform bits: SHA-256 in counter mode.
 *
 * <p>Block i is {@code SHA-256(key ‖ i)}, where key is {@code SHA-256(seed ‖ 0 ‖ label)} and i is 8
 * bytes, big-endian. Words of 32 bits are taken from the blocks in order, big-endian. This
 * definition is part of the plan format "sha256-ctr-1": it must never change. Not thread-safe.
 */
final class SeedStream {
  private final byte[] input = new byte[40];
  private final byte[] block = new byte[32];
  private final ByteBuffer counter = ByteBuffer.wrap(input);
  private final ByteBuffer words = ByteBuffer.wrap(block);
  private final MessageDigest sha = Seed.sha256();
  private long next;

  SeedStream(Seed seed, String label) {
    sha.update(HexFormat.of().parseHex(seed.hex()));
    sha.update((byte) 0);
    sha.update(label.getBytes(StandardCharsets.UTF_8));
    System.arraycopy(sha.digest(), 0, input, 0, 32);
    words.position(32);
  }

  int nextInt() {
    if (!words.hasRemaining()) {
      counter.putLong(32, next++);
      sha.update(input);
      try {
        sha.digest(block, 0, 32);
      } catch (DigestException e) {
        throw new IllegalStateException(e);
      }
      words.position(0);
    }
    return words.getInt();
  }

  long nextLong() {
    long high = nextInt();
    return (high << 32) | (nextInt() & 0xffffffffL);
  }

  /** Exactly uniform in {@code 0..bound-1}: multiply, and reject the uneven rest. */
  int below(int bound) {
    long product = (nextInt() & 0xffffffffL) * bound;
    long low = product & 0xffffffffL;
    if (low < bound) {
      long threshold = (1L << 32) % bound;
      while (low < threshold) {
        product = (nextInt() & 0xffffffffL) * bound;
        low = product & 0xffffffffL;
      }
    }
    return (int) (product >>> 32);
  }

  /** Uniform in the open interval (0, 1), a multiple of 2^-54 away from its ends. */
  double nextDouble() {
    return ((nextLong() >>> 11) + 0.5) * 0x1.0p-53;
  }

  /** A uniform permutation of {@code 0..n-1} (Fisher and Yates). */
  int[] permutation(int n) {
    int[] p = new int[n];
    for (int i = 0; i < n; i++) {
      int j = below(i + 1);
      p[i] = p[j];
      p[j] = i;
    }
    return p;
  }

  /**
   * Two independent standard normal numbers (Box and Muller, strict arithmetic).
   *
   * <p>A small uniform number gets more digits, so that each result is within 1e-11 of what an
   * ideal uniform number would give, or within 1e-8 where the first number is within 2^-27 of 1.
   */
  void nextGaussians(double[] pair) {
    long digits = nextLong() >>> 11;
    double rest = digits < 1L << 33 ? nextDouble() : 0.5;
    double radius = Math.sqrt(-2 * StrictMath.log((digits + rest) * 0x1.0p-53));
    double angle = 2 * Math.PI * nextDouble();
    pair[0] = radius * StrictMath.cos(angle);
    pair[1] = radius * StrictMath.sin(angle);
  }
}
