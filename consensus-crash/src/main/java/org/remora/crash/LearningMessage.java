package org.remora.crash;

import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** What processes say to each other to learn the decision: a kind in one byte, and a value. */
sealed interface LearningMessage {
  /** The value that it carries. */
  Value value();

  /** The decision is {@code value}. */
  record Decided(Value value) implements LearningMessage {}

  /** What is the decision? If there is none yet, {@code input} is proposed; ⊥ proposes nothing. */
  record Ask(Value input) implements LearningMessage {
    @Override
    public Value value() {
      return input;
    }
  }

  /** The message as bytes. */
  default Value encode() {
    return new ValueWriter(1 + ValueWriter.sizeOf(value()))
        .putByte(this instanceof Decided ? 1 : 2)
        .putValue(value())
        .toValue();
  }

  /** The message of these bytes. */
  static LearningMessage decode(Value message) {
    ValueReader reader = new ValueReader(message);
    int kind = reader.takeByte();
    Value value = reader.takeValue();
    reader.end();
    return switch (kind) {
      case 1 -> new Decided(value);
      case 2 -> new Ask(value);
      default -> throw new MalformedValueException("a learning message of kind " + kind);
    };
  }
}
