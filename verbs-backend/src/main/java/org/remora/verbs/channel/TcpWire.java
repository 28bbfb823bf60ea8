package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Frames in a TCP stream, one behind the other. They are read straight into the buffers posted;
 * what a read brings of the next frame moves on to the next buffer.
 */
final class TcpWire implements Wire {
  /** So that one channel does not keep the others waiting. */
  private static final int READS_PER_TURN = 16;

  private static final int WRITES_AT_ONCE = 16;

  private final SelectorCore selector;
  private final ChannelCore channel;
  private final SocketChannel socket;
  private final Deque<PooledBuffer> posted = new ArrayDeque<>();
  private final Deque<PooledBuffer> out = new ArrayDeque<>();
  private @Nullable SelectionKey key;
  private boolean connected;
  private boolean closed;
  private boolean flushing;

  /** Nothing can be written any more; what has arrived is still read, to its end. */
  private boolean writeBroken;

  TcpWire(SelectorCore selector, ChannelCore channel, SocketChannel socket, boolean connected) {
    this.selector = selector;
    this.channel = channel;
    this.socket = socket;
    this.connected = connected;
  }

  void register(Selector sockets) throws IOException {
    key =
        socket.register(sockets, connected ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT, this);
    selector.nudge();
  }

  @Override
  public void post(PooledBuffer buffer) {
    buffer.data.clear();
    posted.add(buffer);
    if (posted.size() == 1) {
      updateInterest();
    }
  }

  @Override
  public void send(PooledBuffer buffer, int bytes) {
    buffer.data.limit(bytes).position(0);
    out.add(buffer);
    if (!flushing) {
      flush();
      updateInterest();
    }
  }

  void ready(int operations) {
    if (!connected && (operations & SelectionKey.OP_CONNECT) != 0) {
      finishConnect();
    }
    if (!closed && (operations & SelectionKey.OP_WRITE) != 0) {
      flush();
    }
    if (!closed && (operations & SelectionKey.OP_READ) != 0) {
      read();
    }
    updateInterest();
  }

  private void finishConnect() {
    try {
      if (socket.finishConnect()) {
        connected = true;
        channel.wireConnected();
      }
    } catch (IOException e) {
      broke(e);
    }
  }

  private void flush() {
    flushing = true;
    try {
      while (!out.isEmpty() && !closed) {
        if (!writeBroken && !writeSome()) {
          return;
        }
        while (!out.isEmpty() && (writeBroken || !out.element().data.hasRemaining())) {
          channel.sent(out.remove()); // which may add another
        }
      }
    } finally {
      flushing = false;
    }
  }

  private boolean writeSome() {
    ByteBuffer[] sources = new ByteBuffer[Math.min(out.size(), WRITES_AT_ONCE)];
    int i = 0;
    for (PooledBuffer buffer : out) {
      if (i == sources.length) {
        break;
      }
      sources[i++] = buffer.data;
    }
    try {
      return socket.write(sources) > 0;
    } catch (IOException e) {
      writeBroken = true;
      return true;
    }
  }

  private void read() {
    for (int i = 0; i < READS_PER_TURN && !closed; i++) {
      PooledBuffer buffer = posted.peek();
      if (buffer == null) {
        return;
      }
      int count;
      try {
        count = socket.read(buffer.data);
      } catch (IOException e) {
        broke(e);
        return;
      }
      if (count < 0) {
        channel.wireBroke("the peer ended the connection without closing the channel");
        return;
      }
      boolean full = !buffer.data.hasRemaining();
      deliver();
      if (count == 0 || !full) {
        return; // The socket is empty, or will be reported again.
      }
    }
  }

  /** Hands over all whole frames in the buffer that is being read into. */
  private void deliver() {
    while (!closed) {
      PooledBuffer buffer = Objects.requireNonNull(posted.peek());
      int there = buffer.data.position();
      if (there < ChannelFrame.HEADER_BYTES) {
        return;
      }
      long bytes = ChannelFrame.frameBytes(buffer.data);
      if (bytes > buffer.data.capacity()) {
        channel.violated("a frame of " + bytes + " bytes");
        return;
      }
      if (there < bytes) {
        return;
      }
      posted.remove();
      if (there > bytes) {
        PooledBuffer next = posted.peek();
        if (next == null) {
          channel.violated("more frames than were granted");
          return;
        }
        next.data.put(buffer.data.slice((int) bytes, there - (int) bytes));
      }
      channel.arrived(buffer, (int) bytes);
      if (posted.isEmpty()) {
        return;
      }
    }
  }

  private void broke(IOException e) {
    channel.wireBroke(String.valueOf(e.getMessage()));
  }

  private void updateInterest() {
    SelectionKey known = key;
    if (known == null || closed || !known.isValid()) {
      return;
    }
    int interest =
        !connected
            ? SelectionKey.OP_CONNECT
            : (posted.isEmpty() ? 0 : SelectionKey.OP_READ)
                | (out.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    if (known.interestOps() != interest) {
      known.interestOps(interest);
      selector.nudge();
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      posted.clear();
      out.clear();
      try {
        socket.close();
      } catch (IOException e) {
        // The descriptor is given back all the same; whoever was at the other end is gone.
        writeBroken = true;
      }
      selector.nudge(); // The socket's selector lets go of it in its next turn.
      channel.gone();
    }
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    return address(true);
  }

  @Override
  public @Nullable InetSocketAddress remoteAddress() {
    return address(false);
  }

  private @Nullable InetSocketAddress address(boolean local) {
    try {
      return (InetSocketAddress) (local ? socket.getLocalAddress() : socket.getRemoteAddress());
    } catch (IOException closedMeanwhile) {
      return null;
    }
  }
}
