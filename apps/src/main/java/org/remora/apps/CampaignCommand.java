package org.remora.apps;

import static org.remora.apps.WorldOptions.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora campaign} command: seeds without end over everything. */
@Command(
    name = "campaign",
    description = {
      "Runs random executions of every algorithm, in many sizes and with every adversary, for hours,"
          + " and sums them up. It may be stopped at any time, and goes on from its state file.",
      ""
    },
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if all properties held in every run so far, 1 if not, 2 for bad usage or bad",
      "input.",
      "",
      "Examples:",
      "  A night's worth, and on from there the next night:",
      "    remora campaign --hours 8 --state campaign.json",
      "  What it has found so far:",
      "    remora campaign --hours 0 --state campaign.json",
    })
final class CampaignCommand implements Callable<Integer> {
  private static final Pattern HOURS = Pattern.compile("\\d{1,5}(\\.\\d{1,6})?");
  private static final int RUNS_MAX = 999_999_999;

  @Spec private CommandSpec spec;

  @Option(
      names = "--hours",
      paramLabel = "H",
      description = "Stops after H hours, 0.5 say; by default after 1, unless --runs says when.")
  private @Nullable String hours;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "Stops when every configuration has run N seeds, those of earlier runs included.")
  private @Nullable String runs;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description =
          "Keeps in FILE how far it has come, and goes on from there; made if it is not there.")
  private @Nullable Path file;

  @Option(
      names = "--algorithm",
      paramLabel = "NAME",
      description = "Only this algorithm; may be given for several. By default all nine.")
  private List<String> algorithms = new ArrayList<>();

  @Option(
      names = "--mutation",
      paramLabel = "NAME",
      description = "Breaks a rule of safety, which the campaign must notice; see check.")
  private @Nullable String mutation;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The first seed of configurations that have not run yet; 1 by default.")
  private long seed = 1;

  @Option(names = "--json", description = "Prints the summary as one JSON object.")
  private boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Prints this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at it
  private boolean help;

  CampaignCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    long nanos = nanos();
    long runsMax = runs == null ? Long.MAX_VALUE : WorldOptions.number("--runs", runs, 1, RUNS_MAX);
    Map<String, Hunt> hunts = hunts();
    CampaignState state = file == null ? new CampaignState() : CampaignState.read(file);
    long begin = System.nanoTime();
    new Campaign(
            hunts,
            state,
            file,
            seed,
            runsMax,
            begin + nanos,
            now -> progress(now, System.nanoTime() - begin))
        .run(Runtime.getRuntime().availableProcessors());
    PrintWriter out = spec.commandLine().getOut();
    CampaignSummary summary = CampaignSummary.of(state);
    out.print(json ? summary.json() : summary.text());
    return summary.violations() == 0 ? Main.HOLDS : Main.FAILS;
  }

  /** What to run, by the options that say so. */
  private Map<String, Hunt> hunts() {
    List<String> known = AgreeAlgorithm.names();
    for (String algorithm : algorithms) {
      check(
          known.contains(algorithm),
          "unknown algorithm " + algorithm + "; known: " + String.join(", ", known));
    }
    // What is wrong with an option is said before anything runs.
    Map<String, Hunt> hunts = new LinkedHashMap<>();
    for (String algorithm : algorithms.isEmpty() ? known : algorithms) {
      for (String options : CampaignConfigurations.of(algorithm)) {
        String all = mutation == null ? options : options + " --mutation " + mutation;
        hunts.put(all, HuntOptions.parse(Evidence.words(all)).hunt());
      }
    }
    return hunts;
  }

  private long nanos() {
    if (hours == null) {
      return TimeUnit.HOURS.toNanos(runs == null ? 1 : 1_000_000);
    }
    check(HOURS.matcher(hours).matches(), "--hours is a number such as 8 or 0.5, not " + hours);
    return new BigDecimal(hours)
        .multiply(BigDecimal.valueOf(TimeUnit.HOURS.toNanos(1)))
        .longValue();
  }

  private void progress(CampaignState state, long nanos) {
    long done = 0;
    long violations = 0;
    for (Map.Entry<String, CampaignState.Progress> each : state.configurations().entrySet()) {
      done += each.getValue().sum().runs();
      violations += each.getValue().violations();
    }
    Terminal.progress(
        spec.commandLine().getErr(),
        "%,d runs, %,d violations, %d:%02d h  ",
        done,
        violations,
        TimeUnit.NANOSECONDS.toHours(nanos),
        TimeUnit.NANOSECONDS.toMinutes(nanos) % 60);
  }
}
