package org.remora.byzantine.keys;

import java.security.Provider;

/**
 * An implementation of Ed25519 [RFC 8032]: Bouncy Castle's, or that of a JCA provider. Thread-safe.
 */
public interface Ed25519 {
  /** The bytes of a private key (its seed) and of a public key. */
  int KEY_BYTES = 32;

  /** The bytes of a signature. */
  int SIGNATURE_BYTES = 64;

  /** What people call it. */
  String name();

  /** The signature over {@code message} with the private key {@code seed}. */
  byte[] sign(byte[] seed, byte[] message);

  /**
   * Whether {@code signature} is one over {@code message} with the private key of {@code
   * publicKey}. Any input is safe: garbage is just not a signature.
   */
  boolean verify(byte[] publicKey, byte[] message, byte[] signature);

  /** Bouncy Castle's lightweight implementation: always there. */
  static Ed25519 bouncyCastle() {
    return new BouncyCastleEd25519();
  }

  /**
   * The implementation of a JCA provider.
   *
   * @throws IllegalArgumentException if it fails the self-test, for whatever reason
   */
  static Ed25519 of(Provider provider) {
    Ed25519 candidate = new JcaEd25519(provider);
    String failure = SelfTest.failure(candidate);
    if (failure != null) {
      throw new IllegalArgumentException(
          "provider " + provider.getName() + " is no Ed25519: " + failure);
    }
    return candidate;
  }

  /**
   * The fastest implementation present: a native JCA provider, registered or on the class path,
   * that passes the self-test, else Bouncy Castle. The JDK's own is slower than either and is never
   * picked.
   */
  static Ed25519 best() {
    for (String className : NativeProviders.CLASSES) {
      Provider provider = NativeProviders.find(className);
      if (provider != null) {
        Ed25519 candidate = new JcaEd25519(provider);
        if (SelfTest.failure(candidate) == null) {
          return candidate;
        }
      }
    }
    return bouncyCastle();
  }
}
