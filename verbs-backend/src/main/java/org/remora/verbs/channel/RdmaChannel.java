package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that carries messages both ways; valid for connect, read and write. No
 * method blocks.
 */
public non-sealed interface RdmaChannel extends RdmaSelectableChannel {
  /**
   * Begins to connect. The key becomes connectable when that has come to an end, good or bad;
   * {@link #finishConnect} then says which.
   *
   * @throws java.nio.channels.AlreadyConnectedException if this channel is connected
   * @throws java.nio.channels.ConnectionPendingException if it is about to be
   * @throws IOException if the connection fails right away; the channel is closed then
   */
  void connect(InetSocketAddress peer) throws IOException;

  /**
   * Whether the connection is there. Only after this has returned true, messages can be read and
   * written.
   *
   * @throws java.net.ConnectException if the connection failed; the channel is closed then
   * @throws java.nio.channels.NoConnectionPendingException if none was begun
   */
  boolean finishConnect() throws IOException;

  /** Whether {@link #finishConnect} has succeeded, or the channel was accepted. */
  boolean isConnected();

  /** The address of the other end, or null before {@link #connect}. */
  @Nullable InetSocketAddress remoteAddress();

  /** The longest message that the peer receives, in bytes; 0 if that is not known yet. */
  int messageBytesMax();

  /**
   * Writes a message: all that {@code message} has remaining, which may be nothing. If the peer has
   * granted too few buffers for a message of several, a part is taken from it, false is returned,
   * and the rest must be handed in before any other message. What was taken was copied.
   *
   * @return whether the message was taken to its end
   * @throws IllegalArgumentException if the message is longer than the peer receives, or is not the
   *     rest of the one that was begun
   * @throws java.nio.channels.NotYetConnectedException if the channel is not connected yet
   * @throws java.nio.channels.ClosedChannelException if this end is closed or shut down
   * @throws IOException if the peer is gone
   */
  boolean write(ByteBuffer message) throws IOException;

  /**
   * The next message, which the caller releases when done; null if none is there yet or ever.
   *
   * @throws java.nio.channels.NotYetConnectedException if the channel is not connected yet
   * @throws java.nio.channels.ClosedChannelException if this end is closed
   */
  @Nullable ReceivedMessage read() throws IOException;

  /**
   * Why no message comes any more; null as long as one may. The key is readable, and {@link #read}
   * returns null, once this is not null; by then every message that arrived before has been read. A
   * channel that has finished may still go on to be closed or lost.
   */
  @Nullable Ending ending();

  /**
   * Tells the peer, behind all messages written, that no more will come. Messages can still be
   * read.
   *
   * @throws IllegalStateException if a message was begun and not written to its end
   * @throws java.nio.channels.NotYetConnectedException if the channel is not connected yet
   * @throws java.nio.channels.ClosedChannelException if this end is closed
   * @throws IOException if the peer is gone
   */
  void shutdownOutput() throws IOException;

  /**
   * {@inheritDoc} What was written to its end is still delivered, for at most {@link
   * ChannelOptions#lingerMillis}, by the selections that follow or by closing the selector.
   * Messages that were not read are dropped; those lent stay until they are released.
   */
  @Override
  void close();
}
