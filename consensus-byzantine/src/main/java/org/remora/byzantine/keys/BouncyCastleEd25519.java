package org.remora.byzantine.keys;

/** The lightweight implementation of Bouncy Castle. */
final class BouncyCastleEd25519 implements Ed25519 {
  @Override
  public String name() {
    return "Bouncy Castle";
  }

  @Override
  public byte[] sign(byte[] seed, byte[] message) {
    byte[] signature = new byte[SIGNATURE_BYTES];
    org.bouncycastle.math.ec.rfc8032.Ed25519.sign(
        seed, 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public boolean verify(byte[] publicKey, byte[] message, byte[] signature) {
    return signature.length == SIGNATURE_BYTES
        && publicKey.length == KEY_BYTES
        && org.bouncycastle.math.ec.rfc8032.Ed25519.verify(
            signature, 0, publicKey, 0, message, 0, message.length);
  }

  /** The public key that belongs to a private one. */
  static byte[] publicKey(byte[] seed) {
    byte[] publicKey = new byte[KEY_BYTES];
    org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    return publicKey;
  }
}
