package org.remora.socket;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;

/** The server's side of the handshake of one connection. */
final class ServerHandshake {
  /** What has come of a frame. */
  enum Step {
    /** The handshake goes on. */
    GOES_ON,
    /** The other end has proven who it is. */
    PROVEN,
    /** It is to be told why not, by what waits to be sent; then the connection is to be closed. */
    REFUSED,
    /** No correct end sends this. */
    MALFORMED
  }

  private final Frames connection;
  private final Security security;
  private final Identity self;
  private final int service;
  private final long incarnation;
  private Handshake.@Nullable Hello hello;
  private Value proof = Value.EMPTY;

  ServerHandshake(
      Frames connection, Security security, Identity self, int service, long incarnation) {
    this.connection = connection;
    this.security = security;
    this.self = self;
    this.service = service;
    this.incarnation = incarnation;
  }

  /** What the client said of itself, once it has; proven or not. */
  Handshake.Hello hello() {
    return Objects.requireNonNull(hello);
  }

  Step frame(int type, ByteBuffer in, int from, int to) {
    Value body = Value.copyOf(in, from, to - from);
    if (hello == null && type == Wire.HELLO) {
      try {
        return greet(Handshake.Hello.decode(body), body);
      } catch (MalformedValueException malformed) {
        return Step.MALFORMED;
      }
    }
    if (hello != null && type == Wire.PROOF) {
      return Handshake.matches(proof, body) ? Step.PROVEN : refuse(Handshake.Refusal.NOT_PROVEN);
    }
    return Step.MALFORMED;
  }

  private Step greet(Handshake.Hello said, Value bytes) {
    if (said.version() != Wire.VERSION) {
      return refuse(Handshake.Refusal.VERSION);
    }
    boolean tls = security instanceof TlsSecurity;
    if (said.service() != service
        || !said.to().equals(self)
        || said.from().kind() != Identity.Kind.PROCESS
        || said.tls() != tls) {
      return refuse(Handshake.Refusal.WRONG_PLACE);
    }
    Value nonce = Handshake.nonce();
    Value own = Value.EMPTY;
    if (security instanceof PreSharedKeys keys) {
      byte @Nullable [] key = keys.key(self, said.from());
      if (key == null) {
        return refuse(Handshake.Refusal.NOT_PROVEN);
      }
      own = Handshake.serverProof(key, bytes, nonce, incarnation);
      proof = Handshake.clientProof(key, bytes, nonce, incarnation);
    } else if (!said.from().equals(connection.pipe.peer())) {
      // The certificate has proven another than the one that it says it is.
      return refuse(Handshake.Refusal.NOT_PROVEN);
    }
    hello = said;
    connection.send(Wire.CHALLENGE, 0, new Handshake.Challenge(nonce, incarnation, own).encode());
    return Step.GOES_ON;
  }

  private Step refuse(Handshake.Refusal refusal) {
    connection.begin(Wire.REFUSED, 0, 1).put((byte) refusal.code);
    return Step.REFUSED;
  }
}
