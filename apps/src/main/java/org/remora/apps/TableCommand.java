package org.remora.apps;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora table} command: what each algorithm tolerates and costs, measured. */
@Command(
    name = "table",
    description = {
      "Measures, by running them in the simulator, how many faults every algorithm survives, where"
          + " it stops, and how many delays it takes; and compares the ways to share memory. No cell"
          + " is known in advance: a bound is the formula that fits what was survived at several"
          + " sizes.",
      ""
    },
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if every algorithm does what it is claimed to, 1 if not, 2 for bad usage.",
    })
final class TableCommand implements Callable<Integer> {
  private static final int RUNS_DEFAULT = 200;
  private static final int RUNS_MAX = 1_000_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--evidence",
      description = "Names the runs behind every cell, each as a command that repeats it.")
  private boolean evidence;

  @Option(names = "--seed", paramLabel = "S", description = "The seed of the runs; 1 by default.")
  private long seed = 1;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "How many seeds every number of faults must be survived with, 200 by default; for"
              + " Byzantine faults a sixth.")
  private @Nullable String runs;

  @Option(names = "--json", description = "Prints the table as one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  TableCommand() {}

  @Override
  public Integer call() throws IOException {
    long begin = System.nanoTime();
    Laboratory lab =
        new Laboratory(
            seed, runs == null ? RUNS_DEFAULT : WorldOptions.number("--runs", runs, 1, RUNS_MAX));
    AtomicInteger done = new AtomicInteger();
    List<Claim> claims = Claim.all();
    List<Measurement> rows =
        claims.parallelStream()
            .map(
                claim -> {
                  Measurement row = Measurement.of(claim, lab);
                  Terminal.progress(
                      spec.commandLine().getErr(),
                      "%d of %d algorithms measured  ",
                      done.incrementAndGet(),
                      claims.size());
                  return row;
                })
            .toList();
    TableReport report =
        new TableReport(
            seed, rows, Column.of(rows, lab), (System.nanoTime() - begin) / 1e9, evidence);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? report.json() : report.text());
    return report.holds() ? Main.HOLDS : Main.FAILS;
  }
}
