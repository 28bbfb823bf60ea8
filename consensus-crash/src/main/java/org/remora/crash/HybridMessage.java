package org.remora.crash;

import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/** What the processes of Hybrid Ben-Or say. */
sealed interface HybridMessage {
  /**
   * (R, k, …) or (P, k, …): for each process spoken for, the id that its object decided.
   *
   * <pre>
   *   +---+-------+-------+--------------+-------------+-------------------+
   *   | 1 | phase | ids n | n × id,bytes | processes m | m × process,id    |
   *   +---+-------+-------+--------------+-------------+-------------------+
   * </pre>
   *
   * <p>In the first part stands what those ids stand for that the sender names for the first time.
   */
  final class Spoken implements HybridMessage {
    final int phase;
    final int[] named;
    final Value[] values;
    final int[] processes;
    final int[] ids;

    Spoken(int phase, int[] named, Value[] values, int[] processes, int[] ids) {
      this.phase = phase;
      this.named = named;
      this.values = values;
      this.processes = processes;
      this.ids = ids;
    }

    @Override
    public Value encode() {
      int bytes = 1 + 3 * Integer.BYTES + 2 * Integer.BYTES * processes.length;
      for (Value value : values) {
        bytes += Integer.BYTES + ValueWriter.sizeOf(value);
      }
      ValueWriter writer = new ValueWriter(bytes).putByte(1).putInt(phase).putInt(named.length);
      for (int i = 0; i < named.length; i++) {
        writer.putInt(named[i]).putValue(values[i]);
      }
      writer.putInt(processes.length);
      for (int i = 0; i < processes.length; i++) {
        writer.putInt(processes[i]).putInt(ids[i]);
      }
      return writer.toValue();
    }

    private static Spoken decode(ValueReader reader, int count) {
      int phase = reader.takeInt();
      int[] named = new int[HybridMessage.count(reader.takeInt(), count)];
      Value[] values = new Value[named.length];
      for (int i = 0; i < named.length; i++) {
        named[i] = HybridMessage.process(reader.takeInt(), 1, count);
        values[i] = reader.takeValue();
      }
      int[] processes = new int[HybridMessage.count(reader.takeInt(), count)];
      int[] ids = new int[processes.length];
      for (int i = 0; i < processes.length; i++) {
        processes[i] = HybridMessage.process(reader.takeInt(), 1, count);
        ids[i] = HybridMessage.process(reader.takeInt(), 0, count);
      }
      return new Spoken(phase, named, values, processes, ids);
    }

    /** For people: {@code R1 2:3 3:3 with 3=blue}. */
    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      text.append(phase % 2 == 0 ? "R" : "P").append(phase / 2 + 1);
      for (int i = 0; i < processes.length; i++) {
        text.append(' ').append(processes[i]).append(':');
        text.append(ids[i] == 0 ? "?" : Integer.toString(ids[i]));
      }
      for (int i = 0; i < named.length; i++) {
        text.append(i == 0 ? " with " : ", ").append(named[i]).append('=').append(values[i]);
      }
      return text.toString();
    }
  }

  /**
   * The decision is {@code value}.
   *
   * @param value the decision
   */
  record Decided(Value value) implements HybridMessage {
    @Override
    public Value encode() {
      return new ValueWriter(1 + ValueWriter.sizeOf(value)).putByte(2).putValue(value).toValue();
    }
  }

  /** The message as bytes. */
  Value encode();

  /** The message of these bytes, among so many processes. */
  static HybridMessage decode(Value message, int processes) {
    ValueReader reader = new ValueReader(message);
    int kind = reader.takeByte();
    HybridMessage decoded =
        switch (kind) {
          case 1 -> Spoken.decode(reader, processes);
          case 2 -> new Decided(reader.takeValue());
          default -> throw new MalformedValueException("a Hybrid Ben-Or message of kind " + kind);
        };
    reader.end();
    return decoded;
  }

  private static int count(int count, int processes) {
    return process(count, 0, processes);
  }

  private static int process(int number, int min, int max) {
    if (number < min || number > max) {
      throw new MalformedValueException(number + " is not in " + min + ".." + max);
    }
    return number;
  }
}
