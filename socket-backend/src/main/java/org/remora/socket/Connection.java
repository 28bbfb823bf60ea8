package org.remora.socket;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a process: its event loop's selector says when to read and to write, and it never
 * blocks.
 */
abstract class Connection extends Frames implements Sockets.Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  final Sockets sockets;
  private final SelectionKey key;
  private boolean dirty;
  private boolean closed;

  /** A connection over a channel that is connected, or being connected. */
  Connection(Sockets sockets, Pipe pipe) throws IOException {
    super(pipe);
    this.sockets = sockets;
    key =
        sockets.register(
            pipe.channel,
            pipe.channel.isConnected() ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
            this);
  }

  /** The socket is connected. */
  void connected() {}

  /** What was received has been looked at. */
  void taken() {}

  /** There is room to send again. */
  void drained() {}

  /** It is closed now, for whatever reason; once. */
  abstract void closed(String why, @Nullable IOException cause);

  @Override
  final boolean isClosed() {
    return closed;
  }

  @Override
  final void dirty() {
    if (!dirty) {
      dirty = true;
      sockets.dirty(this);
    }
  }

  /** Sends what waits, as far as the socket takes it. */
  final void flush() {
    dirty = false;
    if (closed || !pipe.channel.isConnected()) {
      return;
    }
    try {
      if (drain()) {
        // What is put in now is flushed once more.
        drained();
      }
      if (!closed) {
        interest();
      }
    } catch (IOException e) {
      close("sending failed", e);
    } catch (CancelledKeyException e) {
      close("closed elsewhere", null);
    }
  }

  @Override
  final void close(String why, @Nullable IOException cause) {
    if (closed) {
      return;
    }
    closed = true;
    key.cancel();
    try {
      pipe.channel.close();
    } catch (IOException e) {
      LOG.debug("closing a socket", e); // the descriptor is gone all the same
    }
    closed(why, cause);
  }

  @Override
  public final void ready(SelectionKey readyKey) {
    try {
      if (readyKey.isConnectable()) {
        pipe.channel.finishConnect();
        connected();
        flush();
      }
      if (!closed && readyKey.isValid() && readyKey.isWritable()) {
        flush();
      }
      if (!closed && readyKey.isValid() && readyKey.isReadable()) {
        receive();
      }
    } catch (IOException e) {
      close("the connection broke", e);
    } catch (CancelledKeyException e) {
      close("closed elsewhere", null);
    }
  }

  private void receive() throws IOException {
    boolean before = pipe.isEstablished();
    do {
      int count = fill();
      if (count < 0) {
        close("the other end closed it", null);
        return;
      }
      take();
    } while (!closed && pipe.hasUnread() && hasRoom());
    if (!closed) {
      taken();
    }
    if (!closed) {
      // A handshake below has something to send, or has let go what waits here.
      if (pipe.hasUnsent() || !before) {
        flush();
      }
      if (!closed) {
        interest();
      }
    }
  }

  private void interest() {
    int operations = SelectionKey.OP_READ;
    if (pipe.hasUnsent() || (unsentBytes() > 0 && pipe.isEstablished())) {
      operations |= SelectionKey.OP_WRITE;
    }
    if (key.interestOps() != operations) {
      key.interestOps(operations);
      // Whoever runs here need not be the one who waits.
      sockets.selector.wakeup();
    }
  }
}
