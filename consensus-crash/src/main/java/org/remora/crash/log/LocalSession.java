package org.remora.crash.log;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * The commands of one session that this replica was asked to append and has not seen applied. It
 * sends them until they are.
 */
final class LocalSession {
  private final int commandsMax;

  /** The number by which its opener knows it again; 0 if it was opened elsewhere. */
  final long openedAs;

  /** 0 until it is open. */
  long id;

  /** By the command's number, modulo the length, which is a power of 2. */
  private @Nullable Pending[] pending = new Pending[8];

  /** All commands with a lower number were answered here. */
  private long answeredBelow = 1;

  private long next = 1;
  private int count;

  LocalSession(LogSettings settings, long openedAs, long id) {
    commandsMax = settings.sessionCommands();
    this.openedAs = openedAs;
    this.id = id;
  }

  /** A command and who waits for its result. */
  static final class Pending {
    final long sequence;
    final Value payload;
    final Command.Kind kind;
    final CompletableFuture<Value> result;

    /** The term in which it was put into the leader's queue; 0 for none. */
    long queuedIn;

    Pending(long sequence, Command.Kind kind, Value payload, CompletableFuture<Value> result) {
      this.sequence = sequence;
      this.kind = kind;
      this.payload = payload;
      this.result = result;
    }
  }

  int count() {
    return count;
  }

  /** Whether {@link #add} would take the next command. */
  boolean hasRoom() {
    return next - answeredBelow < commandsMax;
  }

  /** Takes the next command; null if too many are unanswered. */
  @Nullable Pending add(Command.Kind kind, Value payload, CompletableFuture<Value> result) {
    return add(next, answeredBelow, kind, payload, result);
  }

  /**
   * Takes a command of a number that the client chose; null if it is out of bounds, or asked for
   * already: then the one who asked first gets the result.
   */
  @Nullable Pending add(
      long sequence,
      long clientAnsweredBelow,
      Command.Kind kind,
      Value payload,
      CompletableFuture<Value> result) {
    while (answeredBelow < clientAnsweredBelow && answeredBelow < sequence) {
      forget(answeredBelow++);
    }
    if (sequence < answeredBelow || sequence - answeredBelow >= commandsMax) {
      return null;
    }
    if (sequence - answeredBelow >= pending.length) {
      grow(sequence - answeredBelow + 1);
    }
    if (pending[at(sequence)] != null) {
      return null;
    }
    Pending added = new Pending(sequence, kind, payload, result);
    pending[at(sequence)] = added;
    next = Math.max(next, sequence + 1);
    count++;
    return added;
  }

  Command command(Pending waiting) {
    return new Command(waiting.kind, id, waiting.sequence, answeredBelow, waiting.payload);
  }

  /** A command was applied, now or some time ago. */
  void answered(long sequence, @Nullable Value result) {
    Pending waiting = pending[at(sequence)];
    if (waiting == null || waiting.sequence != sequence) {
      return;
    }
    forget(sequence);
    while (openedAs != 0 && answeredBelow < next && pending[at(answeredBelow)] == null) {
      answeredBelow++;
    }
    if (result == null) {
      waiting.result.completeExceptionally(new SessionEndedException());
    } else {
      waiting.result.complete(result);
    }
  }

  /** Fails everything that waits. */
  void fail(RuntimeException why) {
    for (Pending waiting : pending.clone()) {
      if (waiting != null) {
        forget(waiting.sequence);
        waiting.result.completeExceptionally(why);
      }
    }
    answeredBelow = next;
  }

  /** Puts what waits into a list, in order. */
  void collect(List<Pending> into) {
    for (long sequence = answeredBelow; sequence < next; sequence++) {
      Pending waiting = pending[at(sequence)];
      if (waiting != null && waiting.sequence == sequence) {
        into.add(waiting);
      }
    }
  }

  private void forget(long sequence) {
    if (pending[at(sequence)] != null) {
      pending[at(sequence)] = null;
      count--;
    }
  }

  private int at(long sequence) {
    return (int) sequence & pending.length - 1;
  }

  private void grow(long needed) {
    @Nullable Pending[] old = pending;
    pending = new Pending[Integer.highestOneBit((int) needed - 1) << 1];
    Arrays.stream(old)
        .forEach(
            waiting -> {
              if (waiting != null) {
                pending[at(waiting.sequence)] = waiting;
              }
            });
  }
}
