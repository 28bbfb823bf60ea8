package org.remora.memory;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process's way to one memory with at most one operation in flight.
 *
 * <p>It exists for processes that overwrite a register. Operations in flight together take effect
 * in any order, so a write of an attempt that was given up could land after, and over, a write of
 * the next attempt, whose acknowledgement may already have decided something. Therefore the next
 * attempt's chain of operations at a memory begins only when the operation in flight there has
 * ended. At a memory that never answers it never begins.
 *
 * <p>An operation that ends as {@link Outcome#UNKNOWN} is submitted again: it has no effect any
 * more, and nothing else of this process is in flight here, so that repeating it is harmless.
 *
 * <p>Used on the event loop only.
 */
public final class Lane {
  private final Memory memory;
  private boolean inFlight;

  /** The newest chain that waits for the operation in flight to end. */
  private @Nullable Consumer<Lane> waiting;

  /** The lane to {@code memory}, idle. */
  public Lane(Memory memory) {
    this.memory = memory;
  }

  /** The number of the memory. */
  public int number() {
    return memory.number();
  }

  /**
   * Begins a chain of operations: now if the lane is idle, else when the operation in flight has
   * ended, in place of its completion. A chain that still waits when the next is begun is dropped.
   */
  public void begin(Consumer<Lane> chain) {
    if (inFlight) {
      waiting = chain;
    } else {
      chain.accept(this);
    }
  }

  /** As {@link Memory#readRange}. */
  public void readRange(Region region, int first, int count, Memory.RangeCompletion completion) {
    occupy();
    memory.readRange(
        region,
        first,
        count,
        (outcome, values) -> {
          if (release()) {
            if (outcome == Outcome.UNKNOWN) {
              readRange(region, first, count, completion);
            } else {
              completion.completed(outcome, values);
            }
          }
        });
  }

  /** As {@link Memory#write}. */
  public void write(Region region, int register, Value value, Memory.Completion completion) {
    occupy();
    memory.write(
        region,
        register,
        value,
        outcome -> {
          if (release()) {
            if (outcome == Outcome.UNKNOWN) {
              write(region, register, value, completion);
            } else {
              completion.completed(outcome);
            }
          }
        });
  }

  /** As {@link Memory#changePermission}. */
  public void changePermission(Region region, Permission permission, Memory.Completion completion) {
    occupy();
    memory.changePermission(
        region,
        permission,
        outcome -> {
          if (release()) {
            if (outcome == Outcome.UNKNOWN) {
              changePermission(region, permission, completion);
            } else {
              completion.completed(outcome);
            }
          }
        });
  }

  private void occupy() {
    if (inFlight) {
      throw new IllegalStateException("an operation is in flight at memory " + number());
    }
    inFlight = true;
  }

  /** Ends the operation in flight; false if a newer chain has begun in place of its completion. */
  private boolean release() {
    inFlight = false;
    Consumer<Lane> next = waiting;
    if (next == null) {
      return true;
    }
    waiting = null;
    next.accept(this);
    return false;
  }
}
