package org.remora.apps;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.HybridCoin;
import org.remora.crash.HybridInstance;
import org.remora.crash.Instance;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora agree} command: one instance of consensus, run and reported. */
@Command(
    name = "agree",
    description = {
      "Runs one instance of consensus and tells which value was decided, by whom, when, and at"
          + " what cost.",
      ""
    },
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if all processes that live have decided and agreement and validity hold,",
      "1 if not, 2 for bad usage or bad input.",
      "",
      "Examples:",
      "  Two processes, three memories, one round trip:",
      "    remora agree --algorithm protected-memory-paxos --processes 2 --memories 3 \\",
      "        --propose red,blue",
      "  The same when process 1 and memory 3 crash before process 1 has an answer:",
      "    remora agree --algorithm protected-memory-paxos --processes 2 --memories 3 \\",
      "        --propose red,blue --crash-process 1@1.5 --crash-memory 3@0 --trace crash.svg",
      "  On real threads:",
      "    remora agree --algorithm aligned-paxos --backend local --json",
    })
final class AgreeCommand implements Callable<Integer> {
  private static final int COUNT_MAX = 1_000;

  /** Each process is a thread, and all threads share the cores. */
  private static final int LOCAL_PROCESSES_MAX = 100;

  /** Over a sparse graph, where not everything grows with the square. */
  private static final int NODES_MAX = 10_000;

  /** Everybody reads everybody's copy of everybody's message. */
  private static final int BYZANTINE_PROCESSES_MAX = 25;

  private static final int PRIORITY_MAX = 999_999_999;

  private static final BigDecimal CRASH_TIME_MAX = BigDecimal.valueOf(1_000_000);
  private static final int TIMEOUT_SECONDS_MAX = 3_600;
  private static final int REPEAT_CHARS_MAX = 300;
  private static final AgreePlan.Backend SIM = AgreePlan.Backend.SIM;
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");
  private static final Pattern CRASH = Pattern.compile("(\\d{1,9})@(\\d{1,9}(?:\\.\\d{1,3})?)");
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]");

  /** How the command was called, as the script that starts it says. */
  private static final String NAME = System.getProperty("remora.name", "remora");

  @Spec private CommandSpec spec;

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
          "The number of processes, 1 to 1,000 (local: 100); 3 by default, with --graph that of its"
              + " nodes, up to 10,000.")
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
              + " processes 1, 2, .. By default all share memory with all.")
  private @Nullable String graph;

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
      names = "--backend",
      paramLabel = "NAME",
      description =
          "Where it runs: sim, the simulator, in virtual time (the default), or local, threads of"
              + " this JVM, in real time.")
  private @Nullable String backend;

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
              + " stale-replay, lie-in-history, betray or collude. May be given for several.")
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
              + " another one each time; the report tells it.")
  private @Nullable String seed;

  @Option(
      names = "--latency",
      paramLabel = "KIND",
      description =
          "How long a message, a request to a memory or its answer takes in the simulator:"
              + " constant, exactly one delay (the default); uniform, 0.5 to 1.5 delays;"
              + " heavy-tailed, mostly little more than one delay, sometimes up to 1,000.")
  private @Nullable String latency;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for the decision on local; 10 by default.")
  private @Nullable String timeout;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "Writes what happened in the simulator: FILE.svg a space-time diagram, FILE.jsonl one"
              + " JSON object per event.")
  private @Nullable String trace;

  @Option(names = "--json", description = "Prints the report as one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  AgreeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    AgreePlan plan = plan();
    Latency latencies = latency();
    Duration patience = timeout();
    check(trace == null || plan.backend() == SIM, "--trace: traces are of the simulator only");
    AgreeReport report =
        plan.backend() == SIM ? simulate(plan, latencies) : LocalAgreement.run(plan, patience);
    spec.commandLine()
        .getOut()
        .print(json ? AgreeJson.render(report) : AgreeText.render(report, repeat(plan.seed())));
    return report.holds() ? Main.HOLDS : Main.FAILS;
  }

  private AgreeReport simulate(AgreePlan plan, Latency latencies) {
    if (trace == null) {
      return SimAgreement.run(plan, latencies, null);
    }
    String title = plan.algorithm().commandName() + ", seed " + plan.seed();
    return TraceFile.open(trace)
        .keep(title, plan, events -> SimAgreement.run(plan, latencies, events));
  }

  private AgreePlan plan() {
    String names = String.join(", ", AgreeAlgorithm.names());
    check(algorithm != null, String.format("--algorithm is needed; known: %s", names));
    check(
        AgreeAlgorithm.names().contains(algorithm),
        String.format("unknown algorithm %s; known: %s", algorithm, names));
    AgreePlan plan = AgreeAlgorithm.Hybrid.NAME.equals(algorithm) ? overGraph() : led();
    check(plan.brokenProcessBound().isEmpty(), plan.brokenProcessBound());
    return plan;
  }

  private AgreePlan led() {
    onlyOverGraph("--graph", graph);
    onlyOverGraph("--objects", objects);
    onlyOverGraph("--coin", coin);
    AgreeAlgorithm runs =
        AgreeAlgorithm.led().stream()
            .filter(each -> each.commandName().equals(algorithm))
            .findFirst()
            .orElseThrow();
    boolean toleratesByzantine = runs instanceof AgreeAlgorithm.Byzantine;
    checkByzantine(toleratesByzantine);
    int most = toleratesByzantine ? BYZANTINE_PROCESSES_MAX : processesMax();
    int processCount = number("--processes", processes, 3, 1, most);
    int memoryCount = number("--memories", memories, runs.usesMemories() ? 3 : 0, 0, COUNT_MAX);
    check(
        memoryCount > 0 || !runs.usesMemories() || runs.countsProcesses(),
        String.format("--memories: %s needs at least one memory", algorithm));
    return plan(runs, processCount, memoryCount, seed());
  }

  /** Hybrid Ben-Or: as many processes and memories as the graph has nodes. */
  private AgreePlan overGraph() {
    checkByzantine(false);
    int most = graph != null && backend() == SIM ? NODES_MAX : processesMax();
    Neighbourhoods shared;
    if (graph == null) {
      shared = Neighbourhoods.complete(number("--processes", processes, 3, 1, most));
    } else {
      shared = GraphOption.read(graph);
      int nodes = shared.processes();
      check(
          nodes <= most,
          String.format("--graph: %,d nodes are too many; at most %,d are possible", nodes, most));
      check(
          number("--processes", processes, nodes, 1, most) == nodes,
          String.format("--processes %s: the graph has %,d nodes", processes, nodes));
    }
    int count = shared.processes();
    check(
        number("--memories", memories, count, 0, NODES_MAX) == count,
        String.format(
            "--memories %s: %s has one memory per process, %,d", memories, algorithm, count));
    long chosenSeed = seed();
    HybridInstance instance =
        HybridInstance.of(Instance.of(1), shared)
            .with(
                choice("--objects", objects, "cas", "registers") == 0
                    ? ConsensusObjects.COMPARE_AND_SWAP
                    : ConsensusObjects.REGISTERS)
            .with(
                choice("--coin", coin, "shared", "local") == 0
                    ? HybridCoin.shared(chosenSeed)
                    : HybridCoin.LOCAL);
    return plan(new AgreeAlgorithm.Hybrid(shared, instance), count, count, chosenSeed);
  }

  private AgreePlan plan(AgreeAlgorithm runs, int processCount, int memoryCount, long chosenSeed) {
    return new AgreePlan(
        runs,
        backend(),
        processCount,
        memoryCount,
        proposals(processCount, runs.valueBytes()),
        priorities(runs, processCount),
        behaviours(processCount),
        crashes("--crash-process", "process", "processes", processCrashes, processCount),
        crashes("--crash-memory", "memory", "memories", memoryCrashes, memoryCount),
        chosenSeed);
  }

  private void checkByzantine(boolean tolerated) {
    check(
        byzantine.isEmpty() || tolerated,
        String.format(
            "--byzantine: %s tolerates crashes only; no behaviour is available", algorithm));
  }

  private void onlyOverGraph(String option, @Nullable String given) {
    check(
        given == null,
        String.format("%s is for %s, not for %s", option, AgreeAlgorithm.Hybrid.NAME, algorithm));
  }

  private int processesMax() {
    return backend() == SIM ? COUNT_MAX : LOCAL_PROCESSES_MAX;
  }

  /** Which of the known words was given: its index, 0 by default. */
  private static int choice(String option, @Nullable String given, String... known) {
    int index = given == null ? 0 : Arrays.asList(known).indexOf(given);
    check(
        index >= 0, String.format("%s %s: known are %s", option, given, String.join(", ", known)));
    return index;
  }

  private AgreePlan.Backend backend() {
    if (backend == null) {
      return SIM;
    }
    List<AgreePlan.Backend> known = List.of(AgreePlan.Backend.values());
    return known.stream()
        .filter(each -> AgreeText.name(each).equals(backend))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    String.format(
                        "unknown backend %s; known: %s",
                        backend,
                        known.stream().map(AgreeText::name).collect(Collectors.joining(", ")))));
  }

  private Latency latency() {
    if (latency == null) {
      return Latency.ONE_DELAY;
    }
    check(backend() == SIM, "--latency: only the simulator can choose it");
    return switch (latency) {
      case "constant" -> Latency.ONE_DELAY;
      case "uniform" -> Latency.uniform(Clock.DELAY_NANOS / 2, Clock.DELAY_NANOS * 3 / 2);
      case "heavy-tailed" -> Latency.heavyTailed(Clock.DELAY_NANOS);
      default ->
          throw new BadInputException(
              "unknown latency " + latency + "; known: constant, uniform, heavy-tailed");
    };
  }

  private Duration timeout() {
    check(
        timeout == null || backend() != SIM,
        "--timeout: the simulator's time is virtual; it ends a run by itself");
    return Duration.ofSeconds(number("--timeout", timeout, 10, 1, TIMEOUT_SECONDS_MAX));
  }

  private long seed() {
    if (seed == null) {
      // Short enough to be typed.
      return new SplittableRandom().nextInt(1_000_000);
    }
    try {
      return Long.parseLong(seed);
    } catch (NumberFormatException e) {
      throw new BadInputException("--seed is a whole number of 64 bits, not " + seed);
    }
  }

  private List<Value> proposals(int processCount, int valueBytes) {
    if (propose == null) {
      return IntStream.rangeClosed(1, processCount).mapToObj(p -> Value.of("v" + p)).toList();
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

  private List<Integer> priorities(AgreeAlgorithm runs, int processCount) {
    if (priorities == null) {
      return List.of();
    }
    check(
        runs.commandName().equals("preferential-paxos"),
        String.format("--priorities: %s knows none", runs.commandName()));
    List<Integer> all =
        Arrays.stream(priorities.split(",", -1))
            .map(each -> number("--priorities", each, 0, 0, PRIORITY_MAX))
            .toList();
    check(
        all.size() <= processCount,
        String.format("--priorities: %,d for %,d processes", all.size(), processCount));
    return all;
  }

  private NavigableMap<Integer, AgreeBehaviour> behaviours(int processCount) {
    List<AgreeBehaviour> known = AgreeBehaviour.all();
    NavigableMap<Integer, AgreeBehaviour> behaviours = new TreeMap<>();
    for (String given : byzantine) {
      int colon = given.indexOf(':');
      check(
          colon > 0,
          String.format(
              "--byzantine is a process and a behaviour, such as 3:silent, not %s", given));
      int process = number("--byzantine", given.substring(0, colon), 0, 1, processCount);
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

  private static int number(
      String option, @Nullable String given, int byDefault, int min, int max) {
    if (given == null) {
      return byDefault;
    }
    // Nine digits fit an int.
    int number = NUMBER.matcher(given).matches() ? Integer.parseInt(given) : -1;
    check(
        number >= min && number <= max,
        String.format("%s is a number from %,d to %,d, not %s", option, min, max, given));
    return number;
  }

  /** The command that runs the same again. */
  private String repeat(long chosenSeed) {
    List<String> words = new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
    if (seed == null) {
      words.add("--seed");
      words.add(Long.toString(chosenSeed));
    }
    String command =
        words.stream().map(AgreeCommand::quoted).collect(Collectors.joining(" ", NAME + " ", ""));
    return command.length() <= REPEAT_CHARS_MAX && !CONTROL.matcher(command).find()
        ? command
        : "the same, with --seed " + chosenSeed;
  }

  /** A word as a shell reads it. */
  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new BadInputException(otherwise);
    }
  }
}
