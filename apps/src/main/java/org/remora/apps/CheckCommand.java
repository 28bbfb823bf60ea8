package org.remora.apps;

import static org.remora.apps.WorldOptions.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.remora.memory.RegionTable;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The {@code remora check} command: looks for an execution in which an algorithm goes wrong. */
@Command(
    name = "check",
    description = {
      "Looks for an execution in which an algorithm goes wrong: among random ones, one per seed, or"
          + " with --exhaustive among all of a small world. What is not given is drawn.",
      ""
    },
    sortOptions = false,
    sortSynopsis = false,
    usageHelpWidth = 100,
    footer = {
      "",
      "Exit code: 0 if nothing is wrong, 1 if something is, 2 for bad usage or bad input.",
      "",
      "Examples:",
      "  Random executions with crashes, slow memories and changing leaders:",
      "    remora check --algorithm aligned-paxos --runs 10000 --seed 1",
      "  Two Byzantine processes of five, one memory of three crashed:",
      "    remora check --algorithm fast-and-robust --processes 5 --faulty-processes 2 \\",
      "        --memories 3 --faulty-memories 1",
      "  One Byzantine process of two, with the check of the bound forced off:",
      "    remora check --algorithm robust-backup --processes 2 --mutation too-few-processes",
      "  Every execution of a small world:",
      "    remora check --algorithm protected-memory-paxos --exhaustive --memories 3",
      "  Every execution of the broadcast under a Byzantine sender:",
      "    remora check --algorithm robust-backup --exhaustive",
      "  A rule of safety broken, found, and drawn:",
      "    remora check --algorithm disk-paxos --exhaustive --mutation skip-final-read --trace x.svg",
    })
final class CheckCommand implements Callable<Integer> {
  private static final int RUNS_DEFAULT = 1_000;
  private static final int RUNS_MAX = 999_999_999;
  private static final int RETRIES_MAX = 4;

  @Spec private CommandSpec spec;

  @Mixin private HuntOptions options;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "So many random executions; 1,000 by default, unless --exhaustive.")
  private @Nullable String runs;

  @Option(
      names = "--exhaustive",
      description =
          "Explores every execution of a small world in which two processes propose: all orders of"
              + " all events, and with that every crash of processes and memories. 1 to 4"
              + " processes, by default 2; 0 to 5 memories, by default 1, for paxos 0."
              + " --crash-process P@0 leaves a process out from the start. Of Byzantine algorithms a"
              + " part is explored: the broadcast of robust-backup and what is adopted in"
              + " preferential-paxos, with process 1 Byzantine; cheap-quorum as a whole, with"
              + " --faulty-processes 0 or 1.")
  private boolean exhaustive;

  @Option(
      names = "--depth",
      paramLabel = "D",
      description = "With --exhaustive: executions of at most D events; unbounded by default.")
  private @Nullable String depth;

  @Option(
      names = "--retries",
      paramLabel = "R",
      description = "With --exhaustive: timers that expire at each process; 0 by default.")
  private @Nullable String retries;

  @Option(
      names = "--after",
      paramLabel = "SCHEDULE",
      description =
          "With --exhaustive: only the executions that begin so, in the words of a counterexample.")
  private @Nullable String after;

  @Option(
      names = "--memory-limit",
      paramLabel = "MIB",
      description = "With --exhaustive: the most that the table of states takes; 512 by default.")
  private @Nullable String memoryLimit;

  @Option(
      names = "--replay",
      paramLabel = "SCHEDULE",
      description = "Just the execution that a counterexample names.")
  private @Nullable String replay;

  @Option(
      names = "--trace",
      paramLabel = "FILE.svg",
      description = "Draws what goes wrong as a space-time diagram.")
  private @Nullable Path trace;

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
    return exhaustive ? explore() : sample();
  }

  private int sample() throws IOException {
    check(
        depth == null && retries == null && memoryLimit == null && after == null,
        "--depth, --retries, --after and --memory-limit need --exhaustive");
    Hunt hunt = options.hunt();
    Sampling sampling = new Sampling(hunt, spec.commandLine().getOut(), json, trace);
    if (replay != null) {
      check(runs == null, "--runs does not go with --replay");
      return sampling.replay(replay);
    }
    int count = number("--runs", runs, RUNS_DEFAULT, 1, RUNS_MAX);
    @Nullable Long seed = options.world().seed();
    return sampling.run(
        seed == null ? 1 : seed, count, done -> progress("%,d of %,d runs  ", done, count));
  }

  private int explore() throws IOException {
    check(runs == null, "--runs does not go with --exhaustive");
    List<String> useless = options.beyondExploration();
    check(
        useless.isEmpty(),
        String.join(", ", useless) + ": --exhaustive explores all that could happen instead");
    ExploredWorld world = ExploredWorld.of(options);
    check(
        world.boundsRetries() || retries == null,
        "--retries: where processes look again and again, any timer expires as often as it likes");
    int retryCount = number("--retries", retries, 0, 0, RETRIES_MAX);
    int mebibytes = number("--memory-limit", memoryLimit, 512, 1, 1 << 20);
    Explorer explorer = world.explorer(retryCount);
    explorer.bytesMax((long) mebibytes << 20).progress(this::progress);
    if (options.mutation() != null || options.ignoresPermissions()) {
      // What is hunted is soon found, and with one worker it is the same each time.
      explorer.workers(1);
    }
    if (options.ignoresPermissions()) {
      explorer.enforcement(RegionTable.Enforcement.IGNORED);
    }
    if (depth != null) {
      explorer.depthMax(WorldOptions.number("--depth", depth, 1, Short.MAX_VALUE));
    }
    Exploration exploration =
        new Exploration(
            world.name(),
            options.mutation(),
            world.processes(),
            world.memories(),
            world.boundsRetries() ? retryCount : null,
            spec.commandLine().getOut(),
            json,
            trace);
    if (after != null) {
      explorer.after(after);
    }
    return replay == null ? exploration.run(explorer) : exploration.replay(explorer, replay);
  }

  private static int number(
      String option, @Nullable String given, int byDefault, int min, int max) {
    return given == null ? byDefault : WorldOptions.number(option, given, min, max);
  }

  private void progress(Progress progress) {
    progress(
        "%,d states, %,.0f a second, %.1f %%  ",
        progress.states(), progress.rate(), 100 * progress.explored());
  }

  private void progress(String format, Object... numbers) {
    Terminal.progress(spec.commandLine().getErr(), format, numbers);
  }
}
