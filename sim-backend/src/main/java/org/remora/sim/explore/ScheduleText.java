package org.remora.sim.explore;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Events as words.
 *
 * <pre>
 *   p1        process 1 begins
 *   p1>m2     its request to memory 2 takes effect     p1>m2.1   the second of several, by content
 *   m2>p1     the answer arrives                       m2>p1.1
 *   p1>p2     its message to process 2 arrives         p1>p2.1   the second of several, by content
 *   t1        its timer expires                        t1.1      the one in slot 1
 *   m2!       memory 2 crashes
 *   b1>m2.3   the adversary writes to memory 2, by its move 3, or changes a permission there
 *   p1!3      process 1 crashes in its next step, of which it emits the first 3 things
 * </pre>
 */
final class ScheduleText {
  private static final Pattern WORD =
      Pattern.compile(
          "(?:p(?<start>\\d+)|b(?<byzantine>\\d+)>m(?<where>\\d+)|p(?<by>\\d+)>m(?<at>\\d+)|m(?<of>\\d+)>p(?<to>\\d+)"
              + "|p(?<from>\\d+)>p(?<receiver>\\d+)|t(?<timer>\\d+)|m(?<memory>\\d+)!"
              + "|p(?<process>\\d+)!(?<emitted>\\d+))(?:\\.(?<minor>\\d+))?");

  private static final Comparator<InFlight.Message> BY_CONTENT =
      Comparator.comparingInt(InFlight.Message::channel)
          .thenComparing(message -> HexFormat.of().formatHex(message.value().toBytes()))
          .thenComparing(message -> message.value().isBottom());

  private ScheduleText() {}

  static String of(World world, int[] state, int event) {
    int payload = Events.payload(event);
    return switch (Events.kind(event)) {
      case Events.START -> "p" + payload;
      case Events.EXPIRY -> "t" + Events.process(event) + minor(Events.minor(event));
      case Events.MEMORY_CRASH -> "m" + payload + "!";
      case Events.MOVE -> move(world, Events.process(event), Events.minor(event));
      case Events.CHANGE -> {
        InFlight.Request change = (InFlight.Request) world.inFlight.get(payload);
        yield move(world, change.memory(), change.slot());
      }
      case Events.PROCESS_CRASH -> "p" + Events.process(event) + "!" + Events.minor(event);
      default -> inFlight(world, state, world.inFlight.get(payload));
    };
  }

  private static String move(World world, int memory, int move) {
    int process = world.adversary.moves.get(move).process();
    return "b" + process + ">m" + memory + minor(move);
  }

  private static String inFlight(World world, int[] state, InFlight moving) {
    if (moving instanceof InFlight.Request request) {
      return "p" + request.process() + ">m" + request.memory() + minor(rank(world, state, request));
    }
    if (moving instanceof InFlight.Answer answer) {
      return "m" + answer.memory() + ">p" + answer.process() + minor(rank(world, state, answer));
    }
    InFlight.Message message = (InFlight.Message) moving;
    int rank = messages(world, state, message.from(), message.to()).indexOf(message);
    return "p" + message.from() + ">p" + message.to() + minor(rank);
  }

  private static String minor(int number) {
    return number == 0 ? "" : "." + number;
  }

  /** The event of a word; negative if there is none in this state. */
  static int parse(World world, int[] state, String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches()) {
      return -1;
    }
    int minor = number(matcher, "minor");
    if (matcher.group("start") != null) {
      return isProcess(world, number(matcher, "start"))
          ? Events.of(Events.START, number(matcher, "start"))
          : -1;
    }
    if (matcher.group("where") != null) {
      int memory = number(matcher, "where");
      return memory < 1 || memory > world.memories || minor >= world.adversary.moves.size()
          ? -1
          : world.event(memory, minor);
    }
    if (matcher.group("timer") != null) {
      int process = number(matcher, "timer");
      return isProcess(world, process) ? Events.of(Events.EXPIRY, process, minor) : -1;
    }
    if (matcher.group("memory") != null) {
      int memory = number(matcher, "memory");
      return memory >= 1 && memory <= world.memories ? Events.of(Events.MEMORY_CRASH, memory) : -1;
    }
    if (matcher.group("process") != null) {
      int process = number(matcher, "process");
      return isProcess(world, process)
          ? Events.of(Events.PROCESS_CRASH, process, number(matcher, "emitted"))
          : -1;
    }
    for (int number : world.allInFlight(state)) {
      if (inFlight(world, state, world.inFlight.get(number)).equals(word)) {
        boolean takesEffect = world.inFlight.get(number) instanceof InFlight.Request;
        return Events.of(takesEffect ? Events.EFFECT : Events.ARRIVAL, number);
      }
    }
    return -1;
  }

  private static boolean isProcess(World world, int number) {
    return number >= 1 && number <= world.processes;
  }

  /** A number of at most 6 digits; 0 where there is none. */
  private static int number(Matcher matcher, String group) {
    String digits = matcher.group(group);
    return digits == null || digits.length() > 6 ? 0 : Integer.parseInt(digits);
  }

  /** How many requests, or answers, of the same way come before one. */
  private static int rank(World world, int[] state, InFlight moving) {
    String name = name(moving);
    int rank = 0;
    for (int number : world.allInFlight(state)) {
      InFlight other = world.inFlight.get(number);
      if (other.getClass() == moving.getClass()
          && way(other).equals(way(moving))
          && name(other).compareTo(name) < 0) {
        rank++;
      }
    }
    return rank;
  }

  private static List<Integer> way(InFlight moving) {
    if (moving instanceof InFlight.Request request) {
      return List.of(request.process(), request.memory());
    }
    InFlight.Answer answer = (InFlight.Answer) moving;
    return List.of(answer.process(), answer.memory());
  }

  private static String name(InFlight moving) {
    if (moving instanceof InFlight.Request request) {
      return request.operation().key() + " " + request.slot();
    }
    InFlight.Answer answer = (InFlight.Answer) moving;
    return answer.operation().key() + " " + answer.slot();
  }

  private static List<InFlight.Message> messages(World world, int[] state, int from, int to) {
    List<InFlight.Message> messages = new ArrayList<>();
    for (int number : world.allInFlight(state)) {
      if (world.inFlight.get(number) instanceof InFlight.Message message
          && message.from() == from
          && message.to() == to
          && !messages.contains(message)) {
        messages.add(message);
      }
    }
    messages.sort(BY_CONTENT);
    return messages;
  }
}
