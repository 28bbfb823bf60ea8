package org.remora.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The state machine of every subject: a count and a hash of all commands in their order, so that
 * replicas which applied the same have the same. One thread applies; any may look.
 */
public final class Digest {
  private static final long SEED = 1_125_899_906_842_597L;

  private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private volatile Seen seen = new Seen(0, SEED);

  /** Creates the digest of no command. */
  public Digest() {}

  /** Applies a command; the hash after it. */
  public long apply(byte[] command) {
    return apply(command, 0, command.length);
  }

  /** Applies the command of {@code length} bytes from {@code from} on; the hash after it. */
  public long apply(byte[] command, int from, int length) {
    Seen before = seen;
    long hash = before.hash;
    int end = from + length;
    int i = from;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      hash = MULTIPLIER * (hash ^ (long) WORDS.get(command, i));
      hash ^= hash >>> 32;
    }
    for (; i < end; i++) {
      hash = MULTIPLIER * (hash ^ command[i]);
    }
    seen = new Seen(before.count + 1, hash);
    return hash;
  }

  /** Takes over what another replica had applied. */
  public void restore(Seen snapshot) {
    seen = snapshot;
  }

  /** What was applied so far. */
  public Seen seen() {
    return seen;
  }

  /**
   * What a replica has applied.
   *
   * @param count how many commands
   * @param hash of all of them, in their order
   */
  public record Seen(long count, long hash) {}
}
