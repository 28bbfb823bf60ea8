package org.remora.sim;

import java.util.function.Function;
import org.remora.memory.Value;

/**
 * One thing that happened in a world.
 *
 * @param nanos when, in virtual time
 * @param kind what kind of thing
 * @param process the process whose step, operation or message it is; 0 if none
 * @param peer the other end: the memory of an operation, the receiver of a message; 0 if none
 * @param id the number of the operation or message, the same in all of its events; 0 if none
 * @param text what it is, for people: {@code write slots[0] = (1,1,red)}
 * @param outcome how it ended: ack, nak, unknown and what was read; empty where that is not known
 */
public record TraceEvent(
    long nanos, Kind kind, int process, int peer, long id, String text, String outcome) {
  /** The kinds of events. */
  public enum Kind {
    /** A process submitted an operation. */
    REQUEST,
    /** An operation took effect, or was refused, at its memory. */
    EFFECT,
    /** The answer arrived at the process. */
    ANSWER,
    /** A process sent a message. */
    SEND,
    /** A message arrived. */
    RECEIVE,
    /** A timer expired. */
    TIMER,
    /** A process crashed. */
    PROCESS_CRASH,
    /** A memory crashed; it is the peer. */
    MEMORY_CRASH,
    /** Whoever runs the world marked a moment, such as a decision. */
    MARK
  }

  /** A value in the notation given for it; as it is where it is none that the notation knows. */
  static String written(Value value, Function<Value, String> notation) {
    try {
      return notation.apply(value);
    } catch (RuntimeException garbage) {
      // Torn, or from a Byzantine process: that somebody traces must not change the run.
      return value.toString();
    }
  }
}
