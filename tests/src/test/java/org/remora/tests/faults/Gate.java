package org.remora.tests.faults;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Stands in the way from one process to a memory or another process: a network that can fail. */
final class Gate implements AutoCloseable {
  private static final int BYTES = 64 * 1024;

  private final ServerSocketChannel listener;
  private final Path target;
  private final List<SocketChannel> sockets = new ArrayList<>();

  /** Nothing passes, and nobody is told: what a partition looks like. */
  private volatile boolean shut;

  /** How long everything takes in each direction beyond what it does anyway. */
  private volatile long delayNanos;

  Gate(Path listen, Path target) throws IOException {
    this.target = target;
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(listen));
    daemon(this::accept);
  }

  void shut() {
    shut = true;
  }

  void open() {
    shut = false;
  }

  void delay(long nanos) {
    delayNanos = nanos;
  }

  /** Breaks what stands: both ends are told. */
  synchronized void sever() throws IOException {
    for (SocketChannel socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    sever();
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        SocketChannel from = listener.accept();
        SocketChannel to = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
          to.connect(UnixDomainSocketAddress.of(target));
        } catch (IOException nobodyThere) {
          to.close();
          from.close();
          continue;
        }
        synchronized (this) {
          sockets.removeIf(socket -> !socket.isOpen());
          sockets.add(from);
          sockets.add(to);
        }
        daemon(() -> pump(from, to));
        daemon(() -> pump(to, from));
      } catch (IOException e) {
        // closed, or the other end is gone again
      }
    }
  }

  private void pump(SocketChannel from, SocketChannel to) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);
    try (from;
        to) {
      while (from.read(buffer) >= 0) {
        long delay = delayNanos;
        if (delay > 0) {
          LockSupport.parkNanos(delay);
        }
        while (shut && listener.isOpen() && from.isOpen() && to.isOpen()) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
        buffer.clear();
      }
    } catch (IOException e) {
      // severed
    }
  }

  private static void daemon(Runnable code) {
    Thread thread = new Thread(code, "gate");
    thread.setDaemon(true);
    thread.start();
  }
}
