package org.remora.apps;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.remora.crash.CrashAlgorithm;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import org.remora.sim.explore.Report;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora table} command: what each algorithm tolerates and costs, measured. */
@Command(
    name = "table",
    description =
        "Measures, by running them, how many crashes every algorithm survives and how many delays"
            + " it takes.",
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if every run agrees and none that survives ends without a decision, 1 if not."
    })
final class TableCommand implements Callable<Integer> {
  private static final int PROCESSES = 3;
  private static final int MEMORIES = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--evidence",
      description = "Names the runs behind every cell, each as a command that repeats it.")
  private boolean evidence;

  @Option(names = "--seed", paramLabel = "S", description = "The seed of the runs; 1 by default.")
  private long seed = 1;

  @Option(names = "--json", description = "Prints the table as one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  TableCommand() {}

  /**
   * The most crashes of a kind that a world survives wherever they hit, and the fewest that not.
   */
  private record Tolerance(int survived, int refused, String survives, String stuck) {}

  /** One row, every cell of it measured. */
  private record Row(
      CrashAlgorithm algorithm,
      int memories,
      Tolerance processes,
      Tolerance memoryCrashes,
      BigDecimal delays,
      long operations,
      Report exploration,
      boolean agrees) {}

  @Override
  public Integer call() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (CrashAlgorithm algorithm : CrashAlgorithm.values()) {
      rows.add(measure(algorithm));
    }
    if (json) {
      spec.commandLine().getOut().print(json(rows));
    } else {
      print(rows);
    }
    return rows.stream().allMatch(Row::agrees) ? Main.HOLDS : Main.FAILS;
  }

  private Row measure(CrashAlgorithm algorithm) {
    int memories = algorithm.usesMemories() ? MEMORIES : 0;
    boolean[] agrees = {true};
    AgreeReport common = run(algorithm, memories, List.of(), List.of());
    agrees[0] &= common.holds();
    Tolerance processes = tolerance(algorithm, memories, true, agrees);
    Tolerance memoryCrashes = tolerance(algorithm, memories, false, agrees);
    Report exploration =
        Rivals.explorer(algorithm, 2, algorithm.usesMemories() ? 1 : 0, null).run();
    agrees[0] &= exploration.exhausted() && exploration.violation().isEmpty();
    return new Row(
        algorithm,
        memories,
        processes,
        memoryCrashes,
        delays(common.firstNanos()),
        common.costs().memoryReads() + common.costs().memoryWrites() + common.costs().messages(),
        exploration,
        agrees[0]);
  }

  /** Crashes more and more of one kind, every set of them, until some run ends undecided. */
  private Tolerance tolerance(
      CrashAlgorithm algorithm, int memories, boolean ofProcesses, boolean[] agrees) {
    int count = ofProcesses ? PROCESSES : memories;
    int crashesMax = ofProcesses ? count - 1 : count;
    String survives = "";
    for (int crashes = 1; crashes <= crashesMax; crashes++) {
      for (List<Integer> victims : subsets(count, crashes)) {
        AgreeReport report =
            ofProcesses
                ? run(algorithm, memories, victims, List.of())
                : run(algorithm, memories, List.of(), victims);
        agrees[0] &= report.agreement() && report.validity();
        String command = command(report.plan());
        if (!report.termination()) {
          return new Tolerance(crashes - 1, crashes, survives, command);
        }
        survives = command;
      }
    }
    return new Tolerance(crashesMax, 0, survives, "");
  }

  private AgreeReport run(
      CrashAlgorithm algorithm, int memories, List<Integer> processes, List<Integer> crashed) {
    TreeMap<Integer, Long> processCrashes = new TreeMap<>();
    processes.forEach(p -> processCrashes.put(p, 0L));
    TreeMap<Integer, Long> memoryCrashes = new TreeMap<>();
    crashed.forEach(m -> memoryCrashes.put(m, 0L));
    List<Value> proposals =
        IntStream.rangeClosed(1, PROCESSES).mapToObj(p -> Value.of("v" + p)).toList();
    AgreePlan plan =
        new AgreePlan(
            new AgreeAlgorithm.Crash(algorithm),
            AgreePlan.Backend.SIM,
            PROCESSES,
            memories,
            proposals,
            List.of(),
            new TreeMap<>(),
            processCrashes,
            memoryCrashes,
            seed);
    return SimAgreement.run(plan, Latency.ONE_DELAY, null);
  }

  private static List<List<Integer>> subsets(int count, int size) {
    List<List<Integer>> subsets = new ArrayList<>();
    for (int bits = 0; bits < 1 << count; bits++) {
      int chosen = bits;
      if (Integer.bitCount(bits) == size) {
        subsets.add(
            IntStream.rangeClosed(1, count)
                .filter(i -> (chosen & 1 << (i - 1)) != 0)
                .boxed()
                .toList());
      }
    }
    return subsets;
  }

  private static String command(AgreePlan plan) {
    StringBuilder command =
        new StringBuilder("remora agree --algorithm ")
            .append(plan.algorithm().commandName())
            .append(" --processes ")
            .append(plan.processes())
            .append(" --memories ")
            .append(plan.memories());
    plan.processCrashes()
        .keySet()
        .forEach(p -> command.append(" --crash-process ").append(p).append("@0"));
    plan.memoryCrashes()
        .keySet()
        .forEach(m -> command.append(" --crash-memory ").append(m).append("@0"));
    return command.append(" --seed ").append(plan.seed()).toString();
  }

  private static BigDecimal delays(long nanos) {
    return BigDecimal.valueOf(nanos)
        .divide(BigDecimal.valueOf(Clock.DELAY_NANOS))
        .stripTrailingZeros();
  }

  private void print(List<Row> rows) {
    var out = spec.commandLine().getOut();
    out.printf(
        "%-23s %9s %8s  %-17s %-17s %7s %16s%n",
        "algorithm",
        "processes",
        "memories",
        "process crashes",
        "memory crashes",
        "delays",
        "states explored");
    for (Row row : rows) {
      out.printf(
          "%-23s %9d %8d  %-17s %-17s %7s %,16d%n",
          row.algorithm.commandName(),
          PROCESSES,
          row.memories,
          cell(row.processes),
          row.memories == 0 ? "–" : cell(row.memoryCrashes),
          row.delays.toPlainString(),
          row.exploration.states());
      if (evidence) {
        evidence("survives", row.processes.survives);
        evidence("stuck", row.processes.stuck);
        evidence("survives", row.memoryCrashes.survives);
        evidence("stuck", row.memoryCrashes.stuck);
        evidence(
            "every execution",
            "remora check --algorithm " + row.algorithm.commandName() + " --exhaustive");
      }
      if (!row.agrees) {
        out.println("    does not hold what it must");
      }
    }
  }

  private static String cell(Tolerance tolerance) {
    return tolerance.survived
        + (tolerance.refused == 0 ? ", none refused" : ", not " + tolerance.refused);
  }

  private void evidence(String what, String command) {
    if (!command.isEmpty()) {
      spec.commandLine().getOut().printf("    %s: %s%n", what, command);
    }
  }

  private String json(List<Row> rows) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator object = new JsonFactory().createGenerator(text)) {
      object.writeStartObject();
      object.writeNumberField("seed", seed);
      object.writeArrayFieldStart("rows");
      for (Row row : rows) {
        object.writeStartObject();
        object.writeStringField("algorithm", row.algorithm.commandName());
        object.writeNumberField("processes", PROCESSES);
        object.writeNumberField("memories", row.memories);
        tolerance(object, "processCrashes", row.processes);
        tolerance(object, "memoryCrashes", row.memoryCrashes);
        object.writeNumberField("delays", row.delays);
        object.writeNumberField("operations", row.operations);
        object.writeNumberField("statesExplored", row.exploration.states());
        object.writeBooleanField("exhausted", row.exploration.exhausted());
        object.writeBooleanField("holds", row.agrees);
        object.writeEndObject();
      }
      object.writeEndArray();
      object.writeEndObject();
    }
    return text.append('\n').toString();
  }

  private void tolerance(JsonGenerator object, String name, Tolerance tolerance)
      throws IOException {
    object.writeObjectFieldStart(name);
    object.writeNumberField("survived", tolerance.survived);
    if (tolerance.refused == 0) {
      object.writeNullField("refused");
    } else {
      object.writeNumberField("refused", tolerance.refused);
    }
    if (evidence) {
      object.writeStringField("survives", tolerance.survives);
      object.writeStringField("stuck", tolerance.stuck);
    }
    object.writeEndObject();
  }
}
