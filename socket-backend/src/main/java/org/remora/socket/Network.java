package org.remora.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of one process: its event loop waits in their selector, reads them itself, and sends
 * what a round has left at the end of the round.
 */
final class Network implements EventLoop.Waiter {
  private static final Logger LOG = LoggerFactory.getLogger(SocketProcess.class);
  private static final int ACCEPTS_AT_ONCE_MAX = 64;
  private static final int ACCEPTED_MAX = 1_024;

  /** How often deadlines are looked at. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** A timer this near is waited for by looking; the selector counts in milliseconds. */
  private static final long NEAR_NANOS = 100_000;

  /** Something whose deadlines are looked at now and then; on the event loop. */
  interface Ticking {
    void tick(long now);
  }

  final Sockets sockets;
  final SplittableRandom jitter = new SplittableRandom();
  private final int self;
  private final int looks;
  private final List<Ticking> ticking = new ArrayList<>();

  /** Connections that other processes have made, the oldest first. */
  private final Set<LinkReceiver> accepted = new LinkedHashSet<>();

  Network(int self, int looks) throws IOException {
    this.self = self;
    this.looks = looks;
    sockets = new Sockets();
  }

  /** Takes connections from {@code listener}; before the loop starts. */
  void listen(ServerSocketChannel listener, SocketProcess process) throws IOException {
    sockets.register(listener, SelectionKey.OP_ACCEPT, key -> accept(listener, process));
  }

  /** Looks after something from now on; on the event loop. */
  void add(Ticking something) {
    ticking.add(something);
  }

  void remove(LinkReceiver receiver) {
    accepted.remove(receiver);
  }

  /** Begins to look at deadlines; on the event loop. */
  void tick(EventLoop loop) {
    long now = loop.now();
    for (Ticking each : ticking) {
      each.tick(now);
    }
    for (LinkReceiver receiver : List.copyOf(accepted)) {
      receiver.tick(now);
    }
    loop.after(TICK_NANOS, () -> tick(loop));
  }

  private void accept(ServerSocketChannel listener, SocketProcess process) {
    for (int i = 0; i < ACCEPTS_AT_ONCE_MAX; i++) {
      try {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        if (!makeRoom()) {
          channel.close();
          continue;
        }
        channel.configureBlocking(false);
        Endpoint.tune(channel);
        accepted.add(
            new LinkReceiver(
                process, Pipes.accepted(channel, sockets.scratch, process.security())));
      } catch (IOException e) {
        LOG.warn("process {}: accepting a connection failed: {}", self, e.toString());
        return;
      }
    }
  }

  private boolean makeRoom() {
    if (accepted.size() < ACCEPTED_MAX) {
      return true;
    }
    for (LinkReceiver receiver : accepted) {
      if (!receiver.isOpen()) {
        receiver.close("too many connections", null);
        return true;
      }
    }
    return false;
  }

  @Override
  public int looks() {
    return looks;
  }

  @Override
  public boolean look() {
    try {
      return sockets.look();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean poll() {
    return sockets.process();
  }

  @Override
  public void flush() {
    sockets.flush();
  }

  @Override
  public void await(long nanosMax) {
    try {
      if (nanosMax == Long.MAX_VALUE) {
        sockets.await(0);
      } else if (nanosMax > NEAR_NANOS) {
        // Up to the next millisecond: a timer may be late, never early.
        sockets.await(Math.max(1, nanosMax / 1_000_000));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void wake(@Nullable Thread thread) {
    sockets.selector.wakeup();
  }
}
