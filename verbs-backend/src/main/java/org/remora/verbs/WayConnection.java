package org.remora.verbs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.remora.verbs.channel.PeerAuthentication;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.Connections;
import org.remora.verbs.nic.ProtectionDomain;
import org.remora.verbs.nic.QueuePair;

/**
 * One connection of a process to a memory's host: made step by step, as the events of the
 * connection manager come, so that nobody waits for a host that does not answer. Once closed it is
 * never used again; the next one is another.
 */
final class WayConnection {
  private static final int STEP_MILLIS_MAX = 5_000;
  private static final int SENDS = 128;
  private static final int INLINE = 128;

  /** What is awaited. */
  private enum Step {
    ADDRESS,
    ROUTE,
    ACCEPTANCE,
    /** That the host proves who it is, once it believes who this process is. */
    PROOF,
    /** Nothing but the end. */
    ESTABLISHED
  }

  private final Connections connections;
  private final int generation;
  private final Handshake.Hello hello;
  private final int member;
  private final PeerAuthentication authentication;
  private Handshake.@Nullable Challenge challenge;
  private final long id;
  private Step step = Step.ADDRESS;
  private @Nullable QueuePair control;
  private @Nullable QueuePair data;
  private @Nullable Mailbox mailbox;
  private int inlineMax;

  /**
   * Begins to connect.
   *
   * @param from the address of the process's card
   * @param hello what the host is told
   * @param member what the host has to prove that it is
   * @param generation what its messages' work requests are marked with
   */
  WayConnection(
      Connections connections,
      InetAddress from,
      InetSocketAddress host,
      Handshake.Hello hello,
      int member,
      PeerAuthentication authentication,
      int generation)
      throws IOException {
    this.connections = connections;
    this.hello = hello;
    this.member = member;
    this.authentication = authentication;
    this.generation = generation;
    id = connections.resolveAddress(from, host, STEP_MILLIS_MAX);
  }

  /**
   * Takes the next step.
   *
   * @throws IOException if the event is the end, or the step fails
   */
  void advance(ConnectionEvent event, ProtectionDomain domain, CompletionQueue queue)
      throws IOException {
    ConnectionEvent.Type type = event.type();
    if (type == ConnectionEvent.Type.TIMEWAIT_EXIT || type == ConnectionEvent.Type.ADDRESS_CHANGE) {
      return;
    }
    if (step == Step.ADDRESS && type == ConnectionEvent.Type.ADDRESS_RESOLVED) {
      step = Step.ROUTE;
      connections.resolveRoute(id, STEP_MILLIS_MAX);
      return;
    }
    if (step == Step.ROUTE && type == ConnectionEvent.Type.ROUTE_RESOLVED) {
      step = Step.ACCEPTANCE;
      QueuePair pair = QueuePair.ofConnection(id, domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
      control = pair;
      Mailbox made = new Mailbox(domain, pair, hello.memory(), generation, false);
      mailbox = made;
      made.postAll();
      QueuePair oneSided = QueuePair.create(domain, queue, SENDS, 1, INLINE);
      data = oneSided;
      inlineMax = oneSided.inlineMax();
      connections.connect(id, pair, hello.encode());
      return;
    }
    if (step == Step.ACCEPTANCE && type == ConnectionEvent.Type.ESTABLISHED) {
      step = Step.PROOF;
      challenge = Handshake.challenge(event.privateData());
      if (challenge == null) {
        throw new IOException("it is no memory's host");
      }
      ByteBuffer out = ByteBuffer.allocate(Wire.BYTES_MAX);
      Handshake.put(out, Handshake.PROVE, authentication.prove(transcript(true)));
      mailbox().send(out.flip());
      return;
    }
    throw new IOException(
        step == Step.PROOF && type == ConnectionEvent.Type.DISCONNECTED
            ? "the host does not believe that this is process " + hello.process()
            : type + " " + event.status());
  }

  private Value transcript(boolean ofProcess) throws IOException {
    QueuePair pair = Objects.requireNonNull(control);
    return Handshake.transcript(
        ofProcess, hello, Objects.requireNonNull(challenge), pair.number(), pair.peerNumber());
  }

  /**
   * Takes the host's first message: only once that has proved who it is, is the connection
   * established.
   *
   * @throws IOException if it proves nothing
   * @throws java.nio.BufferUnderflowException if it is too short
   * @throws IllegalArgumentException if it is none of that kind
   */
  void proven(ByteBuffer message) throws IOException {
    Value proof = Handshake.take(message, Handshake.PROVEN);
    if (step != Step.PROOF || !authentication.verify(member, transcript(false), proof)) {
      throw new IOException("the host does not prove that it is memory " + hello.memory());
    }
    step = Step.ESTABLISHED;
  }

  /** Names this start of the host; once established. */
  long incarnation() {
    return Objects.requireNonNull(challenge).incarnation();
  }

  long id() {
    return id;
  }

  boolean isEstablished() {
    return step == Step.ESTABLISHED;
  }

  int generation() {
    return generation;
  }

  /** How many one-sided operations may be posted at once. */
  static int sendsMax() {
    return SENDS;
  }

  /** Once established. */
  QueuePair data() {
    return Objects.requireNonNull(data);
  }

  /** Once accepted. */
  Mailbox mailbox() {
    return Objects.requireNonNull(mailbox);
  }

  /** The most bytes that a write may carry in its work request. */
  int inlineMax() {
    return inlineMax;
  }

  /**
   * Gives everything back. From here on nothing is sent, and no answer to what was sent is written
   * to this side's memory.
   *
   * @throws IOException if the kernel refuses: then that is not so
   */
  void close() throws IOException {
    if (data != null) {
      data.close();
    }
    connections.destroy(id, control);
    if (mailbox != null) {
      mailbox.close();
    }
  }
}
