package org.remora.verbs.channel;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What carries the frames of one channel, each from a buffer at one end into a buffer at the other,
 * once, in order. Called under the selector's lock; so are its calls to the {@link ChannelCore}.
 */
interface Wire {
  /** Hands over a buffer to receive into; {@link ChannelCore#arrived} gives it back. */
  void post(PooledBuffer buffer);

  /** Sends the first {@code bytes} of a buffer; {@link ChannelCore#sent} gives it back. */
  void send(PooledBuffer buffer, int bytes);

  /**
   * Breaks the connection and drops what is under way; {@link ChannelCore#gone} gives all buffers
   * back, maybe within this call. A second call has no effect.
   */
  void close();

  @Nullable InetSocketAddress localAddress();

  @Nullable InetSocketAddress remoteAddress();
}
