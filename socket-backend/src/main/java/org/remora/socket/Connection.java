package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: takes frames out of what is received, and collects those to send. Used by one
 * thread at a time.
 *
 * <p>Bounded: it holds at most one frame that is not complete, which {@link #frameBytesMax} bounds,
 * and grows to that only as its bytes arrive; and it takes no further frame while {@link
 * #isPaused}, and reads nothing meanwhile.
 */
abstract class Connection implements Sockets.Ready {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int BUFFER_BYTES = 16 * 1024;

  /** A buffer that has grown beyond is given back when it is empty. */
  private static final int KEPT_BYTES_MAX = 256 * 1024;

  final Sockets sockets;
  final Pipe pipe;
  private SelectionKey key;

  /** Received bytes, from 0 to the position. */
  private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);

  /** Bytes to send, from 0 to the position. */
  private ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

  private boolean dirty;
  private boolean taking;
  private boolean closed;

  /** A connection over a channel that is connected, or being connected. */
  Connection(Sockets sockets, Pipe pipe) throws IOException {
    this.sockets = sockets;
    this.pipe = pipe;
    key =
        sockets.register(
            pipe.channel,
            pipe.channel.isConnected() ? SelectionKey.OP_READ : SelectionKey.OP_CONNECT,
            this);
  }

  // What a connection is made for.

  /** The most that the length field of the next frame may say. */
  abstract int frameBytesMax();

  /**
   * A frame has come; its body is {@code in[from, to)}, untouched only until this returns. False if
   * it is malformed: that closes the connection.
   */
  abstract boolean frame(int type, int sequence, ByteBuffer in, int from, int to);

  /** Whether no frame may be taken now. */
  boolean isPaused() {
    return false;
  }

  /** The socket is connected. */
  void connected() {}

  /** What was received has been looked at. */
  void taken() {}

  /** There is room to send again. */
  void drained() {}

  /** The other end sent what no correct end sends. */
  void malformed(String what) {}

  /** It is closed now, for whatever reason; once. */
  abstract void closed(String why, @Nullable IOException cause);

  // What it offers to that.

  final boolean isClosed() {
    return closed;
  }

  /** The bytes that wait to be sent. */
  final int unsentBytes() {
    return out.position();
  }

  /** Room for a frame with a body of so many bytes, its header put already; ends with the frame. */
  final ByteBuffer begin(int type, int sequence, int bodyBytes) {
    ByteBuffer room = room(Wire.HEADER_BYTES + bodyBytes);
    Wire.header(room, type, sequence, bodyBytes);
    return room;
  }

  /** Room for so many bytes to send. */
  final ByteBuffer room(int bytes) {
    if (out.remaining() < bytes) {
      int needed = Math.addExact(out.position(), bytes);
      int size = (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * out.capacity()));
      out = ByteBuffer.allocate(size).put(out.flip());
    }
    if (!dirty) {
      dirty = true;
      sockets.dirty(this);
    }
    return out;
  }

  /** Sends a frame with this body. */
  final void send(int type, int sequence, Value body) {
    body.putInto(begin(type, sequence, body.length()));
  }

  /** Sends what waits, as far as the socket takes it. */
  final void flush() {
    dirty = false;
    if (closed || !pipe.channel.isConnected()) {
      return;
    }
    try {
      boolean drained = false;
      int before;
      do {
        before = out.position();
        out.flip();
        pipe.write(out);
        out.compact();
        if (out.position() < before) {
          drained = true;
          drained();
        }
      } while (!closed && out.position() > 0 && out.position() < before && !pipe.hasUnsent());
      if (closed) {
        return;
      }
      if (out.position() == 0 && out.capacity() > KEPT_BYTES_MAX) {
        out = ByteBuffer.allocate(BUFFER_BYTES);
      }
      if (drained && !isPaused() && (in.position() > 0 || pipe.hasUnread())) {
        // Not here: what is taken may have to be made durable before its answers are sent.
        sockets.resume(this);
      }
      interest();
    } catch (IOException e) {
      close("sending failed", e);
    } catch (CancelledKeyException e) {
      close("closed elsewhere", null);
    }
  }

  /** Closes it; what waits to be sent is lost. */
  final void close(String why, @Nullable IOException cause) {
    if (closed) {
      return;
    }
    closed = true;
    key.cancel();
    try {
      pipe.channel.close();
    } catch (IOException e) {
      // The descriptor is gone all the same.
      LOG.debug("closing a socket", e);
    }
    out = ByteBuffer.allocate(0);
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

  /** Goes on with what was received before it was paused. */
  final void resume() {
    if (closed) {
      return;
    }
    try {
      take();
      if (!closed && pipe.hasUnread()) {
        receive();
      }
      if (!closed) {
        interest();
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
      if (isPaused()) {
        break;
      }
      int count = pipe.read(in);
      if (count < 0) {
        close("the other end closed it", null);
        return;
      }
      take();
    } while (!closed && pipe.hasUnread() && in.hasRemaining());
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

  /** Takes the complete frames out of what was received. */
  private void take() {
    if (taking) {
      return; // a frame that is being taken has led here
    }
    taking = true;
    int start = 0;
    int end = in.position();
    while (!closed && !isPaused() && end - start >= Wire.LENGTH_BYTES) {
      int length = in.getInt(start);
      if (length < Wire.COUNTED_BYTES || length > frameBytesMax()) {
        broken("a frame of " + length + " bytes");
        break;
      }
      if (end - start - Wire.LENGTH_BYTES < length) {
        break;
      }
      int body = start + Wire.HEADER_BYTES;
      int type = in.get(start + Wire.LENGTH_BYTES) & 0xff;
      int sequence = in.getInt(start + Wire.LENGTH_BYTES + 1);
      start += Wire.LENGTH_BYTES + length;
      if (!frame(type, sequence, in, body, start) && !closed) {
        broken("a frame of type " + type + " that does not belong here");
      }
    }
    taking = false;
    if (closed) {
      in = ByteBuffer.allocate(0);
      return;
    }
    if (start > 0) {
      in.flip().position(start);
      in.compact();
    }
    makeRoom();
  }

  /** Room for what is missing of the next frame: twice what has come of it, at most. */
  private void makeRoom() {
    if (in.position() == 0) {
      if (in.capacity() > KEPT_BYTES_MAX) {
        in = ByteBuffer.allocate(BUFFER_BYTES);
      }
    } else if (!in.hasRemaining() && !isPaused()) {
      long whole = (long) Wire.LENGTH_BYTES + in.getInt(0);
      int size = (int) Math.max(in.capacity() + 1L, Math.min(whole, 2L * in.capacity()));
      in = ByteBuffer.allocate(size).put(in.flip());
    }
  }

  private void broken(String what) {
    malformed(what);
    close(what, null);
  }

  private void interest() {
    int operations = isPaused() ? 0 : SelectionKey.OP_READ;
    if (pipe.hasUnsent() || (out.position() > 0 && pipe.isEstablished())) {
      operations |= SelectionKey.OP_WRITE;
    }
    if (key.interestOps() != operations) {
      key.interestOps(operations);
      // Whoever runs here need not be the one who waits.
      sockets.selector.wakeup();
    }
  }
}
