package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A transport, as one selector uses it: one queue of events of all its connections. Called under
 * the selector's lock unless said otherwise.
 */
interface Fabric extends BufferPool.Registrar {
  /**
   * Begins to connect; {@link ChannelCore#wireConnected} or {@link ChannelCore#wireBroke} says how
   * it went.
   */
  Wire connect(ChannelCore channel, InetSocketAddress peer) throws IOException;

  /** Begins to listen. */
  Listener listen(ServerCore server, InetSocketAddress address, int backlog) throws IOException;

  /** Handles what has happened, without waiting; no more than some of it, so that it ends. */
  void pump() throws IOException;

  /**
   * Prepares to wait.
   *
   * @return whether nothing has happened since the last {@link #pump}, so that one can
   */
  boolean arm() throws IOException;

  /** Waits for something to happen, or {@link #wakeup}; without the lock, by one thread. */
  void await(long nanosMax) throws IOException;

  /** Ends the wait in progress, or else the next one; from any thread. */
  void wakeup();

  /** Gives everything back that the transport took; all wires are gone then. */
  void close();

  /** A listening end. */
  interface Listener {
    InetSocketAddress localAddress();

    /** Asks again for connections that could not be {@linkplain ServerCore#admit admitted}. */
    void resume();

    void close();
  }
}
