package org.remora.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.remora.memory.ProcessSet;
import org.remora.sim.Choice;
import org.remora.sim.Fault;

/** Plans as one line of text. */
final class PlanText {
  private static final String NONE = "-";
  private static final List<String> FIELDS =
      List.of("n", "m", "seed", "flights", "order", "faults", "byzantine");
  private static final String NUMBER = "(\\d{1,18})";
  private static final String SMALL = "(\\d{1,9})";
  private static final String PERIOD = "\\+" + NUMBER + ":" + NUMBER + "-" + NUMBER;

  private PlanText() {}

  static String write(Plan plan) {
    return String.join(
        " ",
        "n=" + plan.processes(),
        "m=" + plan.memories(),
        "seed=" + plan.seed(),
        "flights=" + plan.flights(),
        "order=" + order(plan.order()),
        "faults=" + list(plan.faults(), PlanText::fault),
        "byzantine="
            + list(
                List.copyOf(plan.byzantine().entrySet()),
                who -> "p" + who.getKey() + ":" + who.getValue().name()));
  }

  private static <T> String list(List<T> elements, Function<T, String> text) {
    return elements.isEmpty() ? NONE : elements.stream().map(text).collect(Collectors.joining(","));
  }

  private static String order(Order order) {
    if (order instanceof Order.Adversarial adversarial) {
      return "adversarial:" + adversarial.events();
    }
    return order instanceof Order.Chosen chosen
        ? list(chosen.choices(), Choice::toString)
        : "in-time";
  }

  static String fault(Fault fault) {
    if (fault instanceof Fault.ProcessCrash crash) {
      return "p" + crash.process() + "@" + crash.nanos();
    }
    if (fault instanceof Fault.ProcessCrashAfter crash) {
      return "p" + crash.process() + "#" + crash.submissions();
    }
    if (fault instanceof Fault.MemoryCrash crash) {
      return "m" + crash.memory() + "@" + crash.nanos();
    }
    if (fault instanceof Fault.MemoryCrashAfter crash) {
      return "m" + crash.memory() + "#" + crash.effects();
    }
    if (fault instanceof Fault.SlowMemory slow) {
      return "slow:m" + slow.memory() + period(slow.nanos(), slow.since(), slow.until());
    }
    if (fault instanceof Fault.SlowLink slow) {
      return "slow:p"
          + slow.from()
          + ">p"
          + slow.to()
          + period(slow.nanos(), slow.since(), slow.until());
    }
    if (fault instanceof Fault.Partition cut) {
      String side =
          cut.side().stream().mapToObj(Integer::toString).collect(Collectors.joining("."));
      return "cut:" + side + ":" + cut.since() + "-" + cut.until();
    }
    return "broken:" + ((Fault.BrokenWays) fault).perMille();
  }

  private static String period(long nanos, long since, long until) {
    return "+" + nanos + ":" + since + "-" + until;
  }

  /** The plan of a text; behaviours are looked up by name among these. */
  static Plan parse(String text, List<Behaviour> behaviours) {
    Map<String, String> fields = new TreeMap<>();
    for (String field : text.strip().split("\\s+", -1)) {
      int equals = field.indexOf('=');
      String name = equals < 0 ? field : field.substring(0, equals);
      if (equals < 0
          || !FIELDS.contains(name)
          || fields.put(name, field.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("no field of a plan, or one twice: " + field);
      }
    }
    if (fields.size() != FIELDS.size()) {
      throw new IllegalArgumentException("a plan has all of the fields " + FIELDS + ": " + text);
    }
    SortedMap<Integer, Behaviour> byzantine = new TreeMap<>();
    for (String who : elements(fields.get("byzantine"))) {
      long[] process = numbers("p" + SMALL + ":.*", who);
      byzantine.put((int) process[0], behaviour(who.substring(who.indexOf(':') + 1), behaviours));
    }
    return new Plan(
        Integer.parseInt(fields.getOrDefault("n", "")),
        Integer.parseInt(fields.getOrDefault("m", "")),
        Long.parseLong(fields.getOrDefault("seed", "")),
        flights(fields.getOrDefault("flights", "")),
        parseOrder(fields.getOrDefault("order", "")),
        elements(fields.get("faults")).stream().map(PlanText::parseFault).toList(),
        byzantine);
  }

  private static List<String> elements(@org.jspecify.annotations.Nullable String list) {
    return list == null || list.equals(NONE) ? List.of() : Arrays.asList(list.split(",", -1));
  }

  private static Flights flights(String name) {
    return Arrays.stream(Flights.values())
        .filter(each -> each.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("unknown flights: " + name));
  }

  private static Behaviour behaviour(String name, List<Behaviour> behaviours) {
    return behaviours.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown behaviour "
                        + name
                        + "; the trial knows "
                        + behaviours.stream().map(Behaviour::name).toList()));
  }

  private static Order parseOrder(String text) {
    if (text.equals("in-time")) {
      return new Order.InTime();
    }
    if (text.startsWith("adversarial:")) {
      return new Order.Adversarial(Integer.parseInt(text.substring("adversarial:".length())));
    }
    List<Choice> choices = new ArrayList<>();
    for (String choice : text.split(",", -1)) {
      choices.add(Choice.parse(choice));
    }
    return new Order.Chosen(choices);
  }

  private static Fault parseFault(String text) {
    if (text.matches("p\\d+@.*")) {
      long[] numbers = numbers("p" + SMALL + "@" + NUMBER, text);
      return new Fault.ProcessCrash((int) numbers[0], numbers[1]);
    }
    if (text.matches("p\\d+#.*")) {
      long[] numbers = numbers("p" + SMALL + "#" + NUMBER, text);
      return new Fault.ProcessCrashAfter((int) numbers[0], numbers[1]);
    }
    if (text.matches("m\\d+@.*")) {
      long[] numbers = numbers("m" + SMALL + "@" + NUMBER, text);
      return new Fault.MemoryCrash((int) numbers[0], numbers[1]);
    }
    if (text.matches("m\\d+#.*")) {
      long[] numbers = numbers("m" + SMALL + "#" + NUMBER, text);
      return new Fault.MemoryCrashAfter((int) numbers[0], numbers[1]);
    }
    if (text.startsWith("slow:m")) {
      long[] numbers = numbers("slow:m" + SMALL + PERIOD, text);
      return new Fault.SlowMemory((int) numbers[0], numbers[2], numbers[3], numbers[1]);
    }
    if (text.startsWith("slow:p")) {
      long[] numbers = numbers("slow:p" + SMALL + ">p" + SMALL + PERIOD, text);
      return new Fault.SlowLink(
          (int) numbers[0], (int) numbers[1], numbers[3], numbers[4], numbers[2]);
    }
    if (text.startsWith("cut:")) {
      long[] numbers = numbers("cut:[\\d.]+:" + NUMBER + "-" + NUMBER, text);
      int[] side =
          Arrays.stream(text.split(":", -1)[1].split("\\.", -1))
              .mapToInt(Integer::parseInt)
              .toArray();
      return new Fault.Partition(ProcessSet.of(side), numbers[0], numbers[1]);
    }
    return new Fault.BrokenWays((int) numbers("broken:" + SMALL, text)[0]);
  }

  private static long[] numbers(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not part of a plan: " + text);
    }
    long[] numbers = new long[matcher.groupCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Long.parseLong(matcher.group(i + 1));
    }
    return numbers;
  }
}
