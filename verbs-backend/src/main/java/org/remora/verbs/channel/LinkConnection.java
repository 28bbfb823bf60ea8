package org.remora.verbs.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * One connection between the links of two processes: greeting, proof, messages. Used under the lock
 * of its {@link ChannelLinks}.
 *
 * <pre>
 *   both ends:  HELLO →, PROOF over both HELLOs → once the other's HELLO is there
 *   the other's PROOF is right: messages, from the first on that either has not received
 * </pre>
 */
final class LinkConnection {
  private static final SecureRandom NONCES = new SecureRandom();

  final RdmaChannel channel;
  private final ChannelLinks links;
  private final boolean connecting;

  /** Whom this end connected to; 0 at the end that accepted, until the peer has said its name. */
  int peer;

  /** When the greeting must be over, on the clock of System.nanoTime. */
  final long deadlineNanos;

  private LinkMessage.@Nullable Hello own;
  private LinkMessage.@Nullable Hello theirs;
  private boolean proved;
  private @Nullable ByteBuffer rest;

  /** All but DATA: goes first. */
  private final Queue<ByteBuffer> small = new ArrayDeque<>();

  LinkConnection(ChannelLinks links, RdmaChannel channel, int peer, long deadlineNanos) {
    this.links = links;
    this.channel = channel;
    this.peer = peer;
    this.deadlineNanos = deadlineNanos;
    connecting = peer != 0;
  }

  /** Whether the peer has proved who it is. */
  boolean isProved() {
    return proved;
  }

  /** The incarnation of the peer; once it is proved. */
  long incarnation() {
    return theirs == null ? 0 : theirs.incarnation();
  }

  /** The channel is there: the end that connected speaks first. */
  void connected() throws IOException {
    if (connecting) {
      sayHello();
    }
  }

  private void sayHello() throws IOException {
    byte[] nonce = new byte[LinkMessage.NONCE_BYTES];
    NONCES.nextBytes(nonce);
    LinkMessage.Hello hello =
        new LinkMessage.Hello(links.self(), peer, links.incarnation(), Value.of(nonce));
    own = hello;
    put(hello.encode());
  }

  private void sayProof(long received, long next) throws IOException {
    put(new LinkMessage.Proof(links.prove(transcript(connecting)), received, next).encode());
  }

  private Value transcript(boolean ofConnecting) {
    LinkMessage.Hello here = Objects.requireNonNull(own);
    LinkMessage.Hello there = Objects.requireNonNull(theirs);
    return LinkMessage.transcript(
        ofConnecting, connecting ? here : there, connecting ? there : here);
  }

  private void put(Value message) throws IOException {
    if (channel.messageBytesMax() < links.settings().channels().messageBytesMax()) {
      throw new IOException("the peer receives shorter messages than these links send");
    }
    small.add(message.asBuffer());
    flushSmall();
  }

  /** Writes what there is but DATA; whether all of it went. */
  boolean flushSmall() throws IOException {
    while (!small.isEmpty()) {
      if (!channel.write(small.element())) {
        return false;
      }
      small.remove();
    }
    return true;
  }

  /**
   * Takes in one message of the greeting.
   *
   * @return what is wrong with it, or null
   */
  @Nullable String greeting(LinkMessage message) throws IOException {
    if (message instanceof LinkMessage.Hello hello && theirs == null) {
      boolean mine = hello.to() == links.self() && hello.from() != links.self();
      boolean known = hello.from() >= 1 && hello.from() <= links.processes();
      if (!mine || !known || (connecting && hello.from() != peer)) {
        return "a greeting of process " + hello.from() + " to " + hello.to();
      }
      theirs = hello;
      if (!connecting) {
        peer = hello.from();
        sayHello();
      } else {
        sayProof(links.receivedFrom(peer, hello.incarnation()), links.nextTo(peer));
      }
      return null;
    }
    if (message instanceof LinkMessage.Proof proof && theirs != null) {
      if (!links.verify(peer, transcript(!connecting), proof.proof())) {
        return "a wrong proof that it is process " + peer;
      }
      if (!connecting) {
        sayProof(links.receivedFrom(peer, incarnation()), links.nextTo(peer));
      }
      proved = true;
      return links.proved(this, proof) ? null : "messages received that were never sent";
    }
    return "a greeting out of order";
  }

  /** Writes what there is to write; whether all of it went. */
  boolean flush(LinkOutbox outbox, long received) throws IOException {
    if (!flushSmall()) {
      return false;
    }
    while (true) {
      ByteBuffer next = rest != null ? rest : outbox.poll(received);
      if (next == null) {
        return true;
      }
      rest = next;
      if (!channel.write(next)) {
        return false;
      }
      rest = null;
    }
  }

  /** Acknowledges, behind all that was flushed; false if not all of it went. */
  boolean acknowledge(long received) throws IOException {
    small.add(new LinkMessage.Ack(received).encode().asBuffer());
    return flushSmall();
  }
}
