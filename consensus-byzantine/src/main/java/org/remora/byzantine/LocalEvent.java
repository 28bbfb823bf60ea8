package org.remora.byzantine;

import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** The local events of Paxos and of Preferential Paxos over trusted links. */
sealed interface LocalEvent {
  /** Ω names another leader; 0 for none. */
  record Leader(int leader) implements LocalEvent {}

  /** The application wants the decision, and proposes nothing. */
  record Want() implements LocalEvent {}

  /** The input: a value, and for Preferential Paxos its priority and the evidence for that. */
  record Input(Value value, int priority, Value evidence) implements LocalEvent {
    Value encodeFields() {
      return new ValueWriter(
              ValueWriter.sizeOf(value) + Integer.BYTES + ValueWriter.sizeOf(evidence))
          .putValue(value)
          .putInt(priority)
          .putValue(evidence)
          .toValue();
    }

    /** The input in a message or event; null if there is none, or it is too large. */
    static @Nullable Input decode(ValueReader reader, ByzantineInstance instance) {
      Value value = reader.takeValue();
      int priority = reader.takeInt();
      Value evidence = reader.takeValue();
      reader.end();
      return value.isBottom()
              || value.length() > instance.valueBytes()
              || evidence.isBottom()
              || evidence.length() > Certificate.bytes(instance.valueBytes(), instance.processes())
              || priority < 0
          ? null
          : new Input(value, priority, evidence);
    }
  }

  /** The event as bytes. */
  default Value encode() {
    if (this instanceof Leader named) {
      return new ValueWriter(1 + Integer.BYTES).putByte(1).putInt(named.leader()).toValue();
    }
    if (this instanceof Input input) {
      Value fields = input.encodeFields();
      return new ValueWriter(1 + fields.length()).putByte(2).putBytes(fields).toValue();
    }
    return new ValueWriter(1).putByte(3).toValue();
  }

  /** The event of these bytes; null if there is none. Any input is safe. */
  static @Nullable LocalEvent decode(Value event, ByzantineInstance instance) {
    try {
      ValueReader reader = new ValueReader(event);
      switch (reader.takeByte()) {
        case 1 -> {
          int leader = reader.takeInt();
          reader.end();
          return leader < 0 || leader > instance.processes() ? null : new Leader(leader);
        }
        case 2 -> {
          return Input.decode(reader, instance);
        }
        case 3 -> {
          reader.end();
          return new Want();
        }
        default -> {
          return null;
        }
      }
    } catch (MalformedValueException garbage) {
      return null;
    }
  }
}
