package org.remora.verbs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
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
    /** Nothing but the end. */
    ESTABLISHED
  }

  private final Connections connections;
  private final int memory;
  private final int generation;
  private final byte[] hello;
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
   * @param generation what its messages' work requests are marked with
   * @param hello what the host is told
   */
  WayConnection(
      Connections connections,
      InetAddress from,
      InetSocketAddress host,
      int memory,
      int generation,
      byte[] hello)
      throws IOException {
    this.connections = connections;
    this.memory = memory;
    this.generation = generation;
    this.hello = hello;
    id = connections.resolveAddress(from, host, STEP_MILLIS_MAX);
  }

  /**
   * Takes the next step.
   *
   * @return whether the host has just accepted
   * @throws IOException if the event is the end, or the step fails
   */
  boolean advance(ConnectionEvent event, ProtectionDomain domain, CompletionQueue queue)
      throws IOException {
    ConnectionEvent.Type type = event.type();
    if (type == ConnectionEvent.Type.TIMEWAIT_EXIT || type == ConnectionEvent.Type.ADDRESS_CHANGE) {
      return false;
    }
    if (step == Step.ADDRESS && type == ConnectionEvent.Type.ADDRESS_RESOLVED) {
      step = Step.ROUTE;
      connections.resolveRoute(id, STEP_MILLIS_MAX);
      return false;
    }
    if (step == Step.ROUTE && type == ConnectionEvent.Type.ROUTE_RESOLVED) {
      step = Step.ACCEPTANCE;
      QueuePair pair = QueuePair.ofConnection(id, domain, queue, Mailbox.SLOTS, Mailbox.SLOTS, 0);
      control = pair;
      Mailbox made = new Mailbox(domain, pair, memory, generation);
      mailbox = made;
      made.postAll();
      QueuePair oneSided = QueuePair.create(domain, queue, SENDS, 1, INLINE);
      data = oneSided;
      inlineMax = oneSided.inlineMax();
      connections.connect(id, pair, hello);
      return false;
    }
    if (step == Step.ACCEPTANCE && type == ConnectionEvent.Type.ESTABLISHED) {
      step = Step.ESTABLISHED;
      return true;
    }
    throw new IOException(type + " " + event.status());
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

  /** Once established. */
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
