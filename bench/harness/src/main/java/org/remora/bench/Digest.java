package org.remora.bench;

/**
 * The state machine of every subject: a count and a hash of all commands in their order, so that
 * replicas which applied the same have the same. One thread applies; any may look.
 */
public final class Digest {
  private static final long SEED = 1_125_899_906_842_597L;

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
    for (int i = from; i < from + length; i++) {
      hash = 31 * hash + command[i];
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
