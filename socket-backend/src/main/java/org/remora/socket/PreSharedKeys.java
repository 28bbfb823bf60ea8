package org.remora.socket;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keys that two ends of a connection know from elsewhere. Each proves to the other that it knows
 * the key, by HMAC-SHA256 over both ends' fresh nonces, when the connection is made. For closed
 * networks: what follows on the connection is neither encrypted nor authenticated, so whoever sits
 * on the way can read and change it ({@link TlsSecurity} is for networks where somebody may).
 */
public final class PreSharedKeys implements Security {
  /** The fewest bytes of a key: a short one can be guessed from what is seen of a handshake. */
  public static final int KEY_BYTES_MIN = 16;

  private final byte @Nullable [] secret;
  private final Map<Identity, byte[]> keys;

  private PreSharedKeys(byte @Nullable [] secret, Map<Identity, byte[]> keys) {
    this.secret = secret;
    this.keys = keys;
  }

  /**
   * One secret for a group whose members trust each other: whoever knows it can pass for any of
   * them. Each pair's key is derived from it.
   *
   * @throws IllegalArgumentException if it is shorter than {@value #KEY_BYTES_MIN} bytes
   */
  public static PreSharedKeys ofGroup(byte[] secret) {
    return new PreSharedKeys(checked(secret), Map.of());
  }

  /**
   * The key that this end shares with each other: whoever is not among them is refused. With a key
   * per pair nobody can pass for another.
   *
   * @throws IllegalArgumentException if one is shorter than {@value #KEY_BYTES_MIN} bytes
   */
  public static PreSharedKeys ofPairs(Map<Identity, byte[]> keys) {
    Map<Identity, byte[]> copy = new HashMap<>();
    keys.forEach((peer, key) -> copy.put(Objects.requireNonNull(peer), checked(key)));
    return new PreSharedKeys(null, copy);
  }

  /** The key that {@code self} shares with {@code peer}; null if there is none. */
  byte @Nullable [] key(Identity self, Identity peer) {
    byte[] group = secret;
    if (group == null) {
      return keys.get(peer);
    }
    String one = self.uri();
    String other = peer.uri();
    String pair = one.compareTo(other) < 0 ? one + " " + other : other + " " + one;
    return Handshake.hmac(
        group,
        "remora pair".getBytes(StandardCharsets.UTF_8),
        pair.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] checked(byte[] key) {
    if (key.length < KEY_BYTES_MIN) {
      throw new IllegalArgumentException(
          "a key of " + key.length + " bytes; at least " + KEY_BYTES_MIN + " are needed");
    }
    return key.clone();
  }
}
