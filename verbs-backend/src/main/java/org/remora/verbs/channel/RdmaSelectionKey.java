package org.remora.verbs.channel;

import org.jspecify.annotations.Nullable;

/**
 * A channel at its selector: what its user waits for, and what it was ready for at the last
 * selection. The bits are those of {@link java.nio.channels.SelectionKey}.
 */
public interface RdmaSelectionKey {
  /**
   * A message, or the end of messages, can be read: {@link RdmaChannel#read} or {@link
   * RdmaChannel#ending} is not null.
   */
  int OP_READ = java.nio.channels.SelectionKey.OP_READ;

  /** {@link RdmaChannel#write} takes at least a part of a message, or fails. */
  int OP_WRITE = java.nio.channels.SelectionKey.OP_WRITE;

  /** {@link RdmaChannel#finishConnect} has its answer. */
  int OP_CONNECT = java.nio.channels.SelectionKey.OP_CONNECT;

  /** {@link RdmaServerChannel#accept} is not null. */
  int OP_ACCEPT = java.nio.channels.SelectionKey.OP_ACCEPT;

  /** The channel. */
  RdmaSelectableChannel channel();

  /** The selector. */
  RdmaSelector selector();

  /** Whether the channel is open and its selector too. */
  boolean isValid();

  /**
   * What the user waits for.
   *
   * @throws java.nio.channels.CancelledKeyException if the key is no longer valid
   */
  int interestOps();

  /**
   * Sets what the user waits for; a selection in progress takes it into account.
   *
   * @throws IllegalArgumentException if the channel cannot be ready for that
   * @throws java.nio.channels.CancelledKeyException if the key is no longer valid
   */
  RdmaSelectionKey interestOps(int operations);

  /**
   * What the channel was found ready for.
   *
   * @throws java.nio.channels.CancelledKeyException if the key is no longer valid
   */
  int readyOps();

  /** Whether the channel was found ready to be read. */
  default boolean isReadable() {
    return (readyOps() & OP_READ) != 0;
  }

  /** Whether the channel was found ready to be written. */
  default boolean isWritable() {
    return (readyOps() & OP_WRITE) != 0;
  }

  /** Whether the channel was found to have connected or failed to. */
  default boolean isConnectable() {
    return (readyOps() & OP_CONNECT) != 0;
  }

  /** Whether the channel was found to have a connection to accept. */
  default boolean isAcceptable() {
    return (readyOps() & OP_ACCEPT) != 0;
  }

  /**
   * Attaches an object of the user.
   *
   * @return what was attached before
   */
  @Nullable Object attach(@Nullable Object attachment);

  /** What is attached. */
  @Nullable Object attachment();
}
