package org.remora.socket;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;

/** The client's side of the handshake of one connection. */
final class ClientHandshake {
  private final Connection connection;
  private final Security security;
  private final Identity self;
  private final Identity peer;
  private Value hello = Value.EMPTY;
  private boolean challenged;
  private long incarnation;

  ClientHandshake(Connection connection, Security security, Identity self, Identity peer) {
    this.connection = connection;
    this.security = security;
    this.self = self;
    this.peer = peer;
  }

  /** What the server said of itself, proven once {@link #challenge} has returned true. */
  long incarnation() {
    return incarnation;
  }

  /** Whether the server has proven itself: READY is the only frame to come. */
  boolean isChallenged() {
    return challenged;
  }

  void greet(int service, long session, long first) {
    hello =
        new Handshake.Hello(
                Wire.VERSION,
                service,
                security instanceof TlsSecurity,
                self,
                peer,
                Handshake.nonce(),
                session,
                first)
            .encode();
    connection.send(Wire.HELLO, 0, hello);
  }

  /** Takes a CHALLENGE and answers it; false if it is none, or the server has not proven itself. */
  boolean challenge(ByteBuffer in, int from, int to) {
    Handshake.Challenge challenge;
    try {
      challenge = Handshake.Challenge.decode(Value.copyOf(in, from, to - from));
    } catch (MalformedValueException malformed) {
      return false;
    }
    Value proof = Value.EMPTY;
    if (security instanceof PreSharedKeys keys) {
      byte @Nullable [] key = keys.key(self, peer);
      if (key == null
          || !Handshake.matches(
              Handshake.serverProof(key, hello, challenge.nonce(), challenge.incarnation()),
              challenge.proof())) {
        return false;
      }
      proof = Handshake.clientProof(key, hello, challenge.nonce(), challenge.incarnation());
    } else if (!peer.equals(connection.pipe.peer())) {
      return false;
    }
    incarnation = challenge.incarnation();
    challenged = true;
    connection.send(Wire.PROOF, 0, proof);
    return true;
  }
}
