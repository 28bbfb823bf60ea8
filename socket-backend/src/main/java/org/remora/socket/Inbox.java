package org.remora.socket;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads hand to an event loop: a lock-free stack that the loop takes off whole and
 * turns around, so that what one thread puts in comes out in its order. An item is its own link: to
 * put one in allocates nothing else.
 */
final class Inbox {
  /** Something to do on the loop; put into one inbox, once. */
  abstract static class Item {
    private @Nullable Item next;

    abstract void run();
  }

  /** On top of the stack for good once the inbox is closed. */
  private static final Item CLOSED =
      new Item() {
        @Override
        void run() {}
      };

  private final AtomicReference<@Nullable Item> top = new AtomicReference<>();

  /** Puts an item in, from any thread; a closed inbox drops it. */
  @SuppressWarnings("ReferenceEquality") // CLOSED is one object
  void put(Item item) {
    while (true) {
      Item below = top.get();
      if (below == CLOSED) {
        return;
      }
      item.next = below;
      if (top.compareAndSet(below, item)) {
        return;
      }
    }
  }

  boolean isEmpty() {
    return top.get() == null;
  }

  /** Takes everything off, the oldest first, linked: {@link #after} goes through it. */
  @Nullable Item takeAll() {
    if (isEmpty()) {
      return null;
    }
    Item item = top.getAndSet(null);
    Item oldest = null;
    while (item != null) {
      Item below = item.next;
      item.next = oldest;
      oldest = item;
      item = below;
    }
    return oldest;
  }

  /** The item taken off with {@code item} that was put in after it; no longer linked. */
  static @Nullable Item after(Item item) {
    Item next = item.next;
    item.next = null;
    return next;
  }

  /** Drops everything in it, and everything to come. */
  void close() {
    top.set(CLOSED);
  }
}
