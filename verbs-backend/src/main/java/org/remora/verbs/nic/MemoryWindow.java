package org.remora.verbs.nic;

import java.io.IOException;

/**
 * A memory window of type 2: a key to registered memory that works on one queue pair, and that a
 * work request on that queue pair makes worthless.
 */
public final class MemoryWindow extends Handle {
  private int key;

  private MemoryWindow(long pointer) throws IOException {
    super(pointer);
    key = Natives.windowKey(pointer);
  }

  /**
   * A window that is not bound.
   *
   * @throws IOException if the card has none
   */
  public static MemoryWindow of(ProtectionDomain domain) throws IOException {
    Nic.open();
    return new MemoryWindow(Natives.allocateWindow(domain.pointer()));
  }

  int key() {
    return key;
  }

  void bound(int newKey) {
    key = newKey;
  }

  @Override
  void destroy(long window) throws IOException {
    Natives.freeWindow(window);
  }
}
