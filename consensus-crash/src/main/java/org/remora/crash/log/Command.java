package org.remora.crash.log;

import java.util.ArrayList;
import java.util.List;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * One command as it lies in an entry, one after the other: a batch.
 *
 * <pre>
 *   0      1         9          17              25       29
 *   +------+---------+----------+---------------+--------+---------+
 *   | kind | session | sequence | answeredBelow | length | payload |
 *   +------+---------+----------+---------------+--------+---------+
 * </pre>
 *
 * @param kind what is to be done
 * @param session the session, or for {@link Kind#OPEN} a number by which the opener knows it again
 * @param sequence the number of the command in its session, from 1
 * @param answeredBelow all commands of the session with a lower number have been answered, and none
 *     of them will be sent again
 * @param payload what the state machine gets
 */
record Command(Kind kind, long session, long sequence, long answeredBelow, Value payload) {
  /** What a command takes in an entry beside its payload. */
  static final int HEADER_BYTES = 1 + 3 * Long.BYTES + Integer.BYTES;

  /** What is to be done. */
  enum Kind {
    /** The state machine is given the payload. */
    APPLY(1),
    /** A session is opened. */
    OPEN(2),
    /** The membership changes; alone in its entry. */
    CONFIGURE(3);

    final int code;

    Kind(int code) {
      this.code = code;
    }

    static Kind of(int code) {
      return switch (code) {
        case 1 -> APPLY;
        case 2 -> OPEN;
        case 3 -> CONFIGURE;
        default -> throw new MalformedValueException("a command of kind " + code);
      };
    }
  }

  int bytes() {
    return HEADER_BYTES + payload.length();
  }

  void encodeTo(ValueWriter writer) {
    writer
        .putByte(kind.code)
        .putLong(session)
        .putLong(sequence)
        .putLong(answeredBelow)
        .putValue(payload);
  }

  private static Command decodeFrom(ValueReader reader) {
    Kind kind = Kind.of(reader.takeByte());
    Command command =
        new Command(
            kind, reader.takeLong(), reader.takeLong(), reader.takeLong(), reader.takeValue());
    if (command.payload.isBottom()) {
      throw new MalformedValueException("a command without payload");
    }
    return command;
  }

  /** The batch of some commands. */
  static Value encodeAll(List<Command> commands) {
    int bytes = 0;
    for (Command command : commands) {
      bytes += command.bytes();
    }
    ValueWriter writer = new ValueWriter(bytes);
    for (Command command : commands) {
      command.encodeTo(writer);
    }
    return writer.toValue();
  }

  /**
   * The commands of a batch.
   *
   * @throws MalformedValueException if it is none
   */
  static List<Command> decodeAll(Value batch) {
    List<Command> commands = new ArrayList<>();
    ValueReader reader = new ValueReader(batch);
    for (int left = batch.length(); left > 0; ) {
      Command command = decodeFrom(reader);
      commands.add(command);
      left -= command.bytes();
    }
    return commands;
  }

  /** Whether a batch is a change of membership. */
  static boolean isConfigure(Value batch) {
    return batch.length() > 0 && batch.byteAt(0) == Kind.CONFIGURE.code;
  }
}
