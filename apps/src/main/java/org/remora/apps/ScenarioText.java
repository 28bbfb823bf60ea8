package org.remora.apps;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Neighbourhoods;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Value;
import org.remora.sim.Choice;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Scenarios as one line that replays them: words of the form {@code name=content}, times in
 * nanoseconds, of which a delay has 1,000. What a word is about stands before a colon.
 *
 * <pre>
 * processes=3 memories=3 seed=7 adversarial=40 latency=wide torn broken=200
 * crash=p1@2500 crash=p2#4 crash=m3@0 crash=m1#9 slow=m2:0-5000+700
 * byzantine=1:equivocate lead=2:1500>2,60000>1 propose=1:v1@0 propose=2:v2@5000!9
 * order=p1~m2,p1~m2,p2>p3,p3
 * </pre>
 *
 * <p>{@code p2#4}: process 2 crashes after it has submitted four operations; {@code m1#9}: memory 1
 * after nine have taken effect. {@code lead=2:1500>2}: at process 2, Ω names process 2 from 1,500
 * on. {@code !9}: with priority 9. {@code order}: what happens first, in the words of {@link
 * Choice}, before all goes on in the order of time.
 */
final class ScenarioText {
  private static final int COUNT_MAX = 10_000;
  private static final Pattern CRASH = Pattern.compile("([pm])(\\d{1,9})([@#])(\\d{1,18})");
  private static final Pattern SLOW =
      Pattern.compile("m(\\d{1,9}):(\\d{1,18})-(\\d{1,18})\\+(\\d{1,18})");
  private static final Pattern CHANGE = Pattern.compile("(\\d{1,18})>(\\d{1,9})");
  private static final Pattern PROPOSAL = Pattern.compile("([^@!]+)@(\\d{1,18})(?:!(\\d{1,9}))?");
  private static final Pattern SMALL = Pattern.compile("\\d{1,9}");
  private static final Pattern LARGE = Pattern.compile("-?\\d{1,19}");

  /** Which words there are. */
  private static final List<String> NAMES =
      List.of(
          "processes",
          "memories",
          "seed",
          "adversarial",
          "latency",
          "torn",
          "broken",
          "crash",
          "slow",
          "byzantine",
          "lead",
          "propose",
          "order",
          "graph",
          "objects",
          "coin",
          "faults",
          "patience");

  private final Map<String, List<String>> words = new TreeMap<>();

  private ScenarioText(String text) {
    for (String word : text.strip().split("\\s+", -1)) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      check(NAMES.contains(name), word);
      words
          .computeIfAbsent(name, unused -> new ArrayList<>())
          .add(equals < 0 ? "" : word.substring(equals + 1));
    }
  }

  /** The line of a scenario, without its algorithm. */
  static String of(Scenario scenario) {
    List<String> words = new ArrayList<>();
    words.add("processes=" + scenario.processes());
    words.add("memories=" + scenario.memories());
    if (scenario.algorithm() instanceof AgreeAlgorithm.Hybrid hybrid) {
      words.add("graph=" + HybridDraw.text(hybrid.graph()));
      words.add("objects=" + hybrid.objectsName());
      words.add("coin=" + hybrid.coinName());
    } else if (scenario.algorithm() instanceof AgreeAlgorithm.Byzantine byzantine) {
      words.add("faults=" + byzantine.instance().faults());
      words.add("patience=" + byzantine.instance().timing().panicNanos());
    }
    words.add("seed=" + scenario.seed());
    words.add("adversarial=" + scenario.adversarialEvents());
    words.add("latency=" + scenario.latency().commandName());
    if (scenario.tearing() == SimWorld.Tearing.FRAMED) {
      words.add("torn");
    }
    // In the order in which they are read again.
    List<String> faults = scenario.faults().stream().map(ScenarioText::of).toList();
    for (String kind : List.of("crash=", "slow=", "broken=")) {
      faults.stream().filter(fault -> fault.startsWith(kind)).forEach(words::add);
    }
    scenario
        .byzantine()
        .forEach((p, behaviour) -> words.add("byzantine=" + p + ":" + behaviour.commandName()));
    for (int i = 0; i < scenario.omegas().size(); i++) {
      List<String> changes =
          scenario.omegas().get(i).stream().map(c -> c.nanos() + ">" + c.leader()).toList();
      if (!changes.isEmpty()) {
        words.add("lead=" + (i + 1) + ":" + String.join(",", changes));
      }
    }
    for (int i = 0; i < scenario.proposals().size(); i++) {
      Scenario.Proposal proposal = scenario.proposals().get(i);
      if (!proposal.value().isBottom()) {
        words.add(
            "propose="
                + (i + 1)
                + ":"
                + URLEncoder.encode(proposal.value().asText(), StandardCharsets.UTF_8)
                + "@"
                + proposal.nanos()
                + (proposal.priority() == 0 ? "" : "!" + proposal.priority()));
      }
    }
    if (!scenario.choices().isEmpty()) {
      words.add(
          "order="
              + scenario.choices().stream().map(Choice::toString).collect(Collectors.joining(",")));
    }
    return String.join(" ", words);
  }

  private static String of(Fault fault) {
    if (fault instanceof Fault.ProcessCrash crash) {
      return "crash=p" + crash.process() + "@" + crash.nanos();
    } else if (fault instanceof Fault.ProcessCrashAfter crash) {
      return "crash=p" + crash.process() + "#" + crash.submissions();
    } else if (fault instanceof Fault.MemoryCrash crash) {
      return "crash=m" + crash.memory() + "@" + crash.nanos();
    } else if (fault instanceof Fault.MemoryCrashAfter crash) {
      return "crash=m" + crash.memory() + "#" + crash.effects();
    } else if (fault instanceof Fault.BrokenWays broken) {
      return "broken=" + broken.perMille();
    } else if (fault instanceof Fault.SlowMemory slow) {
      return String.format(
          "slow=m%d:%d-%d+%d", slow.memory(), slow.since(), slow.until(), slow.nanos());
    }
    throw new IllegalArgumentException("nobody draws " + fault);
  }

  /**
   * The scenario of a line.
   *
   * @throws BadInputException if it is none
   */
  static Scenario parse(String algorithm, String text) {
    return new ScenarioText(text).scenario(algorithm);
  }

  private Scenario scenario(String name) {
    int processes = small("processes", 1, COUNT_MAX, null);
    int memories = small("memories", 0, COUNT_MAX, null);
    AgreeAlgorithm algorithm = algorithm(name, processes, memories);
    List<Fault> faults = new ArrayList<>();
    each("crash", crash -> faults.add(crash(crash, processes, memories)));
    each("slow", slow -> faults.add(slow(slow, memories)));
    if (words.containsKey("broken")) {
      faults.add(new Fault.BrokenWays(small("broken", 0, 999, null)));
    }
    NavigableMap<Integer, AgreeBehaviour> byzantine = new TreeMap<>();
    about(
        "byzantine",
        processes,
        (p, behaviour) ->
            byzantine.put(
                p,
                algorithm.behaviours().stream()
                    .filter(each -> each.commandName().equals(behaviour))
                    .findFirst()
                    .orElseThrow(() -> bad(behaviour))));
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    List<Scenario.Proposal> proposals = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      omegas.add(new ArrayList<>());
      proposals.add(Scenario.Proposal.NONE);
    }
    about("lead", processes, (p, changes) -> lead(changes, processes, omegas.get(p - 1)));
    about("propose", processes, (p, proposal) -> proposals.set(p - 1, proposal(proposal)));
    return new Scenario(
        algorithm,
        processes,
        memories,
        small("adversarial", 0, Integer.MAX_VALUE, "0"),
        seed(),
        latency(one("latency", "constant")),
        faults,
        byzantine,
        omegas,
        proposals,
        words.containsKey("torn") ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE,
        choices());
  }

  private List<Choice> choices() {
    String order = one("order", "");
    check(order.isEmpty() || small("adversarial", 0, 0, "0") == 0, "adversarial beside order");
    List<Choice> choices = new ArrayList<>();
    for (String choice : order.isEmpty() ? new String[0] : order.split(",", -1)) {
      try {
        choices.add(Choice.parse(choice));
      } catch (IllegalArgumentException e) {
        throw bad(choice);
      }
    }
    return choices;
  }

  private AgreeAlgorithm algorithm(String name, int processes, int memories) {
    if (name.equals(AgreeAlgorithm.Hybrid.NAME)) {
      check(memories == processes, "memories=" + memories);
      String edges = one("graph", "");
      Neighbourhoods graph = HybridDraw.parse(processes, edges);
      if (graph == null) {
        throw bad("graph=" + edges);
      }
      String objects = one("objects", "cas");
      String coin = one("coin", "shared");
      check(objects.equals("cas") || objects.equals("registers"), "objects=" + objects);
      check(coin.equals("shared") || coin.equals("local"), "coin=" + coin);
      return HybridDraw.algorithm(
          graph,
          objects.equals("cas") ? ConsensusObjects.COMPARE_AND_SWAP : ConsensusObjects.REGISTERS,
          coin.equals("shared"),
          seed());
    }
    for (CrashAlgorithm each : CrashAlgorithm.values()) {
      if (each.commandName().equals(name)) {
        check(memories > 0 || !each.usesMemories() || each.countsProcesses(), "memories=0");
        return new AgreeAlgorithm.Crash(each);
      }
    }
    int valueBytes = 64;
    for (String proposal : words.getOrDefault("propose", List.of())) {
      valueBytes = Math.max(valueBytes, proposal.length());
    }
    ByzantineInstance instance =
        ByzantineDraw.instance(
            processes,
            small("faults", 0, processes, Integer.toString((processes - 1) / 2)),
            valueBytes,
            small("patience", 1, Integer.MAX_VALUE, "1000000"));
    check(memories > 0, "memories=0");
    return new AgreeAlgorithm.Byzantine(Names.constant(ByzantineAlgorithm.class, name), instance);
  }

  private static Fault crash(String text, int processes, int memories) {
    Matcher parts = matched(CRASH, text);
    boolean process = parts.group(1).equals("p");
    int number = Integer.parseInt(parts.group(2));
    check(number >= 1 && number <= (process ? processes : memories), text);
    boolean timed = parts.group(3).equals("@");
    long when = Long.parseLong(parts.group(4));
    return process
        ? timed ? new Fault.ProcessCrash(number, when) : new Fault.ProcessCrashAfter(number, when)
        : timed ? new Fault.MemoryCrash(number, when) : new Fault.MemoryCrashAfter(number, when);
  }

  private static Fault slow(String text, int memories) {
    Matcher parts = matched(SLOW, text);
    int memory = Integer.parseInt(parts.group(1));
    check(memory >= 1 && memory <= memories, text);
    return new Fault.SlowMemory(
        memory,
        Long.parseLong(parts.group(2)),
        Long.parseLong(parts.group(3)),
        Long.parseLong(parts.group(4)));
  }

  private static void lead(String text, int processes, List<ScriptedOmega.Change> changes) {
    long last = 0;
    for (String change : text.split(",", -1)) {
      Matcher parts = matched(CHANGE, change);
      long nanos = Long.parseLong(parts.group(1));
      int leader = Integer.parseInt(parts.group(2));
      check(leader <= processes && nanos >= last, change);
      last = nanos;
      changes.add(new ScriptedOmega.Change(nanos, leader));
    }
  }

  private static Scenario.Proposal proposal(String text) {
    Matcher parts = matched(PROPOSAL, text);
    try {
      return new Scenario.Proposal(
          Value.of(URLDecoder.decode(parts.group(1), StandardCharsets.UTF_8)),
          Long.parseLong(parts.group(2)),
          parts.group(3) == null ? 0 : Integer.parseInt(parts.group(3)));
    } catch (IllegalArgumentException e) {
      throw bad(text);
    }
  }

  private static LatencyKind latency(String name) {
    for (LatencyKind kind : LatencyKind.values()) {
      if (kind.commandName().equals(name)) {
        return kind;
      }
    }
    throw bad("latency=" + name);
  }

  private long seed() {
    String text = one("seed", "1");
    check(LARGE.matcher(text).matches(), "seed=" + text);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw bad("seed=" + text);
    }
  }

  private int small(String name, int min, int max, @Nullable String otherwise) {
    String text = one(name, otherwise);
    check(SMALL.matcher(text).matches(), name + "=" + text);
    int number = Integer.parseInt(text);
    check(number >= min && number <= max, name + "=" + text);
    return number;
  }

  /** The content of a word that comes once. */
  private String one(String name, @Nullable String otherwise) {
    List<String> contents = words.getOrDefault(name, List.of());
    check(contents.size() <= 1, name + " twice");
    if (contents.isEmpty()) {
      check(otherwise != null, "no " + name);
      return String.valueOf(otherwise);
    }
    return contents.get(0);
  }

  private void each(String name, Consumer<String> use) {
    words.getOrDefault(name, List.of()).forEach(use);
  }

  /** The contents of a word about one process each, which comes before a colon. */
  private void about(String name, int processes, Use use) {
    for (String content : words.getOrDefault(name, List.of())) {
      int colon = content.indexOf(':');
      check(colon > 0 && SMALL.matcher(content.substring(0, colon)).matches(), content);
      int process = Integer.parseInt(content.substring(0, colon));
      check(process >= 1 && process <= processes, content);
      use.accept(process, content.substring(colon + 1));
    }
  }

  private static Matcher matched(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    check(matcher.matches(), text);
    return matcher;
  }

  private static void check(boolean holds, String word) {
    if (!holds) {
      throw bad(word);
    }
  }

  private static BadInputException bad(String word) {
    return new BadInputException("no scenario has " + word);
  }

  private interface Use {
    void accept(int process, String content);
  }
}
