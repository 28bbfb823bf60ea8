package org.remora.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one thread: a selector, and which connections have something to send. What was put
 * into connections is sent by {@link #flush}, each connection's frames in one call of the system.
 */
final class Sockets {
  private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

  /** As much as is read or written in one call of the system. */
  static final int SCRATCH_BYTES = 128 * 1024;

  /** Called by {@link #process} with what the selector has found of a channel. */
  @FunctionalInterface
  interface Ready {
    void ready(SelectionKey key);
  }

  final Selector selector;
  final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH_BYTES);
  private final Set<SelectionKey> selected;
  private List<Connection> dirty = new ArrayList<>();
  private List<Connection> flushing = new ArrayList<>();

  Sockets() throws IOException {
    selector = Selector.open();
    selected = selector.selectedKeys();
  }

  /** Registers a channel; on the thread only. */
  SelectionKey register(SelectableChannel channel, int operations, Ready ready) throws IOException {
    return channel.register(selector, operations, ready);
  }

  /** Looks, without waiting, whether {@link #process} has something to do; on the thread only. */
  boolean look() throws IOException {
    return !selected.isEmpty() || selector.selectNow() > 0;
  }

  /** Waits until it has; so many milliseconds at most, 0 for ever; on the thread only. */
  void await(long millisMax) throws IOException {
    selector.select(millisMax);
  }

  /** Does what {@link #look} found; false if that was nothing. On the thread only. */
  boolean process() {
    if (selected.isEmpty()) {
      return false;
    }
    Iterator<SelectionKey> keys = selected.iterator();
    while (keys.hasNext()) {
      SelectionKey key = keys.next();
      keys.remove();
      Ready ready = (Ready) key.attachment();
      if (key.isValid() && ready != null) {
        ready.ready(key);
      }
    }
    return true;
  }

  /** A connection has something to send. */
  void dirty(Connection connection) {
    dirty.add(connection);
  }

  /** Sends what waits; what does not go now goes when the socket has room. */
  void flush() {
    while (!dirty.isEmpty()) {
      List<Connection> now = dirty;
      dirty = flushing;
      flushing = now;
      for (Connection connection : now) {
        connection.flush();
      }
      now.clear();
    }
  }

  /** Closes the selector and every channel registered with it; to no effect the second time. */
  void close() {
    if (!selector.isOpen()) {
      return;
    }
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      // The descriptors are gone all the same, and nobody could do more about it.
      LOG.debug("closing", e);
    }
  }
}
