package org.remora.byzantine.keys;

import java.util.Arrays;
import java.util.Base64;

/** The key that verifies a process's signatures. Immutable. */
public final class PublicKey {
  private final byte[] bytes;

  private PublicKey(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The key of 32 bytes.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static PublicKey of(byte[] bytes) {
    if (bytes.length != Ed25519.KEY_BYTES) {
      throw new IllegalArgumentException("a public key has 32 bytes, not " + bytes.length);
    }
    return new PublicKey(bytes.clone());
  }

  /** A copy of its bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PublicKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Its X.509 encoding in Base64: what stands between the lines of a PEM file. */
  @Override
  public String toString() {
    return Base64.getEncoder().encodeToString(Der.publicKey(bytes));
  }
}
