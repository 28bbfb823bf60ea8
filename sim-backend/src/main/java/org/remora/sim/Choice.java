package org.remora.sim;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One choice of an order of events: of what is in flight between two ends, the event that happens
 * next. Its text is for people and for {@link #parse}: {@code p1~m2} is the operation of process 1
 * that is in flight to or from memory 2, {@code p1>p3} a message, {@code p1>*} the next copy of a
 * broadcast in a world of very many processes, {@code p1} a timer or task of process 1, {@code
 * fault} a fault at a time; {@code +r} names the one before which r others of that way are due.
 *
 * @param way between whom the event is in flight, as the world numbers that
 * @param rank how many events of the same way are due before it
 */
public record Choice(int way, int rank) {
  private static final int MEMORY = 0x8000;
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:fault|p(\\d{1,4})(?:~m(\\d{1,4})|>p(\\d{1,4})|(>\\*))?)(?:\\+(\\d{1,6}))?");

  /** Checks the rank. */
  public Choice {
    if (rank < 0) {
      throw new IllegalArgumentException("a rank is not negative");
    }
  }

  /**
   * The choice that a text names.
   *
   * @throws IllegalArgumentException if it names none
   */
  public static Choice parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a choice: " + text);
    }
    int process = number(matcher, 1);
    int way =
        matcher.group(2) != null
            ? ofOperation(process, number(matcher, 2))
            : matcher.group(3) != null
                ? ofMessage(process, number(matcher, 3))
                : matcher.group(4) != null ? process : -process;
    return new Choice(way, number(matcher, 5));
  }

  /** The same way, with another rank. */
  public Choice withRank(int other) {
    return new Choice(way, other);
  }

  @Override
  public String toString() {
    return name() + (rank == 0 ? "" : "+" + rank);
  }

  private String name() {
    if (way == 0) {
      return "fault";
    }
    if (way < 0) {
      return "p" + -way;
    }
    int from = way >>> 16;
    int to = way & 0xffff;
    return from == 0
        ? "p" + to + ">*"
        : "p" + from + ((to & MEMORY) != 0 ? "~m" + (to ^ MEMORY) : ">p" + to);
  }

  private static int number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  /** The way of a process's operations on a memory and of their answers. */
  static int ofOperation(int process, int memory) {
    return process << 16 ^ MEMORY ^ memory;
  }

  /** The way of messages from one process to another. */
  static int ofMessage(int from, int to) {
    return from << 16 ^ to;
  }
}
