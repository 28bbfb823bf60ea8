package org.remora.sim.explore;

/** Events of an explored world, each packed into one int: what happens, and to what. */
final class Events {
  /** A process begins; its number. */
  static final int START = 0;

  /** A request takes effect; its number in flight. */
  static final int EFFECT = 1;

  /** An answer or a message arrives; its number in flight. */
  static final int ARRIVAL = 2;

  /** A timer expires; process and timer. */
  static final int EXPIRY = 3;

  /** A memory crashes; its number. */
  static final int MEMORY_CRASH = 4;

  /** A process crashes in its next step; its number and how much of that step it emits before. */
  static final int PROCESS_CRASH = 5;

  /** The adversary writes; memory and move. */
  static final int MOVE = 6;

  /** The adversary's change of a permission takes effect; its number as a request. */
  static final int CHANGE = 7;

  private static final int SHIFT = 27;
  private static final int PAYLOAD = (1 << SHIFT) - 1;
  private static final int MINOR = 12;

  private Events() {}

  static int of(int kind, int payload) {
    if (payload > PAYLOAD) {
      throw new IllegalStateException("too many different things in flight to be told apart");
    }
    return kind << SHIFT | payload;
  }

  static int of(int kind, int process, int minor) {
    return of(kind, process << MINOR | minor);
  }

  static int kind(int event) {
    return event >>> SHIFT;
  }

  static int payload(int event) {
    return event & PAYLOAD;
  }

  static int process(int event) {
    return payload(event) >> MINOR;
  }

  static int minor(int event) {
    return payload(event) & (1 << MINOR) - 1;
  }
}
