package org.remora.apps;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.remora.bench.Contender;
import org.remora.bench.Load;
import org.remora.bench.Peer;
import org.remora.bench.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The {@code remora bench} command: measures side by side. */
@Command(
    name = "bench",
    description =
        "Measures a replicated log of three replicas. log: side by side with others and with the"
            + " floors of this machine, each in a JVM of its own. failover: how long it takes until"
            + " another replica appends once the leader was killed.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "log: a closed loop of one client: as a command is done the next is submitted. Every row is"
          + " the median of the rounds.",
      "Exit code: 0 if all was measured and the replicas of every row agreed, 1 if not."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int OUTSTANDING_MAX = 4096;
  private static final int BYTES_MAX = 1 << 15;
  private static final int KILLS_MAX = 10_000;
  private static final int MISSES_MAX = 1_000;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "NAME", description = "What to measure: log or failover.")
  private String name = "";

  @Option(
      names = "--against",
      split = ",",
      paramLabel = "PEER",
      description =
          "Also measure microraft, jgroups-raft, aeron-cluster, sofajraft, ratis; or all of them.")
  private List<String> against = List.of();

  @Option(
      names = "--over",
      split = ",",
      paramLabel = "WAY",
      defaultValue = "local,unix,tcp",
      description =
          "log: where our memories are: in the replicas' JVM, or in JVMs of their own behind Unix"
              + " or TCP sockets (default ${DEFAULT-VALUE}).")
  private List<String> over = List.of();

  @Option(
      names = "--outstanding",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,64",
      description = "How many commands are under way together (default ${DEFAULT-VALUE}).")
  private List<Integer> outstanding = List.of();

  @Option(
      names = "--bytes",
      split = ",",
      paramLabel = "N",
      defaultValue = "64,1024",
      description = "The size of a command, at least 8 (default ${DEFAULT-VALUE}).")
  private List<Integer> bytes = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often everything is measured, each time anew (default ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long each JVM runs before it is measured (default ${DEFAULT-VALUE}).")
  private double warmUp;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "4",
      description = "How long each measurement takes (default ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = "Draws the medians and the throughputs.")
  private @Nullable Path plot;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "failover: how often the leader is killed (default ${DEFAULT-VALUE}).")
  private int kills;

  @Option(
      names = "--heartbeat-micros",
      paramLabel = "N",
      defaultValue = "1000",
      description = "failover: the period of the detector (default ${DEFAULT-VALUE}).")
  private int heartbeatMicros;

  @Option(
      names = "--misses",
      paramLabel = "N",
      defaultValue = "5",
      description =
          "failover: after so many periods a silent leader is replaced (default ${DEFAULT-VALUE}).")
  private int misses;

  @Option(
      names = "--unix",
      description = "failover: over Unix-domain sockets in place of TCP on loopback.")
  private boolean unix;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  BenchCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    if (name.equals("failover")) {
      return failover();
    }
    List<Contender> contenders = new ArrayList<>(Contender.floors());
    over.forEach(way -> contenders.add(LogSubjects.over(way)));
    Path directory = peersDirectory();
    peers(directory).forEach(peer -> contenders.add(peer.contender(directory)));
    BenchResult result = new BenchResult(contenders, measure(contenders));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(result.json());
    } else {
      out.print(result.text());
    }
    out.flush();
    Path file = plot;
    if (file != null) {
      PlanOutput.write(file, result.plot());
    }
    return result.isComplete() ? Main.HOLDS : Main.FAILS;
  }

  private int failover() throws IOException, InterruptedException {
    List<FailoverBench.Failover> failovers = new ArrayList<>();
    long terms;
    try (FailoverBench bench =
        new FailoverBench(new FailoverBench.Settings(unix, heartbeatMicros, misses))) {
      progress("starting");
      terms = bench.settle();
      for (int kill = 1; kill <= kills; kill++) {
        progress("kill " + kill + " of " + kills);
        failovers.add(bench.kill());
      }
    }
    progress("");
    FailoverReport report = new FailoverReport(failovers, terms);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      out.print(report.text());
    }
    out.flush();
    return Main.HOLDS;
  }

  private void check() {
    if (!name.equals("log") && !name.equals("failover")) {
      throw new BadInputException("unknown benchmark " + name + "; known: log, failover");
    }
    if (kills < 1 || kills > KILLS_MAX || misses < 1 || misses > MISSES_MAX) {
      throw new BadInputException(
          "--kills is in 1.." + KILLS_MAX + ", --misses in 1.." + MISSES_MAX);
    }
    if (heartbeatMicros < 100 || heartbeatMicros > 1_000_000) {
      throw new BadInputException("--heartbeat-micros is in 100..1000000");
    }
    if (outstanding.stream().anyMatch(n -> n < 1 || n > OUTSTANDING_MAX)) {
      throw new BadInputException("--outstanding is in 1.." + OUTSTANDING_MAX);
    }
    if (bytes.stream().anyMatch(n -> n < Long.BYTES || n > BYTES_MAX)) {
      throw new BadInputException("--bytes is in " + Long.BYTES + ".." + BYTES_MAX);
    }
    // Written so that NaN fails, too.
    if (rounds < 1 || !(seconds >= 0.1 && seconds <= 3600) || !(warmUp >= 0 && warmUp <= 3600)) {
      throw new BadInputException(
          "--rounds is at least 1, --seconds in 0.1..3600, --warm-up in 0..3600");
    }
  }

  /** Round after round, so that what disturbs the machine for a while disturbs all alike. */
  private List<List<Run>> measure(List<Contender> contenders)
      throws IOException, InterruptedException {
    Load load = new Load(outstanding, bytes, warmUp, seconds);
    List<List<Run>> runs = new ArrayList<>();
    contenders.forEach(contender -> runs.add(new ArrayList<>()));
    for (int round = 1; round <= rounds; round++) {
      for (int i = 0; i < contenders.size(); i++) {
        progress("round " + round + " of " + rounds + ": " + contenders.get(i).name());
        runs.get(i).add(Run.of(contenders.get(i), load));
      }
    }
    progress("");
    return runs;
  }

  private void progress(String what) {
    if (Boolean.getBoolean("remora.terminal")) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("\r\033[K" + what);
      err.flush();
    }
  }

  /** Where the script that starts this command has the peers' modules. */
  private static Path peersDirectory() {
    return Path.of(System.getProperty("remora.peers", "bench"));
  }

  private Set<Peer> peers(Path directory) {
    Set<Peer> peers = EnumSet.noneOf(Peer.class);
    for (String wanted : against) {
      if (wanted.equals("all")) {
        peers.addAll(EnumSet.allOf(Peer.class));
      } else {
        peers.add(
            Arrays.stream(Peer.values())
                .filter(peer -> peer.commandName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new BadInputException(unknown(wanted))));
      }
    }
    for (Peer peer : peers) {
      if (!peer.isBuilt(directory)) {
        throw new BadInputException(
            peer.commandName()
                + " is not built under "
                + directory
                + "; build the peers with ./mvnw -q -Ppeers -DskipTests package");
      }
    }
    return peers;
  }

  private static String unknown(String wanted) {
    return "unknown peer "
        + wanted
        + "; known: all, "
        + Arrays.stream(Peer.values()).map(Peer::commandName).collect(Collectors.joining(", "));
  }
}
