package org.remora.verbs.channel;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * The messages to one peer that it has not acknowledged, numbered from 1, in order. A connection
 * that breaks loses nothing: the next one begins with what the peer has not received.
 */
final class LinkOutbox {
  /** What a message takes besides its bytes, about. */
  private static final int MESSAGE_BYTES = 64;

  private record Entry(long sequence, ByteBuffer encoded) {}

  private final long bytesMax;
  private final Deque<Entry> unacknowledged = new ArrayDeque<>();
  private long bytes;
  private long last;

  /** The number of the message that was handed out last, for the connection of now. */
  private long written;

  /** That for any connection. */
  private long everWritten;

  private @Nullable Iterator<Entry> unwritten;

  LinkOutbox(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Puts a message in; false if there is no room. */
  boolean add(int channel, Value message) {
    if (bytes > 0 && bytes + message.length() + MESSAGE_BYTES > bytesMax) {
      return false;
    }
    bytes += message.length() + MESSAGE_BYTES;
    unacknowledged.add(new Entry(++last, new LinkMessage.Data(0, last, channel, message).encode()));
    unwritten = null;
    return true;
  }

  /** The number of the first message that the peer has not acknowledged. */
  long next() {
    return last - unacknowledged.size() + 1;
  }

  /** The next message to write, with this acknowledgement; null if there is none. */
  @Nullable ByteBuffer poll(long received) {
    if (written == last) {
      return null;
    }
    Iterator<Entry> from = unwritten;
    if (from == null) {
      from = unacknowledged.iterator();
      for (long skip = written - (next() - 1); skip > 0; skip--) {
        from.next();
      }
    }
    Entry entry = from.next();
    unwritten = from.hasNext() ? from : null;
    written = entry.sequence;
    everWritten = Math.max(everWritten, written);
    ByteBuffer out = entry.encoded.duplicate();
    return out.putLong(LinkMessage.DATA_RECEIVED_AT, received);
  }

  /**
   * The peer has received so many messages.
   *
   * @return false if that many were never sent
   */
  boolean acknowledged(long received) {
    if (received < 0 || received > everWritten) {
      return false;
    }
    while (!unacknowledged.isEmpty() && unacknowledged.element().sequence <= received) {
      bytes -= unacknowledged.remove().encoded.capacity() - LinkMessage.DATA_HEADER_BYTES;
      bytes -= MESSAGE_BYTES;
      unwritten = null;
    }
    written = Math.max(written, next() - 1);
    return true;
  }

  /**
   * A new connection: what the peer has received is done, all else is written again.
   *
   * @return false if the peer says that it has received what was never sent
   */
  boolean resume(long received) {
    unwritten = null;
    if (!acknowledged(received)) {
      return false;
    }
    written = next() - 1;
    return true;
  }
}
