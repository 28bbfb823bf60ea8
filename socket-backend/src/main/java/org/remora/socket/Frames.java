package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * Takes frames out of what one connection receives, and collects those to send. Used by one thread
 * at a time.
 *
 * <p>Bounded: it holds at most one frame that is not complete, which {@link #frameBytesMax} bounds,
 * and grows to that only as its bytes arrive; and it takes no further frame while {@link
 * #isPaused}.
 */
abstract class Frames {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** A buffer that has grown beyond is given back when it is empty. */
  private static final int KEPT_BYTES_MAX = 256 * 1024;

  final Pipe pipe;

  /** Received bytes, from 0 to the position. */
  private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);

  /** Bytes to send, from 0 to the position. */
  private ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);

  private boolean taking;

  Frames(Pipe pipe) {
    this.pipe = pipe;
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

  /** The other end sent what no correct end sends; it is closed next. */
  void malformed(String what) {}

  /** There is something to send. */
  void dirty() {}

  abstract boolean isClosed();

  /** Closes it; what waits to be sent is lost. */
  abstract void close(String why, @Nullable IOException cause);

  // What it offers to that.

  /** The bytes that wait to be sent. */
  final int unsentBytes() {
    return out.position();
  }

  /** The bytes received that no frame has been made of yet. */
  final int untakenBytes() {
    return in.position();
  }

  /** Whether there is room to receive. */
  final boolean hasRoom() {
    return in.hasRemaining();
  }

  /** Room for a frame with a body of so many bytes, its header put already; ends with the frame. */
  final ByteBuffer begin(int type, int sequence, int bodyBytes) {
    return begin(type, sequence, bodyBytes, bodyBytes);
  }

  /** The same, with room for so many bytes of the body only; the rest is put in later. */
  final ByteBuffer begin(int type, int sequence, int bodyBytes, int roomBytes) {
    ByteBuffer room = room(Wire.HEADER_BYTES + roomBytes);
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
    dirty();
    return out;
  }

  /** Sends a frame with this body. */
  final void send(int type, int sequence, Value body) {
    body.putInto(begin(type, sequence, body.length()));
  }

  /** Sends what waits, as far as the pipe takes it; false if it took nothing. */
  final boolean drain() throws IOException {
    int before = out.position();
    out.flip();
    try {
      pipe.write(out);
    } finally {
      out.compact();
    }
    int after = out.position();
    if (after == 0 && out.capacity() > KEPT_BYTES_MAX) {
      out = ByteBuffer.allocate(BUFFER_BYTES);
    }
    return after < before;
  }

  /** Receives what is there; the number of bytes, −1 at the end. */
  final int fill() throws IOException {
    return pipe.read(in);
  }

  /** Takes the complete frames out of what was received; true if it was paused before the end. */
  final boolean take() {
    if (taking) {
      return false; // a frame that is being taken has led here
    }
    taking = true;
    int start = 0;
    int end = in.position();
    while (!isClosed() && !isPaused() && end - start >= Wire.LENGTH_BYTES) {
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
      if (!frame(type, sequence, in, body, start) && !isClosed()) {
        broken("a frame of type " + type + " that does not belong here");
      }
    }
    taking = false;
    if (isClosed()) {
      return false;
    }
    if (start > 0) {
      in.flip().position(start);
      in.compact();
    }
    if (isPaused()) {
      return in.position() > 0;
    }
    makeRoom();
    return false;
  }

  /** Room for what is missing of the next frame: at most as much again as has come of it. */
  private void makeRoom() {
    if (in.position() == 0) {
      if (in.capacity() > KEPT_BYTES_MAX) {
        in = ByteBuffer.allocate(BUFFER_BYTES);
      }
    } else if (!in.hasRemaining()) {
      long whole = (long) Wire.LENGTH_BYTES + in.getInt(0);
      int size = (int) Math.max(in.capacity() + 1L, Math.min(whole, 2L * in.capacity()));
      in = ByteBuffer.allocate(size).put(in.flip());
    }
  }

  private void broken(String what) {
    malformed(what);
    close(what, null);
  }
}
