package org.remora.tests.verbs;

import java.util.List;
import java.util.stream.IntStream;
import org.remora.byzantine.keys.Ed25519;
import org.remora.byzantine.keys.Ed25519Signer;
import org.remora.byzantine.keys.Membership;
import org.remora.byzantine.keys.PrivateKey;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;

/**
 * The members of a test's group, processes first and memories' hosts after them, each with a key of
 * its own. The keys are made of their numbers: a test's other JVMs know them, too.
 */
public final class Members {
  private static final Ed25519 IMPLEMENTATION = Ed25519.bouncyCastle();

  private Members() {}

  /** What member {@code self} of {@code members} proves itself with. */
  public static PeerAuthentication authentication(int self, int members) {
    List<PrivateKey> keys = IntStream.rangeClosed(1, members).mapToObj(Members::key).toList();
    return PeerAuthentication.signed(
        new Ed25519Signer(
            IMPLEMENTATION,
            self,
            keys.get(self - 1),
            new Membership(keys.stream().map(PrivateKey::publicKey).toList())));
  }

  /** What somebody signs with who has none of the keys, and believes everybody. */
  public static PeerAuthentication impostor() {
    PrivateKey key = PrivateKey.generate();
    PeerAuthentication signing =
        PeerAuthentication.signed(
            new Ed25519Signer(IMPLEMENTATION, 1, key, new Membership(List.of(key.publicKey()))));
    return new PeerAuthentication() {
      @Override
      public Value prove(Value transcript) {
        return signing.prove(transcript);
      }

      @Override
      public boolean verify(int member, Value transcript, Value proof) {
        return true;
      }
    };
  }

  private static PrivateKey key(int member) {
    byte[] seed = new byte[Ed25519.KEY_BYTES];
    seed[0] = (byte) member;
    seed[1] = (byte) (member >>> 8);
    return PrivateKey.ofSeed(seed);
  }
}
