package org.remora.byzantine.keys;

import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * Signs with one process's private key and verifies with everybody's public keys. Used on the
 * process's event loop only.
 */
public final class Ed25519Signer implements Signer {
  private final Ed25519 implementation;
  private final PrivateKey key;
  private final Membership membership;

  /**
   * The signer of process {@code self}.
   *
   * @throws IllegalArgumentException if {@code key} is not that process's in {@code membership}:
   *     nobody would believe its signatures
   */
  public Ed25519Signer(Ed25519 implementation, int self, PrivateKey key, Membership membership) {
    if (self < 1
        || self > membership.processes()
        || !membership.key(self).equals(key.publicKey())) {
      throw new IllegalArgumentException(
          "the membership does not give process " + self + " this key");
    }
    this.implementation = implementation;
    this.key = key;
    this.membership = membership;
  }

  @Override
  public Value sign(Value message) {
    return Value.of(implementation.sign(key.seed(), message.toBytes()));
  }

  @Override
  public boolean verify(int process, Value message, Value signature) {
    return process >= 1
        && process <= membership.processes()
        && signature.length() == Ed25519.SIGNATURE_BYTES
        && implementation.verify(
            membership.key(process).bytes(), message.toBytes(), signature.toBytes());
  }
}
