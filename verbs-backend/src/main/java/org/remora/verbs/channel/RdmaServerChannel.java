package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Listens for connections; valid for {@link RdmaSelectionKey#OP_ACCEPT}. */
public non-sealed interface RdmaServerChannel extends RdmaSelectableChannel {
  /**
   * Begins to listen. Port 0 stands for any free one. RDMA wants the address of the device, not the
   * wildcard.
   *
   * @throws IOException if the address cannot be had
   * @throws java.nio.channels.AlreadyBoundException if this channel listens already
   */
  RdmaServerChannel bind(InetSocketAddress address) throws IOException;

  /**
   * The next connection that both ends have greeted on, at this channel's selector, its key without
   * any interest; null if there is none.
   *
   * @throws java.nio.channels.NotYetBoundException if this channel does not listen
   * @throws java.nio.channels.ClosedChannelException if it is closed
   */
  @Nullable RdmaChannel accept() throws IOException;
}
