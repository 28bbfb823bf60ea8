package org.remora.crash.log;

import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What a process says in its slot of a memory before it writes entries there.
 *
 * @param proposal the number of its term
 * @param from all entries before this one are decided, and from it on the entries that the process
 *     writes at this memory in this term leave no hole wider than the window
 */
record Promise(long proposal, long from) {
  static final int BYTES = 2 * Long.BYTES;

  Value encode() {
    return new ValueWriter(BYTES).putLong(proposal).putLong(from).toValue();
  }

  /** The promise in a register; null if there is none, or nothing that is one. */
  static @Nullable Promise decode(Value register) {
    if (register.length() != BYTES) {
      return null;
    }
    ValueReader reader = new ValueReader(register);
    return new Promise(reader.takeLong(), reader.takeLong());
  }
}
