package org.remora.byzantine.keys;

import java.security.MessageDigest;
import java.security.SecureRandom;

/** The key that a process signs with. Immutable; its text never shows the secret. */
public final class PrivateKey {
  private final byte[] seed;
  private final byte[] publicKey;

  private PrivateKey(byte[] seed) {
    this.seed = seed;
    publicKey = BouncyCastleEd25519.publicKey(seed);
  }

  /** A new key, drawn from the platform's secure random numbers. */
  public static PrivateKey generate() {
    byte[] seed = new byte[Ed25519.KEY_BYTES];
    new SecureRandom().nextBytes(seed);
    return new PrivateKey(seed);
  }

  /**
   * The key of a seed of 32 bytes.
   *
   * @throws IllegalArgumentException if there are more or fewer
   */
  public static PrivateKey ofSeed(byte[] seed) {
    if (seed.length != Ed25519.KEY_BYTES) {
      throw new IllegalArgumentException("a seed has 32 bytes, not " + seed.length);
    }
    return new PrivateKey(seed.clone());
  }

  /** The public key that verifies its signatures. */
  public PublicKey publicKey() {
    return PublicKey.of(publicKey);
  }

  byte[] seed() {
    return seed;
  }

  /** The same key. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PrivateKey that && MessageDigest.isEqual(seed, that.seed);
  }

  @Override
  public int hashCode() {
    return publicKey().hashCode();
  }

  /** Names the public key only. */
  @Override
  public String toString() {
    return "the private key of " + publicKey();
  }
}
