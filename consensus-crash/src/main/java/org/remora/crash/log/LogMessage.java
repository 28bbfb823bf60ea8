package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** What replicas tell each other. None of it is needed for safety but what {@link Claims} says. */
sealed interface LogMessage {
  /**
   * From the leader of a term: all entries up to {@code decided} are decided.
   *
   * @param wantsReport whether the receiver shall tell how far it is
   */
  record Notice(long proposal, long decided, boolean wantsReport) implements LogMessage {}

  /** The sender has applied all up to there, and needs the ring only from there on. */
  record Report(long applied) implements LogMessage {}

  /** Commands to append, for the leader. */
  record Forward(Value batch) implements LogMessage {}

  /**
   * The sender is behind.
   *
   * @param next the first entry that it misses
   * @param snapshot the index of the snapshot of which it has a part already; 0 for none
   * @param offset how much of that it has
   */
  record Fetch(long next, long snapshot, long offset) implements LogMessage {}

  /**
   * Decided entries.
   *
   * @param proposal not below the number of any term in which they were decided
   * @param decided how far the sender is
   * @param first the index of the first
   */
  record Entries(long proposal, long decided, long first, List<Value> batches)
      implements LogMessage {}

  /**
   * A part of a snapshot.
   *
   * @param proposal as in {@link Entries}
   * @param snapshot the index of the last entry in it
   * @param total its bytes
   * @param offset where the part begins
   */
  record Chunk(long proposal, long snapshot, long total, long offset, Value bytes)
      implements LogMessage {}

  /** Asks the leader how far a reader must be that begins now. */
  record ReadAsk(long id) implements LogMessage {}

  /** So far. */
  record ReadFrom(long id, long index) implements LogMessage {}

  /** The message as a value. */
  default Value encode() {
    if (this instanceof Notice m) {
      return new ValueWriter(2 + 2 * Long.BYTES)
          .putByte(1)
          .putLong(m.proposal)
          .putLong(m.decided)
          .putByte(m.wantsReport ? 1 : 0)
          .toValue();
    } else if (this instanceof Report m) {
      return new ValueWriter(1 + Long.BYTES).putByte(2).putLong(m.applied).toValue();
    } else if (this instanceof Forward m) {
      return new ValueWriter(1 + ValueWriter.sizeOf(m.batch))
          .putByte(3)
          .putValue(m.batch)
          .toValue();
    } else if (this instanceof Fetch m) {
      return new ValueWriter(1 + 3 * Long.BYTES)
          .putByte(4)
          .putLong(m.next)
          .putLong(m.snapshot)
          .putLong(m.offset)
          .toValue();
    } else if (this instanceof Entries m) {
      int bytes = 1 + 3 * Long.BYTES + Integer.BYTES;
      for (Value batch : m.batches) {
        bytes += ValueWriter.sizeOf(batch);
      }
      ValueWriter writer =
          new ValueWriter(bytes)
              .putByte(5)
              .putLong(m.proposal)
              .putLong(m.decided)
              .putLong(m.first)
              .putInt(m.batches.size());
      m.batches.forEach(writer::putValue);
      return writer.toValue();
    } else if (this instanceof Chunk m) {
      return new ValueWriter(1 + 4 * Long.BYTES + ValueWriter.sizeOf(m.bytes))
          .putByte(6)
          .putLong(m.proposal)
          .putLong(m.snapshot)
          .putLong(m.total)
          .putLong(m.offset)
          .putValue(m.bytes)
          .toValue();
    } else if (this instanceof ReadAsk m) {
      return new ValueWriter(1 + Long.BYTES).putByte(7).putLong(m.id).toValue();
    } else {
      ReadFrom m = (ReadFrom) this;
      return new ValueWriter(1 + 2 * Long.BYTES)
          .putByte(8)
          .putLong(m.id)
          .putLong(m.index)
          .toValue();
    }
  }

  /**
   * The message in a value.
   *
   * @throws MalformedValueException if it is none
   */
  static LogMessage decode(Value value) {
    ValueReader reader = new ValueReader(value);
    int kind = reader.takeByte();
    LogMessage message =
        switch (kind) {
          case 1 -> new Notice(reader.takeLong(), reader.takeLong(), reader.takeByte() == 1);
          case 2 -> new Report(reader.takeLong());
          case 3 -> new Forward(takeBytes(reader));
          case 4 -> new Fetch(reader.takeLong(), reader.takeLong(), reader.takeLong());
          case 5 -> takeEntries(reader);
          case 6 ->
              new Chunk(
                  reader.takeLong(),
                  reader.takeLong(),
                  reader.takeLong(),
                  reader.takeLong(),
                  takeBytes(reader));
          case 7 -> new ReadAsk(reader.takeLong());
          case 8 -> new ReadFrom(reader.takeLong(), reader.takeLong());
          default -> throw new MalformedValueException("a message of kind " + kind);
        };
    reader.end();
    return message;
  }

  private static Entries takeEntries(ValueReader reader) {
    long proposal = reader.takeLong();
    long decided = reader.takeLong();
    long first = reader.takeLong();
    List<Value> batches = new ArrayList<>();
    for (int left = reader.takeInt(); left > 0; left--) {
      batches.add(takeBytes(reader));
    }
    return new Entries(proposal, decided, first, batches);
  }

  private static Value takeBytes(ValueReader reader) {
    Value bytes = reader.takeValue();
    if (bytes.isBottom()) {
      throw new MalformedValueException("no bytes");
    }
    return bytes;
  }
}
