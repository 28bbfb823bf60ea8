package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.remora.verbs.nic.Access;
import org.remora.verbs.nic.CompletionQueue;
import org.remora.verbs.nic.ConnectionEvent;
import org.remora.verbs.nic.QueuePair;
import org.remora.verbs.nic.SendList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Frames as messages of a queue pair: one SEND each, into one buffer that was posted. */
final class RdmaWire implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger(RdmaWire.class);

  final long id;
  private final RdmaFabric fabric;
  private final ChannelCore channel;

  /** Buffers to post once there is a queue pair. */
  private final Deque<PooledBuffer> early = new ArrayDeque<>();

  /** The buffers that are in a work request. */
  final Set<RdmaFabric.Slot> posted = new HashSet<>();

  private final SendList sends = new SendList(1);
  private @Nullable QueuePair pair;

  /** Whether the peer asked for the connection, and was told that it may have it. */
  private boolean accepted;

  /** Whether the connection is up at both ends. */
  private boolean established;

  private boolean closed;

  RdmaWire(RdmaFabric fabric, ChannelCore channel, long id) throws IOException {
    this.fabric = fabric;
    this.channel = channel;
    this.id = id;
  }

  /** Makes this end of what the peer asks for: from now on buffers can be posted. */
  void prepare() throws IOException {
    ChannelOptions options = fabric.selector.options();
    QueuePair made =
        QueuePair.create(
            fabric.domain,
            fabric.queue,
            ChannelCore.sendsMax(options),
            ChannelCore.receivesMax(options),
            0);
    pair = made;
    fabric.connections.prepare(id, made, Access.NONE);
  }

  /** Accepts what the peer asks for, once the buffers for its frames are posted. */
  void accept() throws IOException {
    QueuePair made = pair;
    if (made != null && !closed) {
      fabric.connections.accept(id, made, new byte[0]);
      accepted = true;
    }
  }

  void handle(ConnectionEvent event) {
    try {
      switch (event.type()) {
        case ADDRESS_RESOLVED -> addressResolved();
        case ROUTE_RESOLVED -> {
          QueuePair made = pair;
          if (made != null) {
            fabric.connections.connect(id, made, new byte[0]);
          }
        }
        case ESTABLISHED -> {
          established = true;
          channel.wireConnected();
        }
        case CONNECT_RESPONSE, TIMEWAIT_EXIT, ADDRESS_CHANGE, OTHER -> {}
        case REJECTED -> broke("the peer refuses connections");
        case DISCONNECTED -> broke("the peer ended the connection without closing the channel");
        default -> broke("no connection: " + event.type() + " " + event.status());
      }
    } catch (IOException e) {
      broke(String.valueOf(e.getMessage()));
    }
  }

  private void addressResolved() throws IOException {
    ChannelOptions options = fabric.selector.options();
    if (!fabric.connections.card(id).equals(fabric.card)) {
      throw new IOException("the way to the peer is through another device");
    }
    pair =
        QueuePair.ofConnection(
            id,
            fabric.domain,
            fabric.queue,
            ChannelCore.sendsMax(options),
            ChannelCore.receivesMax(options),
            0);
    for (PooledBuffer buffer = early.poll(); buffer != null; buffer = early.poll()) {
      post(buffer);
    }
    fabric.connections.resolveRoute(id, options.greetingMillis());
  }

  private void broke(String reason) {
    channel.wireBroke(reason);
  }

  @Override
  public void post(PooledBuffer buffer) {
    QueuePair made = pair;
    if (closed) {
      return;
    }
    if (made == null) {
      early.add(buffer);
      return;
    }
    try {
      RdmaFabric.Slot slot = fabric.slot(buffer);
      slot.wire = this;
      posted.add(slot);
      made.receive(slot.receive);
    } catch (IOException e) {
      broke(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void send(PooledBuffer buffer, int bytes) {
    QueuePair made = pair;
    if (closed || made == null) {
      return;
    }
    try {
      RdmaFabric.Slot slot = fabric.slot(buffer);
      slot.wire = this;
      posted.add(slot);
      sends.clear();
      sends.message(
          RdmaFabric.sendRequest(buffer),
          buffer.address(),
          bytes,
          buffer.registration.key(),
          true,
          false);
      made.send(sends);
    } catch (IOException e) {
      broke(String.valueOf(e.getMessage()));
    }
  }

  /** A work request has ended. */
  void completed(RdmaFabric.Slot slot, boolean sent, int status, int bytes) {
    posted.remove(slot);
    PooledBuffer buffer = slot.buffer;
    if (status != CompletionQueue.SUCCESS) {
      broke(
          status == CompletionQueue.RETRIES_EXCEEDED
              ? "the peer does not answer"
              : "the connection broke: status " + status);
    } else if (sent) {
      channel.sent(buffer);
    } else {
      channel.arrived(buffer, bytes);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    early.clear();
    QueuePair made = pair;
    if (made != null) {
      try {
        made.close();
      } catch (IOException e) {
        LOG.warn("cannot destroy a queue pair", e);
      }
    }
    // The kernel tells the peer that this end leaves. It would not, before the peer's last step in
    // connecting
    // has come: then it is told after that.
    boolean later = accepted && !established;
    fabric.closed(this, later || (established && fabric.disconnect(id)), later);
    channel.gone();
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    try {
      return closed ? null : fabric.connections.localAddress(id);
    } catch (IOException e) {
      return null;
    }
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    try {
      return closed ? null : fabric.connections.remoteAddress(id);
    } catch (IOException e) {
      return null;
    }
  }
}
