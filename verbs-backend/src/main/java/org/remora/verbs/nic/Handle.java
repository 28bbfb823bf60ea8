package org.remora.verbs.nic;

import java.io.IOException;

/** The C pointer of an object of the verbs until it is closed. */
abstract class Handle implements AutoCloseable {
  private long pointer;

  Handle(long pointer) {
    this.pointer = pointer;
  }

  /**
   * The pointer.
   *
   * @throws IllegalStateException if the object was closed
   */
  final long pointer() {
    long known = pointer;
    if (known == 0) {
      throw new IllegalStateException(getClass().getSimpleName() + " is closed");
    }
    return known;
  }

  /** Whether it was closed. */
  public final boolean isClosed() {
    return pointer == 0;
  }

  /**
   * Gives the object back; without effect the second time.
   *
   * @throws IOException if the kernel refuses, mostly because something still uses it: then it
   *     stays
   */
  @Override
  public final void close() throws IOException {
    if (pointer != 0) {
      destroy(pointer);
      pointer = 0;
    }
  }

  abstract void destroy(long object) throws IOException;

  /** Throws unless a call that cannot throw itself returned 0. */
  static void check(String call, int code) throws IOException {
    if (code != 0) {
      throw new IOException(call + ": error " + code);
    }
  }
}
