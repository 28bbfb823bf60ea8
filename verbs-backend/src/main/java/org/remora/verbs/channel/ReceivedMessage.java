package org.remora.verbs.channel;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A message that has been received, lent to its reader. One that fits into a buffer is shown where
 * the network put it; a longer one was put together in memory of its own. As long as it is not
 * released, the peer may send that much less.
 *
 * <p>Safe for use by several threads, except that nobody may look into the buffer any more when
 * {@link #close} is called: its bytes are then overwritten by what arrives next.
 */
public final class ReceivedMessage implements AutoCloseable {
  private final ChannelCore channel;
  private final ByteBuffer content;

  /** The pooled buffer that holds the content, or null if it is in memory of its own. */
  final @Nullable PooledBuffer buffer;

  private boolean released;

  ReceivedMessage(ChannelCore channel, ByteBuffer content, @Nullable PooledBuffer buffer) {
    this.channel = channel;
    this.content = content;
    this.buffer = buffer;
  }

  /** The number of bytes. */
  public int length() {
    return content.capacity();
  }

  /**
   * A fresh read-only view of the message, from position 0 to its length, big-endian. Not to be
   * used after {@link #close}.
   *
   * @throws IllegalStateException if the message was released
   */
  public ByteBuffer content() {
    channel.selector.lock.lock();
    try {
      if (released) {
        throw new IllegalStateException("this message was released");
      }
      return content.asReadOnlyBuffer();
    } finally {
      channel.selector.lock.unlock();
    }
  }

  /** A copy of the message. */
  public byte[] toBytes() {
    byte[] bytes = new byte[length()];
    content().get(bytes);
    return bytes;
  }

  /** Releases the message: gives its buffer back. A second call has no effect. */
  @Override
  public void close() {
    channel.selector.lock.lock();
    try {
      if (!released) {
        released = true;
        channel.released(this);
      }
    } finally {
      channel.selector.lock.unlock();
    }
  }
}
