package org.remora.apps;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Value;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options that say which algorithm runs in which world: those that {@code agree} and {@code
 * check} share. What is not given is null.
 */
final class WorldOptions {
  private static final int COUNT_MAX = 1_000;

  /** Each process is a thread, and all threads share the cores. */
  private static final int LOCAL_PROCESSES_MAX = 100;

  /** Over a sparse graph, where not everything grows with the square. */
  private static final int NODES_MAX = 10_000;

  /** Everybody reads everybody's copy of everybody's message. */
  private static final int BYZANTINE_PROCESSES_MAX = 25;

  private static final int PRIORITY_MAX = 999_999_999;
  private static final BigDecimal CRASH_TIME_MAX = BigDecimal.valueOf(1_000_000);
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern CRASH = Pattern.compile("(\\d{1,9})@(\\d{1,9}(?:\\.\\d{1,3})?)");

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = {
        "The algorithm. n processes agree although f of them, or of m memories, crash:",
        "  paxos                   n >= 2f+1, over messages",
        "  disk-paxos              n >= f+1, m >= 2f+1",
        "  protected-memory-paxos  n >= f+1, m >= 2f+1",
        "  aligned-paxos           n+m >= 2f+1 in any mix",
        "  hybrid-ben-or           those that live and their neighbours in a graph are more than"
            + " n/2; no memory crashes",
        "n >= 2f+1 processes agree although f of them are Byzantine, and g of m >= 2g+1 memories"
            + " crash:",
        "  robust-backup           Paxos over links that carry their history",
        "  preferential-paxos      the same; decides one of the f+1 inputs of highest priority",
        "  cheap-quorum            decides in one round trip, or aborts",
        "  fast-and-robust         decides in one round trip, or by preferential-paxos"
      })
  private @Nullable String algorithm;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "The number of processes, 1 to 1,000 (local: 100; for Byzantine faults: 25; over a graph:"
              + " 10,000); 3 by default, with --graph that of its nodes.")
  private @Nullable String processes;

  @Option(
      names = "--memories",
      paramLabel = "M",
      description =
          "The number of memories, 0 to 1,000; by default 3, for paxos 0. hybrid-ben-or has one per"
              + " process.")
  private @Nullable String memories;

  @Option(
      names = "--graph",
      paramLabel = "FILE",
      description =
          "For hybrid-ben-or: who shares memory with whom. A file as of remora plan: CSV with the"
              + " columns node_a,node_b, DOT, GraphML or JSON. Its nodes, in its order, are"
              + " processes 1, 2, .. By default all share memory with all (check: a graph that is"
              + " drawn).")
  private @Nullable String graph;

  @Option(
      names = "--degree",
      paramLabel = "D",
      description =
          "For hybrid-ben-or: shares memory along the edges of a graph of this degree for N"
              + " processes, the same each time, as remora plan makes it.")
  private @Nullable String degree;

  @Option(
      names = "--objects",
      paramLabel = "KIND",
      description =
          "For hybrid-ben-or: what its consensus objects are made of, cas, words under"
              + " compare-and-swap (the default), or registers.")
  private @Nullable String objects;

  @Option(
      names = "--coin",
      paramLabel = "KIND",
      description =
          "For hybrid-ben-or: the coin, shared by all (the default) or local: every process its"
              + " own, which is for few processes.")
  private @Nullable String coin;

  @Option(
      names = "--propose",
      paramLabel = "V1,V2,..",
      description =
          "What processes 1, 2, .. propose, separated by commas. If there are fewer values than"
              + " processes, the others propose nothing, but learn the decision. By default process"
              + " 1 proposes v1, process 2 v2, and so on.")
  private @Nullable String propose;

  @Option(
      names = "--crash-process",
      paramLabel = "P@TIME",
      description =
          "Crashes process P at a time, in delays since the start (local: in milliseconds); 2@1.5,"
              + " say. At 0 it never does anything. May be given for several processes. In the"
              + " simulator the next process leads 10 delays after the leader crashed.")
  private List<String> processCrashes = new ArrayList<>();

  @Option(
      names = "--crash-memory",
      paramLabel = "M@TIME",
      description = "Crashes memory M likewise: it answers nothing any more.")
  private List<String> memoryCrashes = new ArrayList<>();

  @Option(
      names = "--byzantine",
      paramLabel = "P:BEHAVIOUR",
      description =
          "Makes process P Byzantine, for the algorithms that tolerate it: silent, flood, replay,"
              + " random, crash-late, equivocate, forge, panic-early, panic-late, false-unanimity,"
              + " stale-replay, lie-in-history, betray or collude. May be given for several. check"
              + " lets a liar loose on the others, too.")
  private List<String> byzantine = new ArrayList<>();

  @Option(
      names = "--priorities",
      paramLabel = "N1,N2,..",
      description = "The priorities of the proposals of processes 1, 2, .. in preferential-paxos.")
  private @Nullable String priorities;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "The seed of all chance: in the simulator, the same seed gives the same run. By default"
              + " another one each time; the report tells it. check runs one seed after the other,"
              + " from this one on, by default 1.")
  private @Nullable String seed;

  @Option(
      names = "--latency",
      paramLabel = "KIND",
      description =
          "How long a message, a request to a memory or its answer takes in the simulator:"
              + " constant, exactly one delay (the default); uniform, 0.5 to 1.5 delays; wide, 0.5"
              + " to 3; heavy-tailed, mostly little more than one delay, sometimes up to 1,000.")
  private @Nullable String latency;

  WorldOptions() {}

  /** The options of a line such as {@code --algorithm paxos --processes 3}. */
  static WorldOptions parse(List<String> words) {
    return parsed(new WorldOptions(), words);
  }

  /** An object with options, set as a line says. */
  static <T> T parsed(T options, List<String> words) {
    try {
      new CommandLine(options).parseArgs(words.toArray(String[]::new));
    } catch (ParameterException e) {
      throw new BadInputException(String.valueOf(e.getMessage()));
    }
    return options;
  }

  /** The name of the algorithm, which is known. */
  String algorithm() {
    String names = String.join(", ", AgreeAlgorithm.names());
    check(algorithm != null, String.format("--algorithm is needed; known: %s", names));
    String name = String.valueOf(algorithm);
    check(
        AgreeAlgorithm.names().contains(name),
        String.format("unknown algorithm %s; known: %s", name, names));
    return name;
  }

  boolean isHybrid() {
    return algorithm().equals(AgreeAlgorithm.Hybrid.NAME);
  }

  /** The algorithm as it would run with one process; of Hybrid Ben-Or, over a single node. */
  AgreeAlgorithm smallest() {
    return isHybrid()
        ? HybridDraw.algorithm(
            Neighbourhoods.complete(1), ConsensusObjects.COMPARE_AND_SWAP, true, 0)
        : AgreeAlgorithm.led(algorithm(), 1);
  }

  /** The number of processes, if one is given. */
  @Nullable Integer processes(boolean simulated) {
    int most =
        smallest() instanceof AgreeAlgorithm.Byzantine
            ? BYZANTINE_PROCESSES_MAX
            : isHybrid() && simulated && (graph != null || degree != null)
                ? NODES_MAX
                : simulated ? COUNT_MAX : LOCAL_PROCESSES_MAX;
    return processes == null ? null : Integer.valueOf(number("--processes", processes, 1, most));
  }

  /** The number of memories, if one is given, for so many processes. */
  @Nullable Integer memories(int processCount) {
    if (memories == null) {
      return isHybrid() ? Integer.valueOf(processCount) : null;
    }
    AgreeAlgorithm runs = smallest();
    if (isHybrid()) {
      check(
          number("--memories", memories, 0, NODES_MAX) == processCount,
          String.format(
              "--memories %s: %s has one memory per process, %,d",
              memories, algorithm, processCount));
      return processCount;
    }
    int count = number("--memories", memories, 0, COUNT_MAX);
    check(
        count > 0 || !runs.usesMemories() || (runs.countsProcesses() && !isByzantine(runs)),
        String.format("--memories: %s needs at least one memory", algorithm));
    return count;
  }

  /** Who shares memory with whom, if that is given. */
  @Nullable Neighbourhoods graph(boolean simulated) {
    onlyOverGraph("--graph", graph);
    onlyOverGraph("--degree", degree);
    check(graph == null || degree == null, "--degree does not go with --graph");
    if (degree != null) {
      Integer nodes = processes(simulated);
      check(nodes != null && nodes >= 2, "--degree needs --processes, at least 2");
      int count = nodes == null ? 0 : nodes;
      return GraphOption.plan(count, number("--degree", degree, 1, count - 1));
    }
    if (graph == null) {
      return null;
    }
    Neighbourhoods shared = GraphOption.read(graph);
    int nodes = shared.processes();
    int most = simulated ? NODES_MAX : LOCAL_PROCESSES_MAX;
    check(
        nodes <= most,
        String.format("--graph: %,d nodes are too many; at most %,d are possible", nodes, most));
    Integer wanted = processes(simulated);
    check(
        wanted == null || wanted == nodes,
        String.format("--processes %s: the graph has %,d nodes", processes, nodes));
    return shared;
  }

  /** What consensus objects are made of, if that is given. */
  @Nullable ConsensusObjects objects() {
    onlyOverGraph("--objects", objects);
    return objects == null
        ? null
        : choice("--objects", objects, "cas", "registers") == 0
            ? ConsensusObjects.COMPARE_AND_SWAP
            : ConsensusObjects.REGISTERS;
  }

  /** Whether the coin is shared, if that is given. */
  @Nullable Boolean sharedCoin() {
    onlyOverGraph("--coin", coin);
    return coin == null ? null : Boolean.valueOf(choice("--coin", coin, "shared", "local") == 0);
  }

  /** The proposals, if they are given. */
  @Nullable List<Value> proposals(int processCount, int valueBytes) {
    if (propose == null) {
      return null;
    }
    List<Value> values = Arrays.stream(propose.split(",", -1)).map(Value::of).toList();
    check(
        values.size() <= processCount,
        String.format("--propose: %,d values for %,d processes", values.size(), processCount));
    for (int p = 1; p <= values.size(); p++) {
      int length = values.get(p - 1).length();
      check(length > 0, String.format("--propose: the value of process %d is empty", p));
      check(
          length <= valueBytes,
          String.format(
              "--propose: the value of process %d has %,d bytes; at most %,d are possible",
              p, length, valueBytes));
    }
    return values;
  }

  /** The priorities, if they are given. */
  @Nullable List<Integer> priorities(int processCount) {
    if (priorities == null) {
      return null;
    }
    check(
        algorithm().equals("preferential-paxos"),
        String.format("--priorities: %s knows none", algorithm));
    List<Integer> all =
        Arrays.stream(priorities.split(",", -1))
            .map(each -> number("--priorities", each, 0, PRIORITY_MAX))
            .toList();
    check(
        all.size() <= processCount,
        String.format("--priorities: %,d for %,d processes", all.size(), processCount));
    return all;
  }

  /** Which processes are Byzantine, and what they do. */
  NavigableMap<Integer, AgreeBehaviour> byzantine(int processCount) {
    List<AgreeBehaviour> known = smallest().behaviours();
    NavigableMap<Integer, AgreeBehaviour> behaviours = new TreeMap<>();
    for (String given : byzantine) {
      int colon = given.indexOf(':');
      check(
          colon > 0,
          String.format(
              "--byzantine is a process and a behaviour, such as 3:silent, not %s", given));
      int process = number("--byzantine", given.substring(0, colon), 1, processCount);
      AgreeBehaviour behaviour =
          known.stream()
              .filter(each -> each.commandName().equals(given.substring(colon + 1)))
              .findFirst()
              .orElseThrow(
                  () ->
                      new BadInputException(
                          String.format(
                              "--byzantine: unknown behaviour %s; known: %s",
                              given.substring(colon + 1),
                              known.stream()
                                  .map(AgreeBehaviour::commandName)
                                  .collect(Collectors.joining(", ")))));
      check(
          behaviours.put(process, behaviour) == null,
          String.format("--byzantine: process %d is given twice", process));
    }
    return behaviours;
  }

  /** Whether a process is said to be Byzantine. */
  boolean anyByzantine() {
    return !byzantine.isEmpty();
  }

  /** Whether something is said of single processes. */
  boolean isAboutProcesses() {
    return !byzantine.isEmpty()
        || !processCrashes.isEmpty()
        || propose != null
        || priorities != null;
  }

  /** Whether something is said of single memories. */
  boolean isAboutMemories() {
    return !memoryCrashes.isEmpty();
  }

  /** Which processes crash when, in thousandths of the unit of time. */
  NavigableMap<Integer, Long> processCrashes(int count) {
    return crashes("--crash-process", "process", "processes", processCrashes, count);
  }

  /** Which memories crash when. */
  NavigableMap<Integer, Long> memoryCrashes(int count) {
    return crashes("--crash-memory", "memory", "memories", memoryCrashes, count);
  }

  /** The seed, if one is given. */
  @Nullable Long seed() {
    if (seed == null) {
      return null;
    }
    try {
      return Long.parseLong(seed);
    } catch (NumberFormatException e) {
      throw new BadInputException("--seed is a whole number of 64 bits, not " + seed);
    }
  }

  /** How long flights take, if that is given. */
  @Nullable LatencyKind latency() {
    if (latency == null) {
      return null;
    }
    for (LatencyKind kind : LatencyKind.values()) {
      if (kind.commandName().equals(latency)) {
        return kind;
      }
    }
    throw new BadInputException(
        "unknown latency "
            + latency
            + "; known: "
            + Arrays.stream(LatencyKind.values())
                .map(LatencyKind::commandName)
                .collect(Collectors.joining(", ")));
  }

  /** The options given of those that an exploration of all executions has no use for. */
  List<String> beyondSize() {
    List<String> given = new ArrayList<>();
    for (String[] option :
        new String[][] {
          {"--graph", graph},
          {"--degree", degree},
          {"--objects", objects},
          {"--coin", coin},
          {"--propose", propose},
          {"--priorities", priorities},
          {"--seed", seed},
          {"--latency", latency},
          {"--crash-process", processCrashes.stream().allMatch(c -> c.endsWith("@0")) ? null : ""},
          {"--crash-memory", memoryCrashes.isEmpty() ? null : ""},
          {"--byzantine", byzantine.isEmpty() ? null : ""}
        }) {
      if (option[1] != null) {
        given.add(option[0]);
      }
    }
    return given;
  }

  private void onlyOverGraph(String option, @Nullable String given) {
    check(
        given == null || isHybrid(),
        String.format("%s is for %s, not for %s", option, AgreeAlgorithm.Hybrid.NAME, algorithm));
  }

  private static boolean isByzantine(AgreeAlgorithm runs) {
    return runs instanceof AgreeAlgorithm.Byzantine;
  }

  /** Which of the known words was given: its index. */
  private static int choice(String option, String given, String... known) {
    int index = Arrays.asList(known).indexOf(given);
    check(
        index >= 0, String.format("%s %s: known are %s", option, given, String.join(", ", known)));
    return index;
  }

  /** Who crashes when, in thousandths of a unit of time. */
  private static NavigableMap<Integer, Long> crashes(
      String option, String one, String many, List<String> given, int count) {
    NavigableMap<Integer, Long> crashes = new TreeMap<>();
    for (String crash : given) {
      Matcher parts = CRASH.matcher(crash);
      check(
          parts.matches(),
          String.format("%s is a number and a time, such as 2@1.5, not %s", option, crash));
      int number = Integer.parseInt(parts.group(1));
      check(
          number >= 1 && number <= count,
          String.format(
              "%s %s: there are %s",
              option,
              crash,
              count == 0 ? "no " + many : String.format("%s 1 to %,d only", many, count)));
      check(
          !crashes.containsKey(number),
          String.format("%s: %s %d crashes twice", option, one, number));
      BigDecimal time = new BigDecimal(parts.group(2));
      check(
          time.compareTo(CRASH_TIME_MAX) <= 0,
          String.format(
              "%s %s: the time is at most %,d", option, crash, CRASH_TIME_MAX.intValue()));
      crashes.put(number, time.movePointRight(3).longValueExact());
    }
    return crashes;
  }

  /** A number that an option gives. */
  static int number(String option, String given, int min, int max) {
    // Nine digits fit an int.
    int number = NUMBER.matcher(given).matches() ? Integer.parseInt(given) : -1;
    check(
        number >= min && number <= max,
        String.format("%s is a number from %,d to %,d, not %s", option, min, max, given));
    return number;
  }

  /** Values for processes that nobody gave any. */
  static List<Value> numbered(int processCount) {
    return IntStream.rangeClosed(1, processCount).mapToObj(p -> Value.of("v" + p)).toList();
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new BadInputException(otherwise);
    }
  }
}
