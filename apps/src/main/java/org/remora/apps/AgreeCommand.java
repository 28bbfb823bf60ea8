package org.remora.apps;

import static org.remora.apps.WorldOptions.check;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.remora.crash.ConsensusObjects;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  private static final int TIMEOUT_SECONDS_DEFAULT = 10;
  private static final int TIMEOUT_SECONDS_MAX = 3_600;
  private static final int PROCESSES_DEFAULT = 3;
  private static final int MEMORIES_DEFAULT = 3;
  private static final AgreePlan.Backend SIM = AgreePlan.Backend.SIM;

  @Spec private CommandSpec spec;

  @Mixin private WorldOptions world;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description =
          "Where it runs: sim, the simulator, in virtual time (the default); or in real time,"
              + " with processes that are threads of this JVM: local, memories of this JVM; socket,"
              + " memories behind sockets on loopback; verbs, memories behind an RDMA card.")
  private @Nullable String backend;

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "An address of the RDMA card, for verbs; remora devices lists them.")
  private @Nullable String address;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait for the decision in real time; 10 by default.")
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
    AgreePlan plan = plan(world, backend());
    Latency latencies = latency();
    Duration patience = timeout();
    @Nullable InetAddress card = card(plan);
    check(trace == null || plan.backend() == SIM, "--trace: traces are of the simulator only");
    AgreeReport report =
        plan.backend() == SIM
            ? simulate(plan, latencies)
            : RunningAgreement.run(plan, patience, card);
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

  /** What the options ask for. */
  static AgreePlan plan(WorldOptions world, AgreePlan.Backend backend) {
    String algorithm = world.algorithm();
    boolean simulated = backend == SIM;
    check(
        !world.anyByzantine() || world.smallest() instanceof AgreeAlgorithm.Byzantine,
        String.format(
            "--byzantine: %s tolerates crashes only; no behaviour is available", algorithm));
    @Nullable Neighbourhoods given = world.graph(simulated);
    @Nullable ConsensusObjects objects = world.objects();
    @Nullable Boolean sharedCoin = world.sharedCoin();
    @Nullable Integer wanted = world.processes(simulated);
    int count = given != null ? given.processes() : wanted != null ? wanted : PROCESSES_DEFAULT;
    @Nullable Long givenSeed = world.seed();
    // Short enough to be typed.
    long seed = givenSeed == null ? new SplittableRandom().nextInt(1_000_000) : givenSeed;
    AgreeAlgorithm runs =
        world.isHybrid()
            ? HybridDraw.algorithm(
                given == null ? Neighbourhoods.complete(count) : given,
                objects == null ? ConsensusObjects.COMPARE_AND_SWAP : objects,
                sharedCoin == null || sharedCoin,
                seed)
            : AgreeAlgorithm.led(algorithm, count);
    @Nullable Integer givenMemories = world.memories(count);
    int memories =
        givenMemories != null ? givenMemories : runs.usesMemories() ? MEMORIES_DEFAULT : 0;
    @Nullable List<Value> proposals = world.proposals(count, runs.valueBytes());
    @Nullable List<Integer> priorities = world.priorities(count);
    AgreePlan plan =
        new AgreePlan(
            runs,
            backend,
            count,
            memories,
            proposals == null ? WorldOptions.numbered(count) : proposals,
            priorities == null ? List.of() : priorities,
            world.byzantine(count),
            world.processCrashes(count),
            world.memoryCrashes(memories),
            seed);
    check(plan.brokenProcessBound().isEmpty(), plan.brokenProcessBound());
    return plan;
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

  private @Nullable InetAddress card(AgreePlan plan) {
    String given = address;
    boolean verbs = plan.backend() == AgreePlan.Backend.VERBS;
    check(verbs || given == null, "--address: only --backend verbs has a card");
    if (given == null) {
      check(!verbs, "--backend verbs needs the --address of an RDMA card; see remora devices");
      return null;
    }
    try {
      return InetAddress.getByName(given);
    } catch (UnknownHostException e) {
      throw new BadInputException("--address: no address: " + address);
    }
  }

  private Latency latency() {
    @Nullable LatencyKind kind = world.latency();
    check(kind == null || backend() == SIM, "--latency: only the simulator can choose it");
    return (kind == null ? LatencyKind.CONSTANT : kind).latency();
  }

  private Duration timeout() {
    check(
        timeout == null || backend() != SIM,
        "--timeout: the simulator's time is virtual; it ends a run by itself");
    return Duration.ofSeconds(
        timeout == null
            ? TIMEOUT_SECONDS_DEFAULT
            : WorldOptions.number("--timeout", timeout, 1, TIMEOUT_SECONDS_MAX));
  }

  /** The command that runs the same again. */
  private String repeat(long chosenSeed) {
    List<String> words = new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
    if (world.seed() == null) {
      words.add("--seed");
      words.add(Long.toString(chosenSeed));
    }
    return CommandLineText.of(words).orElse("the same, with --seed " + chosenSeed);
  }
}
