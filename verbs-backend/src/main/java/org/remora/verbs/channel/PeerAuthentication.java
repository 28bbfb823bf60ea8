package org.remora.verbs.channel;

import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.remora.memory.Signer;
import org.remora.memory.Value;
import org.remora.memory.ValueWriter;

/**
 * How the two ends of a new connection make sure of each other. Both prove that they are who they
 * say over a transcript of the greeting, which holds both names, a fresh random number of either
 * end, and which end it is: a proof cannot be used again, turned around or passed on. What follows
 * on the connection is as safe as the network: nobody signs single messages here.
 *
 * <p>The members of a group have numbers: its n processes 1 to n, and the host of memory m, where
 * there are memories, n + m.
 *
 * <p>Called by the thread that serves the connection: for links not the process's event loop, and
 * so by two threads where one process has both memories and links.
 */
public interface PeerAuthentication {
  /** This member's proof over {@code transcript}; at most 1024 bytes. */
  Value prove(Value transcript);

  /** Whether {@code proof} is one of {@code member} over {@code transcript}. Any input is safe. */
  boolean verify(int member, Value transcript, Value proof);

  /** Believes every name: for members that crash, but do not lie, on a network of their own. */
  static PeerAuthentication none() {
    return new PeerAuthentication() {
      @Override
      public Value prove(Value transcript) {
        return Value.EMPTY;
      }

      @Override
      public boolean verify(int member, Value transcript, Value proof) {
        return proof.length() == 0;
      }
    };
  }

  /**
   * By signatures. The signer is used by other threads than the process's event loop, one at a
   * time.
   */
  static PeerAuthentication signed(Signer signer) {
    Objects.requireNonNull(signer);
    return new PeerAuthentication() {
      @Override
      public synchronized Value prove(Value transcript) {
        return signer.sign(transcript);
      }

      @Override
      public synchronized boolean verify(int member, Value transcript, Value proof) {
        return signer.verify(member, transcript, proof);
      }
    };
  }

  /**
   * By a secret that all members of the group know and nobody else does: keeps strangers out, but
   * each member can pass for every other. For members that trust each other, as in one JVM.
   *
   * @param self this member's number
   * @param secret at least 16 bytes, random
   */
  static PeerAuthentication ofGroup(int self, Value secret) {
    if (secret.length() < 16) {
      throw new IllegalArgumentException(
          "a secret of " + secret.length() + " bytes, of at least 16");
    }
    return new PeerAuthentication() {
      @Override
      public Value prove(Value transcript) {
        return code(self, transcript);
      }

      @Override
      public boolean verify(int member, Value transcript, Value proof) {
        return MessageDigest.isEqual(code(member, transcript).toBytes(), proof.toBytes());
      }

      private Value code(int member, Value transcript) {
        try {
          Mac mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(secret.toBytes(), "HmacSHA256"));
          return Value.of(
              mac.doFinal(
                  new ValueWriter(Integer.BYTES + transcript.length())
                      .putInt(member)
                      .putBytes(transcript)
                      .toValue()
                      .toBytes()));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
          throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
      }
    };
  }
}
