package org.remora.verbs.nic;

import java.io.IOException;

/**
 * Lets one thread wait for events of the card and for other threads. {@link #wake} may be called
 * from any thread until {@link #close}; the rest by the waiting one.
 */
public final class Wakeup implements AutoCloseable {
  private final int fd;
  private boolean closed;

  private Wakeup(int fd) {
    this.fd = fd;
  }

  /** A new one. */
  public static Wakeup open() throws IOException {
    Nic.open();
    return new Wakeup(Natives.createWakeup());
  }

  /** The file descriptor that can be read after {@link #wake}. */
  public int fd() {
    return fd;
  }

  /** Ends a wait that runs, or else the next. */
  public synchronized void wake() {
    if (!closed) {
      try {
        Natives.wake(fd);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Forgets the wakes so far. */
  public void drain() throws IOException {
    Natives.drainWakeup(fd);
  }

  /** Waits until one of at most 31 file descriptors can be read, or the time has passed. */
  public static void await(int[] fds, int milliseconds) throws IOException {
    Natives.await(fds, milliseconds);
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      Natives.closeWakeup(fd);
    }
  }
}
