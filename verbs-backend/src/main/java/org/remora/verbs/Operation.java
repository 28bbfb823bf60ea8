package org.remora.verbs;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Memory;
import org.remora.memory.Outcome;
import org.remora.memory.Permission;
import org.remora.memory.Value;

/** An operation of one process at one memory, from its submission to its completion. */
final class Operation {
  enum Kind {
    READ,
    RANGE,
    WRITE,
    SWAP,
    CHANGE
  }

  final Kind kind;
  final int region;
  final int first;
  final int count;
  final Object completion;

  /** Of a write. */
  @Nullable Value value;

  /** Of a compare-and-swap. A write of a word is one, too, with a guess that it corrects. */
  long expected;

  long desired;

  /** Of a change. */
  @Nullable Permission permission;

  BufferPool.@Nullable Buffer buffer;

  /** Where the region lay when the work request was posted. */
  Geometry posted = Geometry.none(-1);

  Operation(Kind kind, int region, int first, int count, Object completion) {
    this.kind = kind;
    this.region = region;
    this.first = first;
    this.count = count;
    this.completion = completion;
  }

  /** The rights that it takes. */
  int needed() {
    return switch (kind) {
      case READ, RANGE -> Geometry.READ;
      case WRITE -> Geometry.WRITE;
      case SWAP -> Geometry.READ | Geometry.WRITE;
      case CHANGE -> 0;
    };
  }

  /** How many bytes of the caller's it keeps. */
  int bytes() {
    Value written = value;
    return written == null ? 0 : written.length();
  }

  /** Whether the region, as its host says it is, takes it. */
  boolean fits(Geometry geometry) {
    if (!geometry.has(first, count)) {
      return false;
    }
    Value written = value;
    return switch (kind) {
      case WRITE ->
          written != null
              && (geometry.words()
                  ? written.length() == Long.BYTES
                  : written.length() <= geometry.registerBytes());
      case SWAP -> geometry.words();
      default -> true;
    };
  }

  /**
   * A write to a word is a compare-and-swap, for it must not get between the halves of another's.
   */
  boolean isSwap(Geometry geometry) {
    return kind == Kind.SWAP
        || (kind == Kind.WRITE
            && geometry.words()
            && geometry.allows(Geometry.READ | Geometry.WRITE));
  }

  /** Runs the completion of an operation without a result, or with none to give. */
  void complete(Outcome outcome) {
    switch (kind) {
      case WRITE, CHANGE -> ((Memory.Completion) completion).completed(outcome);
      case READ -> ((Memory.ReadCompletion) completion).completed(outcome, Value.BOTTOM);
      case RANGE -> ((Memory.RangeCompletion) completion).completed(outcome, List.of());
      case SWAP -> ((Memory.WordCompletion) completion).completed(outcome, 0);
    }
  }
}
