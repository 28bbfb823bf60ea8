package org.remora.verbs.channel;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** What {@link RdmaChannel} and {@link RdmaServerChannel} have in common. */
public sealed interface RdmaSelectableChannel extends AutoCloseable
    permits RdmaChannel, RdmaServerChannel {

  /** The key of this channel at its selector: the same one as long as the channel is open. */
  RdmaSelectionKey key();

  /** The operations that this kind of channel can be ready for. */
  int validOps();

  /** Whether the channel has not been closed at this end. */
  boolean isOpen();

  /** The address of this end, or null if it has none yet. */
  @Nullable InetSocketAddress localAddress();

  /**
   * Closes the channel, from any thread, at once as far as its user sees; a second call has no
   * effect. The key becomes invalid. A selection in progress is not ended by it.
   */
  @Override
  void close();
}
