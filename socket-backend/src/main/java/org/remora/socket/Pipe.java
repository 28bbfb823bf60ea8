package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes to one other end, both ways: over a socket as it is here, under TLS in {@link
 * TlsPipe}. It waits if its channel blocks, and only for the first byte or for room. Used by one
 * thread at a time.
 */
class Pipe {
  final SocketChannel channel;

  /** Off the heap, where the system reads and writes; shared by all pipes of a thread. */
  private final ByteBuffer scratch;

  Pipe(SocketChannel channel, ByteBuffer scratch) {
    this.channel = channel;
    this.scratch = scratch;
  }

  /**
   * Appends to {@code target} what is there, as far as it has room; the number of bytes, −1 at the
   * end of the stream.
   */
  int read(ByteBuffer target) throws IOException {
    return readChannel(target);
  }

  /** Takes from {@code source} what can be sent now. */
  void write(ByteBuffer source) throws IOException {
    writeChannel(source);
  }

  /** Whether bytes taken by {@link #write} are still here. */
  boolean hasUnsent() {
    return false;
  }

  /** Whether more may be read though the socket has nothing: bytes taken off it are still here. */
  boolean hasUnread() {
    return false;
  }

  /** Whom the transport itself has proven to be the other end; null if it does not. */
  @Nullable Identity peer() {
    return null;
  }

  /** Whether the two ends may talk. */
  boolean isEstablished() {
    return true;
  }

  final int readChannel(ByteBuffer target) throws IOException {
    scratch.clear();
    scratch.limit(Math.min(scratch.capacity(), target.remaining()));
    int count = channel.read(scratch);
    if (count > 0) {
      target.put(scratch.flip());
    }
    return count;
  }

  final void writeChannel(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      int count = Math.min(scratch.capacity(), source.remaining());
      scratch.clear();
      scratch.put(0, source, source.position(), count);
      scratch.limit(count);
      int written = channel.write(scratch);
      source.position(source.position() + written);
      if (written < count) {
        return;
      }
    }
  }
}
