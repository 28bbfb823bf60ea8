package org.remora.byzantine.keys;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The DER encodings of Ed25519 keys [RFC 8410]: a fixed prefix and 32 bytes. One encoding per key:
 * what differs in the prefix is no key.
 */
final class Der {
  private static final byte[] PRIVATE_PREFIX =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private Der() {}

  static byte[] privateKey(byte[] seed) {
    return concat(PRIVATE_PREFIX, seed);
  }

  static byte[] publicKey(byte[] key) {
    return concat(PUBLIC_PREFIX, key);
  }

  /** The seed in a PKCS #8 encoding; null if it is none. */
  static byte @Nullable [] seedOf(byte[] encoding) {
    return strip(PRIVATE_PREFIX, encoding);
  }

  /** The key in an X.509 encoding; null if it is none. */
  static byte @Nullable [] publicKeyOf(byte[] encoding) {
    return strip(PUBLIC_PREFIX, encoding);
  }

  private static byte[] concat(byte[] prefix, byte[] key) {
    byte[] encoding = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, encoding, prefix.length, key.length);
    return encoding;
  }

  private static byte @Nullable [] strip(byte[] prefix, byte[] encoding) {
    if (encoding.length != prefix.length + Ed25519.KEY_BYTES
        || !Arrays.equals(encoding, 0, prefix.length, prefix, 0, prefix.length)) {
      return null;
    }
    return Arrays.copyOfRange(encoding, prefix.length, encoding.length);
  }
}
