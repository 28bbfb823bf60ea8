package org.remora.verbs.channel;

import java.io.IOException;
import java.util.Set;

/**
 * Waits for many channels at once, and does their work: what arrives is taken in, and what was
 * written goes out, while a selection runs. A user that does not select starves its channels.
 *
 * <p>A selection adds the keys that are ready for what their users wait for to {@link
 * #selectedKeys}; the user takes them out of there. Readiness is a state, not an edge: a key that
 * is still ready is selected again.
 */
public interface RdmaSelector extends AutoCloseable {
  /** A fresh channel that is not connected, its key without any interest. */
  RdmaChannel openChannel() throws IOException;

  /** A fresh server channel that does not listen yet, its key without any interest. */
  RdmaServerChannel openServer() throws IOException;

  /**
   * Waits until a key is ready, {@link #wakeup} is called or the thread is interrupted.
   *
   * @return the number of keys that became selected, or ready for more; may be 0
   * @throws java.nio.channels.ClosedSelectorException if the selector is closed, also while this
   *     waits
   */
  int select() throws IOException;

  /**
   * As {@link #select()}, but for at most so many milliseconds.
   *
   * @param timeoutMillis greater than 0, or 0 for any length of time
   */
  int select(long timeoutMillis) throws IOException;

  /** As {@link #select()}, without waiting. */
  int selectNow() throws IOException;

  /**
   * Ends the selection in progress, or else the next one, at once. Several calls between two
   * selections are as good as one.
   */
  RdmaSelector wakeup();

  /** The keys of all open channels: a copy. */
  Set<RdmaSelectionKey> keys();

  /**
   * The keys that were selected and not taken out since; nothing can be added. For one thread, the
   * one that selects.
   */
  Set<RdmaSelectionKey> selectedKeys();

  /** Whether the selector has not been closed. */
  boolean isOpen();

  /** The bounds in force. */
  ChannelOptions options();

  /** The buffers of the pool now. */
  BufferUse bufferUse();

  /**
   * Closes all channels and delivers what was written to them, for at most {@link
   * ChannelOptions#lingerMillis}. A selection in progress ends. A second call has no effect.
   */
  @Override
  void close();

  /**
   * The buffers of a selector's pool.
   *
   * @param allocated the buffers that there is memory for; it grows with need and is kept
   * @param used those that channels have, or whose messages were not released
   * @param lent those that hold messages that were read and not released
   */
  record BufferUse(int allocated, int used, int lent) {}
}
