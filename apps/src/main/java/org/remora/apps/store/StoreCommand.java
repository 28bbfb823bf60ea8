package org.remora.apps.store;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What can be done to the store.
 *
 * <pre>
 *   0 or 1 | key (4 + length) | expected (4 + length, or 4 for ⊥) | value (4 + length, or 4 for ⊥)
 * </pre>
 *
 * @param conditional whether {@code expected} counts
 * @param key any text
 * @param expected the value that the key must have for anything to happen; ⊥: it must have none
 * @param value the value to give to the key; ⊥: none from now on
 */
record StoreCommand(boolean conditional, String key, Value expected, Value value) {
  static StoreCommand set(String key, Value value) {
    return new StoreCommand(false, key, Value.BOTTOM, value);
  }

  static StoreCommand setIf(String key, Value expected, Value value) {
    return new StoreCommand(true, key, expected, value);
  }

  Value encode() {
    Value name = Value.of(key);
    return new ValueWriter(
            1 + ValueWriter.sizeOf(name) + ValueWriter.sizeOf(expected) + ValueWriter.sizeOf(value))
        .putByte(conditional ? 1 : 0)
        .putValue(name)
        .putValue(expected)
        .putValue(value)
        .toValue();
  }

  /**
   * Reads one back.
   *
   * @throws MalformedValueException if it is none
   */
  static StoreCommand decode(Value encoded) {
    ValueReader reader = new ValueReader(encoded);
    int conditional = reader.takeByte();
    if (conditional > 1) {
      throw new MalformedValueException("a command begins with 0 or 1, not " + conditional);
    }
    StoreCommand command =
        new StoreCommand(
            conditional == 1, text(reader.takeValue()), reader.takeValue(), reader.takeValue());
    reader.end();
    return command;
  }

  static String text(Value value) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(value.asBuffer()).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedValueException("a key that is no text");
    }
  }
}
