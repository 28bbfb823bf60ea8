package org.remora.crash.log;

import java.util.Objects;
import org.remora.memory.MalformedValueException;
import org.remora.memory.ProcessSet;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * Who takes part in a log.
 *
 * @param index the index of the entry that made it so; 0 for the beginning. It holds for all
 *     entries after that one
 * @param replicas the processes that replicate the state machine and may lead
 * @param memories the memories of which a majority decides
 */
public record Configuration(long index, ProcessSet replicas, ProcessSet memories) {
  /** Checks that nothing is missing. */
  public Configuration {
    Objects.requireNonNull(replicas);
    Objects.requireNonNull(memories);
    if (index < 0) {
      throw new IllegalArgumentException("no negative index");
    }
  }

  /**
   * One step from a configuration to the next. One at a time, so that a majority of the memories
   * before and one of those after share a member.
   *
   * @param kind what is done
   * @param number the number of the process or memory
   */
  public record Change(Kind kind, int number) {
    /** What may be done. */
    public enum Kind {
      /** A process becomes a replica. */
      ADD_REPLICA(1),
      /** A replica leaves. */
      REMOVE_REPLICA(2),
      /** A memory is used; it must be empty, or have been used for this log only. */
      ADD_MEMORY(3),
      /** A memory is no longer used. */
      REMOVE_MEMORY(4);

      private final int code;

      Kind(int code) {
        this.code = code;
      }

      private static Kind of(int code) {
        return switch (code) {
          case 1 -> ADD_REPLICA;
          case 2 -> REMOVE_REPLICA;
          case 3 -> ADD_MEMORY;
          case 4 -> REMOVE_MEMORY;
          default -> throw new MalformedValueException("a change of kind " + code);
        };
      }
    }

    /** Checks that nothing is missing. */
    public Change {
      Objects.requireNonNull(kind);
    }

    Value encode() {
      return new ValueWriter(1 + Integer.BYTES).putByte(kind.code).putInt(number).toValue();
    }

    static Change decode(Value value) {
      ValueReader reader = new ValueReader(value);
      Kind kind = Kind.of(reader.takeByte());
      int number = reader.takeInt();
      reader.end();
      return new Change(kind, number);
    }
  }

  /** This configuration after a change; itself if the change is pointless or leaves nobody. */
  Configuration after(Change change, long at, int processes, int memoriesMax) {
    boolean replica =
        change.kind == Change.Kind.ADD_REPLICA || change.kind == Change.Kind.REMOVE_REPLICA;
    if (change.number < 1 || change.number > (replica ? processes : memoriesMax)) {
      return this;
    }
    ProcessSet one = ProcessSet.of(change.number);
    Configuration next =
        switch (change.kind) {
          case ADD_REPLICA -> new Configuration(at, replicas.union(one), memories);
          case REMOVE_REPLICA -> new Configuration(at, replicas.without(one), memories);
          case ADD_MEMORY -> new Configuration(at, replicas, memories.union(one));
          case REMOVE_MEMORY -> new Configuration(at, replicas, memories.without(one));
        };
    boolean pointless = next.replicas.equals(replicas) && next.memories.equals(memories);
    return pointless || next.replicas.isEmpty() || next.memories.isEmpty() ? this : next;
  }

  int bytes() {
    return Long.BYTES + Integer.BYTES * (2 + replicas.size() + memories.size());
  }

  void encodeTo(ValueWriter writer) {
    writer.putLong(index);
    writer.putInt(replicas.size());
    replicas.stream().forEach(writer::putInt);
    writer.putInt(memories.size());
    memories.stream().forEach(writer::putInt);
  }

  static Configuration decodeFrom(ValueReader reader) {
    long index = reader.takeLong();
    if (index < 0) {
      throw new MalformedValueException("index " + index);
    }
    return new Configuration(index, takeSet(reader), takeSet(reader));
  }

  private static ProcessSet takeSet(ValueReader reader) {
    int size = reader.takeInt();
    ProcessSet set = ProcessSet.none();
    for (int i = 0; i < size; i++) {
      int number = reader.takeInt();
      if (number < 1 || number > 1 << 20) {
        throw new MalformedValueException("number " + number);
      }
      set = set.union(ProcessSet.of(number));
    }
    return set;
  }
}
