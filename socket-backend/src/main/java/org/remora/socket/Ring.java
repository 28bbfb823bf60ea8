package org.remora.socket;

import java.util.function.Supplier;

/**
 * A queue of slots that are used again: to add one allocates nothing, once the queue has been as
 * long before. A slot taken off is valid until the next is added.
 */
final class Ring<T> {
  private final Supplier<T> maker;

  /** The length is a power of 2. */
  private Object[] slots;

  private int first;
  private int size;

  Ring(Supplier<T> maker) {
    this.maker = maker;
    slots = newSlots(16);
  }

  int size() {
    return size;
  }

  /** The slot at {@code index}, 0 for the oldest. */
  @SuppressWarnings("unchecked") // only the maker fills them
  T get(int index) {
    return (T) slots[first + index & slots.length - 1];
  }

  /** Adds a slot behind the newest. */
  T addLast() {
    makeRoom();
    return get(size++);
  }

  /** Adds a slot before the oldest. */
  T addFirst() {
    makeRoom();
    first = first - 1 & slots.length - 1;
    size++;
    return get(0);
  }

  /** Takes the oldest slot off. */
  T removeFirst() {
    T slot = get(0);
    first = first + 1 & slots.length - 1;
    size--;
    return slot;
  }

  private void makeRoom() {
    if (size == slots.length) {
      Object[] grown = newSlots(2 * slots.length);
      for (int i = 0; i < size; i++) {
        grown[i] = get(i);
      }
      slots = grown;
      first = 0;
    }
  }

  private Object[] newSlots(int count) {
    Object[] made = new Object[count];
    for (int i = 0; i < count; i++) {
      made[i] = maker.get();
    }
    return made;
  }
}
