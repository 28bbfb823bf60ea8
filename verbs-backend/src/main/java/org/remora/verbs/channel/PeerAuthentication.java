package org.remora.verbs.channel;

import java.util.Objects;
import org.remora.memory.Signer;
import org.remora.memory.Value;

/**
 * How the processes at the two ends of a new connection make sure of each other. Both prove that
 * they are who they say over a transcript of the greeting, which holds both names, a fresh random
 * number of either end, and which end it is: a proof cannot be used again, turned around or passed
 * on. What follows on the connection is as safe as the network: nobody signs single messages here.
 *
 * <p>Called by the thread of {@link ChannelLinks}, not by the process's event loop.
 */
public interface PeerAuthentication {
  /** This process's proof over {@code transcript}; at most 1024 bytes. */
  Value prove(Value transcript);

  /** Whether {@code proof} is one of {@code process} over {@code transcript}. Any input is safe. */
  boolean verify(int process, Value transcript, Value proof);

  /** Believes every name: for processes that crash, but do not lie, on a network of their own. */
  static PeerAuthentication none() {
    return new PeerAuthentication() {
      @Override
      public Value prove(Value transcript) {
        return Value.EMPTY;
      }

      @Override
      public boolean verify(int process, Value transcript, Value proof) {
        return proof.length() == 0;
      }
    };
  }

  /** By signatures. The signer is used by another thread than the process's event loop. */
  static PeerAuthentication signed(Signer signer) {
    Objects.requireNonNull(signer);
    return new PeerAuthentication() {
      @Override
      public Value prove(Value transcript) {
        return signer.sign(transcript);
      }

      @Override
      public boolean verify(int process, Value transcript, Value proof) {
        return signer.verify(process, transcript, proof);
      }
    };
  }
}
