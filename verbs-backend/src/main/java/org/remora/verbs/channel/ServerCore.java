package org.remora.verbs.channel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NotYetBoundException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A server channel of every transport. It holds no more connections that were not accepted than its
 * backlog, those that never greet included; the others wait at the transport.
 */
final class ServerCore implements RdmaServerChannel, SelectorCore.Starving {
  private final SelectorCore selector;
  private final KeyCore key;
  private final Set<ChannelCore> greeting = new LinkedHashSet<>();
  private final Queue<ChannelCore> greeted = new ArrayDeque<>();
  private Fabric.@Nullable Listener listener;
  private boolean open = true;

  /** Whether connections wait at the transport. */
  private boolean paused;

  ServerCore(SelectorCore selector) {
    this.selector = selector;
    key = new KeyCore(selector, this, this::readiness);
    selector.add(key);
  }

  private int readiness() {
    return greeted.isEmpty() ? 0 : RdmaSelectionKey.OP_ACCEPT;
  }

  @Override
  public RdmaServerChannel bind(InetSocketAddress address) throws IOException {
    Objects.requireNonNull(address);
    selector.lock.lock();
    try {
      if (!open) {
        throw new ClosedChannelException();
      }
      if (listener != null) {
        throw new AlreadyBoundException();
      }
      listener = selector.fabric.listen(this, address, selector.options().backlog());
      selector.nudge();
      return this;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public @Nullable RdmaChannel accept() throws IOException {
    selector.lock.lock();
    try {
      if (!open) {
        throw new ClosedChannelException();
      }
      if (listener == null) {
        throw new NotYetBoundException();
      }
      ChannelCore channel = greeted.poll();
      if (channel != null) {
        channel.accepted();
        selector.update(key);
        resume();
      }
      return channel;
    } finally {
      selector.lock.unlock();
    }
  }

  /** A connection has come: a channel for it, or null if it must wait. */
  @Nullable ChannelCore admit() throws IOException {
    if (!open || greeting.size() + greeted.size() >= selector.options().backlog()) {
      paused = true;
      return null;
    }
    if (selector.pool.available() < ChannelCore.buffersMin(selector.options().sendBuffers())) {
      paused = true;
      selector.starves(this);
      return null;
    }
    ChannelCore channel = new ChannelCore(selector, this);
    greeting.add(channel);
    return channel;
  }

  /** Both ends of an admitted channel have greeted each other. */
  void greeted(ChannelCore channel) {
    greeting.remove(channel);
    greeted.add(channel);
    selector.update(key);
  }

  /** An admitted channel has come to its end without that. */
  void dropped(ChannelCore channel) {
    if (greeting.remove(channel)) {
      resume();
    }
  }

  @Override
  public boolean feed() {
    resume();
    return !paused;
  }

  private void resume() {
    if (paused && listener != null) {
      paused = false;
      listener.resume();
      selector.nudge();
    }
  }

  @Override
  public RdmaSelectionKey key() {
    return key;
  }

  @Override
  public int validOps() {
    return RdmaSelectionKey.OP_ACCEPT;
  }

  @Override
  public boolean isOpen() {
    selector.lock.lock();
    try {
      return open;
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public @Nullable InetSocketAddress localAddress() {
    selector.lock.lock();
    try {
      return listener == null ? null : listener.localAddress();
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public void close() {
    selector.lock.lock();
    try {
      if (!open) {
        return;
      }
      open = false;
      key.cancel();
      selector.sated(this);
      if (listener != null) {
        listener.close();
      }
      for (ChannelCore channel : new ArrayList<>(greeting)) {
        channel.close();
      }
      for (ChannelCore channel : greeted) {
        channel.close();
      }
      greeted.clear();
      selector.nudge();
    } finally {
      selector.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "server channel at " + localAddress();
  }
}
