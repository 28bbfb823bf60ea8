package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;

/**
 * Where a Byzantine process that runs the algorithm departs from it: for adversaries only. Each
 * method is given what a correct process would do, and returns what is done.
 */
public interface Deviation {
  /** No departure. */
  Deviation NONE = new Deviation() {};

  /** What to give to Preferential Paxos as abort value, priority and evidence. */
  default @Nullable Abort claim(@Nullable Abort honest) {
    return honest;
  }

  /** What to broadcast as a message with history. */
  default Value tell(Value message) {
    return message;
  }
}
