package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Channels over TCP: the sockets' own selector is the queue of events. */
final class TcpFabric implements Fabric {
  private static final Logger LOG = LoggerFactory.getLogger(TcpFabric.class);

  /** How long a listener rests whose host has run out of file descriptors. */
  private static final long REST_MILLIS = 100;

  private static final int ACCEPTS_PER_TURN = 64;

  private static final int QUEUE_MIN = 128;

  private final SelectorCore selector;
  private final Selector sockets;

  /** Whether the sockets' selector was asked since the last turn. */
  private boolean asked;

  private final Set<TcpListener> resting = new LinkedHashSet<>();

  TcpFabric(SelectorCore selector) throws IOException {
    this.selector = selector;
    sockets = Selector.open();
  }

  @Override
  public BufferPool.Registration register(ByteBuffer slab) {
    return BufferPool.Registration.NONE;
  }

  @Override
  public Wire connect(ChannelCore channel, InetSocketAddress peer) throws IOException {
    SocketChannel socket = SocketChannel.open();
    try {
      prepare(socket);
      socket.connect(peer); // If it is there at once, it is reported as connectable all the same.
      TcpWire wire = new TcpWire(selector, channel, socket, false);
      wire.register(sockets);
      return wire;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private static void prepare(SocketChannel socket) throws IOException {
    socket.configureBlocking(false);
    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
  }

  @Override
  public Listener listen(ServerCore server, InetSocketAddress address, int backlog)
      throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open();
    try {
      socket.configureBlocking(false);
      socket.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      // Those beyond the backlog wait here; the kernel would make them wait by whole seconds.
      socket.bind(address, Math.max(backlog, QUEUE_MIN));
      return new TcpListener(server, socket);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public void pump() throws IOException {
    if (!asked) {
      sockets.selectNow();
    }
    asked = false;
    List<SelectionKey> ready = new ArrayList<>(sockets.selectedKeys());
    sockets.selectedKeys().clear();
    for (SelectionKey key : ready) {
      try {
        if (key.attachment() instanceof TcpWire wire) {
          wire.ready(key.readyOps());
        } else if (key.attachment() instanceof TcpListener listener) {
          listener.ready();
        }
      } catch (CancelledKeyException closedMeanwhile) {
        LOG.trace("a socket that was closed in the same turn", closedMeanwhile);
      }
    }
  }

  @Override
  public boolean arm() {
    return true;
  }

  @Override
  public void await(long nanosMax) throws IOException {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanosMax);
    if (TimeUnit.MILLISECONDS.toNanos(millis) < nanosMax) {
      millis++; // To wake before the time is over is to wait again.
    }
    Set<TcpListener> rested;
    selector.lock.lock();
    try {
      rested = new LinkedHashSet<>(resting);
    } finally {
      selector.lock.unlock();
    }
    if (!rested.isEmpty()) {
      millis = Math.min(millis, REST_MILLIS);
    }
    if (millis == 0) {
      sockets.selectNow();
    } else {
      sockets.select(millis);
    }
    asked = true;
    if (!rested.isEmpty()) {
      selector.lock.lock();
      try {
        resting.removeAll(rested);
        rested.forEach(TcpListener::resume);
      } finally {
        selector.lock.unlock();
      }
    }
  }

  @Override
  public void wakeup() {
    sockets.wakeup();
  }

  @Override
  public void close() {
    try {
      sockets.close();
    } catch (IOException e) {
      LOG.warn("closing the sockets' selector", e);
    }
  }

  private static void closeQuietly(java.nio.channels.Channel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing a socket", e);
    }
  }

  /** A listening socket. */
  private final class TcpListener implements Listener {
    private final ServerCore server;
    private final ServerSocketChannel socket;
    private final SelectionKey key;

    /** A connection that could not be admitted yet. */
    private @Nullable SocketChannel held;

    TcpListener(ServerCore server, ServerSocketChannel socket) throws IOException {
      this.server = server;
      this.socket = socket;
      key = socket.register(sockets, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public InetSocketAddress localAddress() {
      try {
        return (InetSocketAddress) Objects.requireNonNull(socket.getLocalAddress());
      } catch (IOException closed) {
        return new InetSocketAddress(0);
      }
    }

    void ready() {
      for (int i = 0; i < ACCEPTS_PER_TURN && socket.isOpen(); i++) {
        try {
          if (held == null) {
            held = socket.accept();
          }
        } catch (IOException e) {
          LOG.warn("cannot accept a connection; trying again in {} ms", REST_MILLIS, e);
          key.interestOps(0);
          resting.add(this);
          return;
        }
        if (held == null || !admitHeld()) {
          return;
        }
      }
    }

    private boolean admitHeld() {
      SocketChannel socketHeld = Objects.requireNonNull(held);
      ChannelCore channel = null;
      try {
        channel = server.admit();
        if (channel == null) {
          key.interestOps(0);
          return false;
        }
        held = null;
        prepare(socketHeld);
        TcpWire wire = new TcpWire(selector, channel, socketHeld, true);
        wire.register(sockets);
        channel.admitted(wire);
      } catch (IOException e) {
        LOG.debug("a connection that broke at once", e);
        held = null;
        closeQuietly(socketHeld);
        if (channel != null) {
          channel.wireBroke(String.valueOf(e.getMessage()));
        }
      }
      return true;
    }

    @Override
    public void resume() {
      if (key.isValid()) {
        key.interestOps(SelectionKey.OP_ACCEPT);
        if (held != null && admitHeld()) {
          selector.nudge();
        }
      }
    }

    @Override
    public void close() {
      closeQuietly(socket);
      if (held != null) {
        closeQuietly(held);
        held = null;
      }
      resting.remove(this);
    }
  }
}
