package org.remora.sim.explore;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What the search asks again and again about something in flight, packed into a long. Every answer
 * is a function of the number alone, so that two threads which look one up at once agree.
 */
final class Traits {
  private static final int KNOWN = 1;
  private static final int REQUEST = 2;
  private static final int READ = 4;
  private static final int PLACE_BITS = 8;
  private static final int PROCESS_SHIFT = 3;
  private static final int MEMORY_SHIFT = PROCESS_SHIFT + PLACE_BITS;
  private static final int REGION_SHIFT = MEMORY_SHIFT + PLACE_BITS;
  private static final int PLACE = (1 << PLACE_BITS) - 1;
  private static final int SPAN_BITS = 16;
  private static final int SPAN = (1 << SPAN_BITS) - 1;

  /** All registers. */
  private static final int ALL = SPAN;

  private final Interner<InFlight> inFlight;
  private final Interner<Integer> regions = new Interner<>();
  private volatile AtomicLongArray byNumber = new AtomicLongArray(64);

  Traits(Interner<InFlight> inFlight) {
    this.inFlight = inFlight;
  }

  /** Those of a number in flight. */
  long of(int number) {
    AtomicLongArray known = byNumber;
    long traits = number < known.length() ? known.get(number) : 0;
    return traits != 0 ? traits : compute(number);
  }

  static boolean isRequest(long traits) {
    return (traits & REQUEST) != 0;
  }

  static boolean isReadRequest(long traits) {
    return (traits & (REQUEST | READ)) == (REQUEST | READ);
  }

  /** Whose request it is, or at whom it arrives. */
  static int process(long traits) {
    return (int) (traits >> PROCESS_SHIFT) & PLACE;
  }

  /** From or to which memory; 0 for a message. */
  static int memory(long traits) {
    return (int) (traits >> MEMORY_SHIFT) & PLACE;
  }

  /**
   * Whether two requests, given by their numbers, commute at every content. They do if they are at
   * different regions, each of which has its own permission and registers; if both only read; and
   * if neither changes a permission and no register is in both: what happens to one register, and
   * what is answered, depends on that register and the permission alone.
   */
  boolean areIndependent(int one, int other) {
    long first = of(one);
    long second = of(other);
    return (int) first >>> REGION_SHIFT != (int) second >>> REGION_SHIFT
        || (first & second & READ) != 0
        || areApart((int) (first >>> Integer.SIZE), (int) (second >>> Integer.SIZE));
  }

  private static boolean areApart(int one, int other) {
    return one >>> SPAN_BITS > (other & SPAN) || other >>> SPAN_BITS > (one & SPAN);
  }

  /** The first and the last register that an operation is about. */
  private static int span(Operation operation) {
    if (operation instanceof Operation.Read read) {
      return span(read.first(), read.first() + read.count() - 1);
    }
    if (operation instanceof Operation.Write write) {
      return span(write.register(), write.register());
    }
    if (operation instanceof Operation.Swap swap) {
      return span(swap.register(), swap.register());
    }
    return ALL; // a change of permission
  }

  private static int span(int first, int last) {
    return last < SPAN ? (first << SPAN_BITS) | last : ALL;
  }

  private synchronized long compute(int number) {
    InFlight moving = inFlight.get(number);
    long traits;
    if (moving instanceof InFlight.Request request) {
      Operation operation = request.operation();
      traits =
          KNOWN
              | REQUEST
              | (operation instanceof Operation.Read ? READ : 0)
              | place(request.process(), request.memory())
              | (region(operation) & 0xFFFFFFFFL)
              | ((long) span(operation) << Integer.SIZE);
    } else if (moving instanceof InFlight.Answer answer) {
      traits = KNOWN | place(answer.process(), answer.memory());
    } else {
      traits = KNOWN | place(((InFlight.Message) moving).to(), 0);
    }
    AtomicLongArray known = byNumber;
    if (number >= known.length()) {
      AtomicLongArray more = new AtomicLongArray(Math.max(number + 1, 2 * known.length()));
      for (int i = 0; i < known.length(); i++) {
        more.set(i, known.get(i));
      }
      known = more;
      byNumber = more;
    }
    known.set(number, traits);
    return traits;
  }

  private static int place(int process, int memory) {
    if (process > PLACE || memory > PLACE) {
      throw new IllegalStateException("a world of more than " + PLACE + " processes or memories");
    }
    return (process << PROCESS_SHIFT) | (memory << MEMORY_SHIFT);
  }

  private int region(Operation operation) {
    int region = regions.number(operation.region());
    if (region >= 1 << (Integer.SIZE - REGION_SHIFT)) {
      throw new IllegalStateException("too many regions to be told apart");
    }
    return region << REGION_SHIFT;
  }
}
