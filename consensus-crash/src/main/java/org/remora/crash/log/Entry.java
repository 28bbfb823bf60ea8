package org.remora.crash.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * An entry as it lies in a register of the ring.
 *
 * <pre>
 *   0       8          16            24
 *   +-------+----------+-------------+-------+
 *   | index | proposal | decidedUpTo | batch |
 *   +-------+----------+-------------+-------+
 * </pre>
 *
 * @param index its place in the log, from 1
 * @param proposal the proposal number under which the batch was accepted
 * @param decidedUpTo the leader had decided all entries up to this one when it wrote the entry
 * @param batch the commands; none for a no-op
 */
record Entry(long index, long proposal, long decidedUpTo, Value batch) {
  static final int HEADER_BYTES = 3 * Long.BYTES;

  static Value encode(long index, long proposal, long decidedUpTo, Value batch) {
    return new ValueWriter(HEADER_BYTES + batch.length())
        .putLong(index)
        .putLong(proposal)
        .putLong(decidedUpTo)
        .putBytes(batch)
        .toValue();
  }

  /** The same, of a batch of these commands, in one copy. */
  static Value encode(long index, long proposal, long decidedUpTo, List<Command> batch) {
    int bytes = HEADER_BYTES;
    for (int i = 0; i < batch.size(); i++) {
      bytes += batch.get(i).bytes();
    }
    ValueWriter writer = new ValueWriter(bytes);
    writer.putLong(index).putLong(proposal).putLong(decidedUpTo);
    for (int i = 0; i < batch.size(); i++) {
      batch.get(i).encodeTo(writer);
    }
    return writer.toValue();
  }

  /** The batch of an encoded entry, without a copy. */
  static Value batchOf(Value register) {
    return register.slice(HEADER_BYTES, register.length() - HEADER_BYTES);
  }

  /** The entry in a register; null if there is none, or nothing that is one. */
  static @Nullable Entry decode(Value register) {
    if (register.length() < HEADER_BYTES) {
      return null;
    }
    ValueReader reader = new ValueReader(register);
    Entry entry =
        new Entry(reader.takeLong(), reader.takeLong(), reader.takeLong(), batchOf(register));
    return entry.index < 1 || entry.proposal < 1 ? null : entry;
  }
}
