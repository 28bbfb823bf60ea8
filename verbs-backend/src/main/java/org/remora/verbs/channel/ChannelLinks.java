package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Links;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Links} of one process to others in other JVMs, over channels of any {@link Transport}.
 * One connection per pair of processes, which the one of the higher number makes, again and again
 * if need be; a thread of its own serves all of them.
 *
 * <p>What links promise: a message between processes that do not crash arrives, once, also where a
 * connection breaks in between; those of one sender arrive in its order. A message is said to be
 * from the process that {@link PeerAuthentication} made sure of when the connection was set up. The
 * messages that a peer has not acknowledged take at most {@link Settings#bytesMax}; beyond that,
 * which only a peer that does not run reaches, messages to it are dropped.
 *
 * <p>A process that starts again is a new one: it gets what its predecessor had not acknowledged.
 */
public final class ChannelLinks implements AutoCloseable {
  /**
   * Bounds and times.
   *
   * @param channels those of the channels below
   * @param bytesMax the most bytes of messages that wait for one peer, or for a receiver here that
   *     is not there yet, per sender
   * @param greetingMillis how long two processes may take to prove who they are
   * @param retryMillis how long to wait before the first attempt to connect again; doubled each
   *     time up to 64 times as much
   */
  public record Settings(
      ChannelOptions channels, long bytesMax, int greetingMillis, int retryMillis) {
    /** At most 16 MiB for each peer. */
    public static final Settings DEFAULT =
        new Settings(ChannelOptions.DEFAULT, 16L << 20, 5_000, 10);

    /** Checks the bounds. */
    public Settings {
      Objects.requireNonNull(channels);
      if (bytesMax < 0 || greetingMillis < 1 || retryMillis < 1) {
        throw new IllegalArgumentException("bounds that make no sense");
      }
      if (channels.messageBytesMax() < LinkMessage.PROOF_BYTES_MAX + 64) {
        throw new IllegalArgumentException("no room for greetings");
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(ChannelLinks.class);

  /** A peer that has nothing to send acknowledges after so many messages. */
  private static final int ACKNOWLEDGE_EVERY = 32;

  /** Connections that did not say yet who they are, per process. */
  private static final int STRANGERS_PER_PROCESS = 4;

  private static final int RETRY_DOUBLINGS_MAX = 6;

  /** All that is known of one other process. */
  private static final class Peer {
    final LinkOutbox outbox;
    @Nullable LinkConnection connection;
    long incarnation;
    long received;
    long acknowledged;
    boolean dropping;

    /** The connection that is being made to it, if this end makes it. */
    @Nullable LinkConnection attempt;

    long retryNanos;
    int retries;

    Peer(long bytesMax) {
      outbox = new LinkOutbox(bytesMax);
    }
  }

  private record Delivery(LinkMessage.Data data, int from, ReceivedMessage lent) {}

  private final int self;
  private final int processes;
  private final PeerAuthentication authentication;
  private final Executor process;
  private final Settings settings;
  private final long incarnation = new SecureRandom().nextLong();
  private final RdmaSelector selector;
  private final RdmaServerChannel server;
  private final Thread thread;
  private final Map<Integer, LinkEndpoint> endpoints = new ConcurrentHashMap<>();

  /** Guards what follows. Whoever holds it may take the selector's lock, and not the other way. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Peer[] peers;
  private final Set<LinkConnection> strangers = new LinkedHashSet<>();
  private List<InetSocketAddress> addresses = List.of();
  private volatile boolean closed;

  private ChannelLinks(
      Transport transport,
      int self,
      int processes,
      InetSocketAddress address,
      PeerAuthentication authentication,
      Executor process,
      Settings settings)
      throws IOException {
    if (self < 1 || self > processes) {
      throw new IllegalArgumentException("process " + self + " of " + processes);
    }
    this.self = self;
    this.processes = processes;
    this.authentication = Objects.requireNonNull(authentication);
    this.process = Objects.requireNonNull(process);
    this.settings = settings;
    peers = new Peer[processes + 1];
    for (int p = 0; p <= processes; p++) {
      peers[p] = new Peer(settings.bytesMax());
    }
    selector = transport.openSelector(settings.channels());
    try {
      server = selector.openServer().bind(address);
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
    server.key().interestOps(RdmaSelectionKey.OP_ACCEPT);
    thread = new Thread(this::run, "remora-links-" + self);
    thread.setDaemon(true);
  }

  /**
   * The links of process {@code self} of {@code processes}, which listen at {@code address} from
   * now on, and connect to nobody before {@link #start}.
   *
   * @param process the process's event loop: runs tasks one at a time, in order
   * @throws IOException if the transport or the address is not to be had
   */
  public static ChannelLinks open(
      Transport transport,
      int self,
      int processes,
      InetSocketAddress address,
      PeerAuthentication authentication,
      Executor process,
      Settings settings)
      throws IOException {
    return new ChannelLinks(transport, self, processes, address, authentication, process, settings);
  }

  /** Where these links listen. */
  public InetSocketAddress localAddress() {
    return Objects.requireNonNull(server.localAddress());
  }

  /**
   * Begins to connect to the others.
   *
   * @param all the addresses of all processes, by number, one's own included
   * @throws IllegalStateException if this was called before
   */
  public void start(List<InetSocketAddress> all) {
    if (all.size() != processes) {
      throw new IllegalArgumentException(all.size() + " addresses of " + processes + " processes");
    }
    lock.lock();
    try {
      if (!addresses.isEmpty()) {
        throw new IllegalStateException("started before");
      }
      addresses = List.copyOf(all);
    } finally {
      lock.unlock();
    }
    thread.start();
  }

  /** One channel of the links; the same object at every call. For the process's event loop. */
  public Links links(int channel) {
    return endpoint(channel);
  }

  private LinkEndpoint endpoint(int channel) {
    return endpoints.computeIfAbsent(channel, c -> new LinkEndpoint(this, c, process, processes));
  }

  /** How many peers are connected, and have proved who they are, now. */
  public int connectedPeers() {
    lock.lock();
    try {
      int count = 0;
      for (Peer peer : peers) {
        count += peer.connection == null ? 0 : 1;
      }
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread and all connections. Nothing is received any more. */
  @Override
  public void close() {
    closed = true;
    selector.close();
    if (Thread.currentThread() != thread) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(10));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  // What endpoints and connections ask for.

  int self() {
    return self;
  }

  int processes() {
    return processes;
  }

  Settings settings() {
    return settings;
  }

  long incarnation() {
    return incarnation;
  }

  Value prove(Value transcript) {
    return authentication.prove(transcript);
  }

  boolean verify(int peer, Value transcript, Value proof) {
    return authentication.verify(peer, transcript, proof);
  }

  /** How many messages of this incarnation of a peer have come. */
  long receivedFrom(int peer, long peerIncarnation) {
    return peers[peer].incarnation == peerIncarnation ? peers[peer].received : 0;
  }

  long nextTo(int peer) {
    return peers[peer].outbox.next();
  }

  /** Sends a message; called on the event loop. */
  void send(int to, int channel, Value message) {
    if (to < 1 || to > processes) {
      throw new IndexOutOfBoundsException("process " + to + " of " + processes);
    }
    if (message.length() > settings.channels().messageBytesMax() - LinkMessage.DATA_HEADER_BYTES) {
      throw new IllegalArgumentException("a message of " + message.length() + " bytes");
    }
    lock.lock();
    try {
      Peer peer = peers[to];
      if (peer.outbox.add(channel, message)) {
        flush(peer);
      } else if (!peer.dropping) {
        peer.dropping = true;
        LOG.warn("process {} drops messages to process {}, which takes none", self, to);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Writes to a peer what the channel takes; the rest when it is writable. */
  private void flush(Peer peer) {
    LinkConnection connection = peer.connection;
    if (connection == null || closed) {
      return;
    }
    try {
      boolean all = connection.flush(peer.outbox, peer.received);
      if (all && peer.received - peer.acknowledged >= ACKNOWLEDGE_EVERY) {
        all = connection.acknowledge(peer.received);
        peer.acknowledged = peer.received;
      }
      await(connection, all);
    } catch (IOException | java.nio.channels.CancelledKeyException broken) {
      // The key is readable then, and the thread finds out why.
      LOG.debug("writing to a peer", broken);
    }
  }

  /** Waits for messages, and for room unless all was written. */
  private static void await(LinkConnection connection, boolean all) {
    RdmaSelectionKey key = connection.channel.key();
    int interest =
        all ? RdmaSelectionKey.OP_READ : RdmaSelectionKey.OP_READ | RdmaSelectionKey.OP_WRITE;
    if (key.interestOps() != interest) {
      key.interestOps(interest);
    }
  }

  /**
   * A connection has proved whom it leads to: it takes the place of the one before.
   *
   * @return false if the peer says that it received what was never sent
   */
  boolean proved(LinkConnection connection, LinkMessage.Proof proof) {
    Peer peer = peers[connection.peer];
    if (!peer.outbox.resume(proof.received())) {
      return false;
    }
    strangers.remove(connection);
    LinkConnection before = peer.connection;
    if (before != null) {
      before.channel.close();
    }
    if (peer.incarnation != connection.incarnation()) {
      peer.incarnation = connection.incarnation();
      peer.received = 0;
    }
    // What it had acknowledged to a predecessor of this process does not come again.
    peer.received = Math.max(peer.received, Math.max(proof.next(), 1) - 1);
    peer.acknowledged = peer.received;
    peer.connection = connection;
    peer.attempt = null;
    peer.retries = 1;
    peer.retryNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.retryMillis());
    flush(peer);
    return true;
  }

  // The thread.

  private void run() {
    try {
      while (!closed) {
        long millis = connectAll();
        selector.select(millis);
        for (RdmaSelectionKey key : List.copyOf(selector.selectedKeys())) {
          selector.selectedKeys().remove(key);
          serve(key);
        }
        dropLateStrangers();
      }
    } catch (ClosedSelectorException end) {
      LOG.trace("closed", end);
    } catch (IOException | RejectedExecutionException e) {
      LOG.error("process {} has no links any more", self, e);
    } finally {
      selector.close();
    }
  }

  /** Connects where that is due; how long there is nothing to do. */
  private long connectAll() throws IOException {
    long millis = settings.greetingMillis();
    lock.lock();
    try {
      long now = System.nanoTime();
      for (int to = 1; to < self; to++) {
        Peer peer = peers[to];
        if (peer.connection == null && peer.attempt == null) {
          long wait = peer.retries == 0 ? 0 : peer.retryNanos - now;
          if (wait <= 0) {
            connect(to, peer, now);
            wait = TimeUnit.MILLISECONDS.toNanos(settings.retryMillis());
          }
          millis = Math.min(millis, 1 + TimeUnit.NANOSECONDS.toMillis(wait));
        }
      }
    } finally {
      lock.unlock();
    }
    return Math.max(millis, 1);
  }

  private void connect(int to, Peer peer, long now) throws IOException {
    long wait =
        TimeUnit.MILLISECONDS.toNanos(settings.retryMillis())
            << Math.min(peer.retries, RETRY_DOUBLINGS_MAX);
    peer.retries++;
    peer.retryNanos = now + wait;
    RdmaChannel channel = selector.openChannel();
    LinkConnection connection = new LinkConnection(this, channel, to, deadline(now));
    channel.key().attach(connection);
    channel.key().interestOps(RdmaSelectionKey.OP_CONNECT);
    try {
      channel.connect(addresses.get(to - 1));
      peer.attempt = connection;
      strangers.add(connection);
    } catch (IOException e) {
      LOG.debug("connecting to process {}", to, e);
      channel.close();
    }
  }

  private long deadline(long now) {
    return now + TimeUnit.MILLISECONDS.toNanos(settings.greetingMillis());
  }

  private void serve(RdmaSelectionKey key) throws IOException {
    if (!key.isValid()) {
      return;
    }
    if (key.channel() instanceof RdmaServerChannel) {
      acceptAll();
      return;
    }
    LinkConnection connection = (LinkConnection) Objects.requireNonNull(key.attachment());
    List<Delivery> deliveries = new ArrayList<>();
    lock.lock();
    try {
      String problem = serve(connection, deliveries);
      if (problem != null) {
        LOG.debug("process {} ends a connection to {}: {}", self, connection.peer, problem);
        drop(connection);
      }
    } catch (IOException e) {
      LOG.debug("a connection that broke", e);
      drop(connection);
    } finally {
      lock.unlock();
    }
    // Outside the lock: the event loop may be anybody's.
    for (Delivery delivery : deliveries) {
      process.execute(
          () -> {
            endpoint(delivery.data.channel()).arrived(delivery.from, delivery.data.payload());
            delivery.lent.close(); // Only now may the peer send more.
          });
    }
  }

  private void acceptAll() throws IOException {
    for (RdmaChannel channel = server.accept(); channel != null; channel = server.accept()) {
      LinkConnection connection = new LinkConnection(this, channel, 0, deadline(System.nanoTime()));
      lock.lock();
      try {
        if (strangers.size() >= STRANGERS_PER_PROCESS * processes) {
          LinkConnection oldest = strangers.iterator().next();
          drop(oldest);
        }
        strangers.add(connection);
      } finally {
        lock.unlock();
      }
      channel.key().attach(connection);
      channel.key().interestOps(RdmaSelectionKey.OP_READ);
    }
  }

  /** What is wrong, or null. */
  private @Nullable String serve(LinkConnection connection, List<Delivery> deliveries)
      throws IOException {
    RdmaChannel channel = connection.channel;
    if (!channel.isOpen()) {
      return null;
    }
    if (!channel.isConnected()) {
      if (channel.finishConnect()) {
        channel.key().interestOps(RdmaSelectionKey.OP_READ);
        connection.connected();
        await(connection, connection.flushSmall());
      }
      return null;
    }
    for (ReceivedMessage next = channel.read(); next != null; next = channel.read()) {
      LinkMessage message = LinkMessage.decode(next.toBytes());
      boolean keeps = false;
      String problem = null;
      if (message == null) {
        problem = "a message that is none";
      } else if (!connection.isProved()) {
        problem = connection.greeting(message);
      } else if (message instanceof LinkMessage.Data data) {
        Peer peer = peers[connection.peer];
        if (!peer.outbox.acknowledged(data.received())) {
          problem = "messages received that were never sent";
        } else if (data.sequence() == peer.received + 1) {
          peer.received++;
          deliveries.add(new Delivery(data, connection.peer, next));
          keeps = true;
        } else if (data.sequence() > peer.received) {
          problem = "messages left out";
        }
      } else if (!(message instanceof LinkMessage.Ack ack)
          || !peers[connection.peer].outbox.acknowledged(ack.received())) {
        problem = "a message out of order";
      }
      if (!keeps) {
        next.close();
      }
      if (problem != null) {
        return problem;
      }
    }
    Ending ending = channel.ending();
    if (ending != null) {
      return ending.reason();
    }
    if (connection.isProved()) {
      Peer peer = peers[connection.peer];
      peer.dropping = false;
      flush(peer);
    } else {
      await(connection, connection.flushSmall());
    }
    return null;
  }

  private void drop(LinkConnection connection) {
    connection.channel.close();
    strangers.remove(connection);
    if (connection.peer != 0) {
      Peer peer = peers[connection.peer];
      if (peer.connection == connection) {
        peer.connection = null;
      }
      if (peer.attempt == connection) {
        peer.attempt = null;
      }
    }
  }

  private void dropLateStrangers() {
    lock.lock();
    try {
      long now = System.nanoTime();
      for (LinkConnection stranger : new ArrayList<>(strangers)) {
        if (stranger.deadlineNanos - now <= 0) {
          drop(stranger);
        }
      }
    } finally {
      lock.unlock();
    }
  }
}
