package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Mutation;
import org.remora.memory.Clock;
import org.remora.memory.RegionTable;
import org.remora.sim.SpaceTimeDiagram;
import org.remora.sim.TraceEvent;
import org.remora.sim.explore.Counterexample;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Progress;
import org.remora.sim.explore.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora check} command: looks for an execution in which an algorithm goes wrong. */
@Command(
    name = "check",
    description = "Looks for an execution in which an algorithm goes wrong.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if nothing is wrong, 1 if something is, 2 for bad usage or bad input.",
      "",
      "Examples:",
      "  Every execution of a small world:",
      "    remora check --algorithm protected-memory-paxos --exhaustive --memories 3",
      "  A rule of safety broken, found, and drawn:",
      "    remora check --algorithm disk-paxos --exhaustive --mutation skip-final-read --trace x.svg",
      "  Random executions with crashes, slow memories and changing leaders:",
      "    remora check --algorithm aligned-paxos --runs 10000 --seed 1",
    })
final class CheckCommand implements Callable<Integer> {
  private static final int RUNS_DEFAULT = 1_000;

  @Spec private CommandSpec spec;

  @Option(names = "--algorithm", paramLabel = "NAME", description = "The algorithm; see agree.")
  private @Nullable String algorithm;

  @Option(
      names = "--exhaustive",
      description =
          "Explores every execution of a small world in which two processes propose: all orders of"
              + " all events, and with that every crash of processes and memories.")
  private boolean exhaustive;

  @Option(
      names = "--depth",
      paramLabel = "D",
      description = "With --exhaustive: executions of at most D events; unbounded by default.")
  private int depth;

  @Option(
      names = "--retries",
      paramLabel = "R",
      description = "With --exhaustive: timers that expire at each process; 0 by default.")
  private int retries;

  @Option(
      names = "--processes",
      paramLabel = "N",
      description = "With --exhaustive: the number of processes, 1 to 4; 2 by default.")
  private int processes = 2;

  @Option(
      names = "--memories",
      paramLabel = "M",
      description = "With --exhaustive: the number of memories, 0 to 5; by default 1, for paxos 0.")
  private int memories = -1;

  @Option(
      names = "--ignore-permissions",
      description = "The memories let every access through: the lower bound, shown.")
  private boolean ignorePermissions;

  @Option(
      names = "--replay",
      paramLabel = "SCHEDULE",
      description = "With --exhaustive: just the execution that a counterexample names.")
  private @Nullable String replay;

  @Option(
      names = "--trace",
      paramLabel = "FILE.svg",
      description = "With --exhaustive: draws the counterexample as a space-time diagram.")
  private @Nullable Path trace;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "So many random executions; 1,000 by default, unless --exhaustive.")
  private int runs;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The seed of the first random execution, the next has the next; 1 by default.")
  private long seed = 1;

  @Option(
      names = "--mutation",
      paramLabel = "NAME",
      description = "Breaks a rule of safety, which must be found: skip-phase-1, ..")
  private @Nullable String mutation;

  @Option(
      names = "--memory-limit",
      paramLabel = "MIB",
      description = "With --exhaustive: the most that the table of states takes; 512 by default.")
  private int memoryLimit = 512;

  @Option(names = "--json", description = "Prints the report as one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  CheckCommand() {}

  @Override
  public Integer call() throws IOException {
    CrashAlgorithm runsThis = algorithm();
    Mutation broken = mutation();
    require(!exhaustive || runs == 0, "--runs does not go with --exhaustive");
    require(depth >= 0 && depth <= Short.MAX_VALUE, "--depth is a number from 1 to 32,767");
    require(retries >= 0 && retries <= 4, "--retries is a number from 0 to 4");
    require(processes >= 1 && processes <= 4, "--processes is a number from 1 to 4");
    require(memories >= -1 && memories <= 5, "--memories is a number from 0 to 5");
    require(runs >= 0, "--runs is a positive number");
    require(memoryLimit >= 1, "--memory-limit is a positive number of MiB");
    require(
        exhaustive || (replay == null && trace == null && depth == 0),
        "--replay, --trace and --depth need --exhaustive");
    require(
        !ignorePermissions || broken == null, "--ignore-permissions does not go with --mutation");
    return exhaustive ? explore(runsThis, broken) : sample(runsThis, broken);
  }

  private int explore(CrashAlgorithm explored, @Nullable Mutation broken) throws IOException {
    int memoryCount = memories >= 0 ? memories : explored.usesMemories() ? 1 : 0;
    require(
        memoryCount > 0 || !explored.usesMemories() || explored.countsProcesses(),
        explored.commandName() + " needs at least one memory");
    Explorer explorer =
        Rivals.explorer(explored, processes, memoryCount, broken)
            .expiriesMax(retries)
            .bytesMax((long) memoryLimit << 20)
            .progress(this::progress);
    if (broken != null || ignorePermissions) {
      // What is hunted is soon found, and with one worker it is the same each time.
      explorer.workers(1);
    }
    if (ignorePermissions) {
      explorer.enforcement(RegionTable.Enforcement.IGNORED);
    }
    if (depth > 0) {
      explorer.depthMax(depth);
    }
    if (replay != null) {
      Counterexample again = replay(explorer, replay);
      draw(again, memoryCount);
      out()
          .println(
              again.property().isEmpty() ? "nothing is wrong" : again.property() + " is broken");
      print(again);
      return again.property().isEmpty() ? Main.HOLDS : Main.FAILS;
    }
    Report report = explorer.run();
    Optional<Counterexample> violation = report.violation();
    if (violation.isPresent()) {
      draw(violation.get(), memoryCount);
    }
    // A world in which nothing happens proves nothing, unless it was cut off.
    boolean vacuous = report.exhausted() && !report.neverSeen().isEmpty();
    if (json) {
      out().print(json(explored, memoryCount, report));
    } else {
      print(explored, memoryCount, report);
    }
    return violation.isPresent() || vacuous ? Main.FAILS : Main.HOLDS;
  }

  private static Counterexample replay(Explorer explorer, String schedule) {
    try {
      return explorer.replay(schedule);
    } catch (IllegalArgumentException e) {
      throw new BadInputException("--replay: " + e.getMessage());
    }
  }

  private void print(CrashAlgorithm explored, int memoryCount, Report report) {
    out()
        .printf(
            "%s, %d processes, %d memories, %d retries: %,d states, %,d transitions, %s, %.1f s%n",
            explored.commandName(),
            processes,
            memoryCount,
            retries,
            report.states(),
            report.transitions(),
            report.exhausted() ? "exhausted" : "not exhausted",
            report.nanos() / 1e9);
    if (report.violation().isPresent()) {
      Counterexample found = report.violation().get();
      out()
          .println(found.property() + " is broken; again with --replay '" + found.schedule() + "'");
      print(found);
    } else {
      out().println("no violation");
      report.neverSeen().forEach(name -> out().println("never seen: " + name));
    }
  }

  private void print(Counterexample example) {
    for (TraceEvent event : example.trace()) {
      boolean message =
          event.kind() == TraceEvent.Kind.SEND || event.kind() == TraceEvent.Kind.RECEIVE;
      String between =
          (event.process() > 0 ? "p" + event.process() : "")
              + (event.peer() > 0 ? (message ? " > p" : " m") + event.peer() : "");
      out()
          .printf(
              "  %3d  %-7s  %-13s  %s%s%n",
              event.nanos() / Clock.DELAY_NANOS,
              between.strip(),
              event.kind().name().toLowerCase(Locale.ROOT).replace('_', ' '),
              event.text(),
              event.outcome().isEmpty() ? "" : "  → " + event.outcome());
    }
  }

  private String json(CrashAlgorithm explored, int memoryCount, Report report) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
      object.writeStartObject();
      object.writeStringField("algorithm", explored.commandName());
      object.writeStringField("mutation", mutation);
      object.writeNumberField("processes", processes);
      object.writeNumberField("memories", memoryCount);
      object.writeNumberField("retries", retries);
      object.writeNumberField("states", report.states());
      object.writeNumberField("transitions", report.transitions());
      object.writeBooleanField("exhausted", report.exhausted());
      object.writeNumberField("violations", report.violation().isPresent() ? 1 : 0);
      object.writeStringField(
          "property", report.violation().map(Counterexample::property).orElse(null));
      object.writeStringField(
          "schedule", report.violation().map(Counterexample::schedule).orElse(null));
      object.writeNumberField("seconds", Math.round(report.nanos() / 1e6) / 1e3);
      object.writeEndObject();
    }
    return text.append('\n').toString();
  }

  private int sample(CrashAlgorithm sampled, @Nullable Mutation broken) throws IOException {
    long begin = System.nanoTime();
    int count = runs == 0 ? RUNS_DEFAULT : runs;
    String violation = "";
    long at = seed;
    int done = 0;
    for (; done < count && violation.isEmpty(); done++) {
      at = seed + done;
      violation = violation(Scenario.random(sampled, at), broken);
    }
    double seconds = Math.round((System.nanoTime() - begin) / 1e6) / 1e3;
    if (json) {
      StringWriter text = new StringWriter();
      try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
        object.writeStartObject();
        object.writeStringField("algorithm", sampled.commandName());
        object.writeStringField("mutation", mutation);
        object.writeNumberField("runs", done);
        object.writeNumberField("violations", violation.isEmpty() ? 0 : 1);
        object.writeStringField("property", violation.isEmpty() ? null : violation);
        if (violation.isEmpty()) {
          object.writeNullField("seed");
        } else {
          object.writeNumberField("seed", at);
        }
        object.writeNumberField("seconds", seconds);
        object.writeEndObject();
      }
      out().print(text.append('\n'));
    } else {
      out().printf("%s: %,d random executions, %.1f s%n", sampled.commandName(), done, seconds);
      out()
          .println(
              violation.isEmpty()
                  ? "no violation"
                  : violation + "; again with --runs 1 --seed " + at);
    }
    return violation.isEmpty() ? Main.HOLDS : Main.FAILS;
  }

  /** What is wrong with an execution; of one that is meant to go wrong, only what is unsafe. */
  private String violation(Scenario scenario, @Nullable Mutation broken) {
    if (broken == null && !ignorePermissions) {
      return Execution.of(scenario).violation();
    }
    Execution execution =
        broken == null
            ? Execution.overIgnoredPermissions(scenario)
            : Execution.ofMutant(scenario, broken);
    return execution.agreement() && execution.validity()
        ? ""
        : "disagreement or invalid decision " + execution.decisions();
  }

  private void draw(Counterexample example, int memoryCount) throws IOException {
    if (trace != null) {
      Files.writeString(
          trace,
          SpaceTimeDiagram.render(example.property(), processes, memoryCount, example.trace()));
    }
  }

  private void progress(Progress progress) {
    if (Boolean.getBoolean("remora.terminal")) {
      spec.commandLine()
          .getErr()
          .printf(
              "\r%,d states, %,.0f a second, %.1f %%  ",
              progress.states(), progress.rate(), 100 * progress.explored());
      spec.commandLine().getErr().flush();
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private CrashAlgorithm algorithm() {
    String known =
        Arrays.stream(CrashAlgorithm.values())
            .map(CrashAlgorithm::commandName)
            .collect(Collectors.joining(", "));
    require(algorithm != null, "--algorithm is needed; known: " + known);
    return Arrays.stream(CrashAlgorithm.values())
        .filter(each -> each.commandName().equals(algorithm))
        .findFirst()
        .orElseThrow(
            () -> new BadInputException("unknown algorithm " + algorithm + "; known: " + known));
  }

  private @Nullable Mutation mutation() {
    if (mutation == null) {
      return null;
    }
    String known =
        Arrays.stream(Mutation.values()).map(CheckCommand::name).collect(Collectors.joining(", "));
    return Arrays.stream(Mutation.values())
        .filter(each -> name(each).equals(mutation))
        .findFirst()
        .orElseThrow(
            () -> new BadInputException("unknown mutation " + mutation + "; known: " + known));
  }

  private static String name(Mutation mutation) {
    return mutation.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new BadInputException(otherwise);
    }
  }
}
