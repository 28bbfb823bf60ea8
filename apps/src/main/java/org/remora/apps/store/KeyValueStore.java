package org.remora.apps.store;

import java.util.Map;
import java.util.TreeMap;
import org.remora.crash.log.StateMachine;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * The store: a sorted map from texts to bytes. Every command answers with whether it was done and
 * the value that the key had before; every question is a key, answered with its value, or ⊥,
 * answered with a {@link Summary}.
 */
final class KeyValueStore implements StateMachine {
  private final Map<String, Value> values = new TreeMap<>();

  private long commands;
  private long digest;

  /**
   * What a command gave.
   *
   * @param done whether the key has the new value now
   * @param before the value that it had; ⊥ if none
   */
  record Result(boolean done, Value before) {
    Value encode() {
      return new ValueWriter(1 + ValueWriter.sizeOf(before))
          .putByte(done ? 1 : 0)
          .putValue(before)
          .toValue();
    }

    static Result decode(Value encoded) {
      ValueReader reader = new ValueReader(encoded);
      return new Result(reader.takeByte() == 1, reader.takeValue());
    }
  }

  /**
   * What tells two replicas apart that have not done the same.
   *
   * @param commands how many commands were applied
   * @param digest of all of them and their results, in their order
   */
  record Summary(long commands, long digest) {
    static final int BYTES = 2 * Long.BYTES;

    static Summary decode(Value encoded) {
      ValueReader reader = new ValueReader(encoded);
      return new Summary(reader.takeLong(), reader.takeLong());
    }
  }

  @Override
  public Value apply(long index, Value encoded) {
    StoreCommand command;
    try {
      command = StoreCommand.decode(encoded);
    } catch (MalformedValueException notOurs) {
      // The same at every replica: nothing.
      return new Result(false, Value.BOTTOM).encode();
    }
    Value before = value(command.key());
    boolean done = !command.conditional() || before.equals(command.expected());
    if (done && command.value().isBottom()) {
      values.remove(command.key());
    } else if (done) {
      values.put(command.key(), command.value());
    }
    Value result = new Result(done, before).encode();
    commands++;
    digest = (digest ^ encoded.hashCode()) * 0x9E37_79B9_7F4A_7C15L + result.hashCode();
    return result;
  }

  @Override
  public Value query(Value question) {
    if (question.isBottom()) {
      return new ValueWriter(Summary.BYTES).putLong(commands).putLong(digest).toValue();
    }
    Value found = value(StoreCommand.text(question));
    return new ValueWriter(ValueWriter.sizeOf(found)).putValue(found).toValue();
  }

  private Value value(String key) {
    return values.getOrDefault(key, Value.BOTTOM);
  }

  @Override
  public Value snapshot() {
    int bytes = Integer.BYTES + Summary.BYTES;
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      bytes =
          Math.addExact(
              bytes,
              ValueWriter.sizeOf(Value.of(entry.getKey())) + ValueWriter.sizeOf(entry.getValue()));
    }
    ValueWriter writer =
        new ValueWriter(bytes).putLong(commands).putLong(digest).putInt(values.size());
    values.forEach((key, value) -> writer.putValue(Value.of(key)).putValue(value));
    return writer.toValue();
  }

  @Override
  public void restore(Value snapshot) {
    values.clear();
    ValueReader reader = new ValueReader(snapshot);
    commands = reader.takeLong();
    digest = reader.takeLong();
    for (int left = reader.takeInt(); left > 0; left--) {
      String key = StoreCommand.text(reader.takeValue());
      // A copy: what is taken from the snapshot would keep all of it.
      values.put(key, Value.of(reader.takeValue().toBytes()));
    }
    reader.end();
  }
}
