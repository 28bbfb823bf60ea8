package org.remora.crash.log;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.remora.memory.MalformedValueException;
import org.remora.memory.Value;
import org.remora.memory.ValueReader;
import org.remora.memory.ValueWriter;

/**
 * What was applied for whom: the part of the replicated state that makes a command take effect once
 * however often it is sent. Every replica has the same table after the same entries.
 *
 * <p>A session keeps the results of its commands until it says, with a later command, that they
 * were answered. The table is bounded: the session that was used longest ago, in the order of the
 * log, ends when another is opened. What is sent for a session that has ended is not applied.
 */
final class Sessions {
  private final int sessionsMax;
  private final int commandsMax;

  /** In the order of their last use, the one used last at the end. */
  private final Map<Long, Session> sessions = new LinkedHashMap<>(16, 0.75f, true);

  /** The same, to look without using. */
  private final Map<Long, Session> byId = new HashMap<>();

  /** The session used last: it need not be moved to the end. */
  private @Nullable Session last;

  private long opened;

  Sessions(LogSettings settings) {
    sessionsMax = settings.sessions();
    commandsMax = settings.sessionCommands();
  }

  /** One session. */
  static final class Session {
    final long id;
    final long openedAs;

    /** All commands with a lower number have been answered. */
    private long answeredBelow = 1;

    /** By the command's number, modulo the length, which is a power of 2; 0 where there is none. */
    private long[] sequences = new long[8];

    private @Nullable Value[] results = new Value[8];

    /** The commands of this session that this replica has been asked for; not replicated. */
    @Nullable LocalSession local;

    private Session(long id, long openedAs) {
      this.id = id;
      this.openedAs = openedAs;
    }

    /** Whether a command was applied. */
    boolean isDone(long sequence) {
      return sequence < answeredBelow || sequences[at(sequence)] == sequence;
    }

    /** The result of a command; null if there is none, or it is kept no more. */
    @Nullable Value result(long sequence) {
      return sequences[at(sequence)] == sequence ? results[at(sequence)] : null;
    }

    private int at(long sequence) {
      return (int) sequence & sequences.length - 1;
    }

    private void answered(long below) {
      // A jump over more than was kept leaves nothing.
      for (long s = Math.max(answeredBelow, below - sequences.length); s < below; s++) {
        if (sequences[at(s)] < below) {
          sequences[at(s)] = 0;
          results[at(s)] = null;
        }
      }
      answeredBelow = Math.max(answeredBelow, below);
    }

    private void done(long sequence, Value result) {
      if (sequence - answeredBelow >= sequences.length) {
        grow(sequence - answeredBelow + 1);
      }
      sequences[at(sequence)] = sequence;
      results[at(sequence)] = result;
    }

    private void grow(long needed) {
      long[] oldSequences = sequences;
      @Nullable Value[] oldResults = results;
      int length = Integer.highestOneBit((int) needed - 1) << 1;
      sequences = new long[length];
      results = new Value[length];
      for (int i = 0; i < oldSequences.length; i++) {
        if (oldSequences[i] != 0) {
          sequences[at(oldSequences[i])] = oldSequences[i];
          results[at(oldSequences[i])] = oldResults[i];
        }
      }
    }
  }

  private void put(Session session) {
    sessions.put(session.id, session);
    byId.put(session.id, session);
  }

  /** Opens a session; the one that it pushes out is given to {@code ended}. */
  Session open(long openedAs, Consumer<Session> ended) {
    Session session = new Session(++opened, openedAs);
    put(session);
    if (sessions.size() > sessionsMax) {
      Iterator<Session> eldest = sessions.values().iterator();
      Session unused = eldest.next();
      eldest.remove();
      byId.remove(unused.id);
      ended.accept(unused);
    }
    last = session;
    return session;
  }

  /** The session of a command, which is used now; null if it has ended. */
  @Nullable Session use(long id) {
    Session known = last;
    if (known != null && known.id == id) {
      return known;
    }
    known = sessions.get(id);
    if (known != null) {
      last = known;
    }
    return known;
  }

  /** Takes note of a command: its session has answers up to there; false if it is out of bounds. */
  boolean accepts(Session session, Command command) {
    if (command.answeredBelow() > session.answeredBelow) {
      session.answered(Math.min(command.answeredBelow(), command.sequence()));
    }
    return command.sequence() - session.answeredBelow < commandsMax;
  }

  /** A command was applied. */
  void applied(Session session, long sequence, Value result) {
    session.done(sequence, result);
  }

  /** The session that was opened under a number; null if there is none. */
  @Nullable Session openedAs(long number) {
    for (Session session : sessions.values()) {
      if (session.openedAs == number) {
        return session;
      }
    }
    return null;
  }

  /** A session, without using it; null if there is none. */
  @Nullable Session peek(long id) {
    return byId.get(id);
  }

  int size() {
    return sessions.size();
  }

  int bytes() {
    int bytes = Long.BYTES + Integer.BYTES;
    for (Session session : sessions.values()) {
      bytes += 3 * Long.BYTES + Integer.BYTES;
      for (int i = 0; i < session.sequences.length; i++) {
        Value result = session.results[i];
        bytes += result == null ? 0 : Long.BYTES + ValueWriter.sizeOf(result);
      }
    }
    return bytes;
  }

  void encodeTo(ValueWriter writer) {
    writer.putLong(opened).putInt(sessions.size());
    for (Session session : sessions.values()) {
      writer.putLong(session.id).putLong(session.openedAs).putLong(session.answeredBelow);
      writer.putInt((int) Arrays.stream(session.sequences).filter(s -> s != 0).count());
      for (int i = 0; i < session.sequences.length; i++) {
        Value result = session.results[i];
        if (result != null) {
          writer.putLong(session.sequences[i]).putValue(result);
        }
      }
    }
  }

  /** Replaces the table by that of a snapshot. */
  void decodeFrom(ValueReader reader) {
    sessions.clear();
    byId.clear();
    last = null;
    opened = reader.takeLong();
    for (int left = reader.takeInt(); left > 0; left--) {
      Session session = new Session(reader.takeLong(), reader.takeLong());
      session.answeredBelow = reader.takeLong();
      for (int results = reader.takeInt(); results > 0; results--) {
        long sequence = reader.takeLong();
        Value result = reader.takeValue();
        if (sequence < session.answeredBelow
            || sequence - session.answeredBelow >= commandsMax
            || result.isBottom()) {
          throw new MalformedValueException("result of command " + sequence);
        }
        session.done(sequence, result);
      }
      put(session);
    }
  }
}
