package org.remora.socket;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Value;

/**
 * The operations of one process that have ended, in order, until the event loop runs their
 * completions: a ring of slots that are used again, so that an operation allocates nothing. It
 * grows to the most that the process had in flight at once.
 */
final class Completions {
  private enum Kind {
    WRITE,
    READ,
    RANGE,
    SWAP
  }

  private final EventLoop loop;

  /** The length is a power of 2. */
  private Slot[] slots = newSlots(16);

  private int first;
  private int size;

  Completions(EventLoop loop) {
    this.loop = loop;
  }

  void write(LocalMemory memory, Memory.Completion completion, Outcome outcome) {
    add(Kind.WRITE, memory, completion, outcome);
  }

  /** A null value is a nak. */
  void read(LocalMemory memory, Memory.ReadCompletion completion, @Nullable Value value) {
    add(Kind.READ, memory, completion, value == null ? Outcome.NAK : Outcome.ACK).result =
        value == null ? Value.BOTTOM : value;
  }

  /** A null list is a nak. */
  void range(LocalMemory memory, Memory.RangeCompletion completion, @Nullable List<Value> values) {
    add(Kind.RANGE, memory, completion, values == null ? Outcome.NAK : Outcome.ACK).result =
        values == null ? List.of() : values;
  }

  void swap(LocalMemory memory, Memory.WordCompletion completion, Outcome outcome, long before) {
    add(Kind.SWAP, memory, completion, outcome).before = before;
  }

  /** Runs the completions that are there now; false if there are none. */
  boolean runAll() {
    int count = size;
    for (int i = 0; i < count && !loop.isStopped(); i++) {
      runFirst();
    }
    return count > 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  void clear() {
    slots = newSlots(1);
    first = 0;
    size = 0;
  }

  private void runFirst() {
    Slot slot = slots[first];
    first = first + 1 & slots.length - 1;
    size--;
    // The slot may be used again from here on, by what the completion submits.
    Object completion = Objects.requireNonNull(slot.completion);
    Outcome outcome = slot.outcome;
    Object result = slot.result;
    long before = slot.before;
    LocalMemory memory = Objects.requireNonNull(slot.memory);
    slot.completion = null;
    slot.result = null;
    if (memory.isCrashed()) {
      return;
    }
    switch (slot.kind) {
      case WRITE -> ((Memory.Completion) completion).completed(outcome);
      case READ ->
          ((Memory.ReadCompletion) completion)
              .completed(outcome, (Value) Objects.requireNonNull(result));
      case RANGE -> ((Memory.RangeCompletion) completion).completed(outcome, values(result));
      case SWAP -> ((Memory.WordCompletion) completion).completed(outcome, before);
    }
  }

  @SuppressWarnings("unchecked") // as range() put it there
  private static List<Value> values(@Nullable Object result) {
    return (List<Value>) Objects.requireNonNull(result);
  }

  private Slot add(Kind kind, LocalMemory memory, Object completion, Outcome outcome) {
    if (size == slots.length) {
      grow();
    }
    Slot slot = slots[first + size & slots.length - 1];
    size++;
    slot.kind = kind;
    slot.memory = memory;
    slot.completion = Objects.requireNonNull(completion);
    slot.outcome = outcome;
    return slot;
  }

  private void grow() {
    Slot[] grown = newSlots(2 * slots.length);
    for (int i = 0; i < size; i++) {
      grown[i] = slots[first + i & slots.length - 1];
    }
    slots = grown;
    first = 0;
  }

  private static Slot[] newSlots(int count) {
    Slot[] slots = new Slot[count];
    for (int i = 0; i < count; i++) {
      slots[i] = new Slot();
    }
    return slots;
  }

  private static final class Slot {
    Kind kind = Kind.WRITE;
    @Nullable LocalMemory memory;
    @Nullable Object completion;
    Outcome outcome = Outcome.UNKNOWN;
    @Nullable Object result;
    long before;
  }
}
