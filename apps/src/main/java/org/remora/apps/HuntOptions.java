package org.remora.apps;

import static org.remora.apps.WorldOptions.check;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Neighbourhoods;
import org.remora.memory.RegionTable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say which random executions are run: the world, and what goes wrong in it. */
final class HuntOptions {
  private static final int EVENTS_MAX = 999_999_999;
  private static final int ADVERSARIAL_MAX = 1_000_000;

  @Mixin private WorldOptions world;

  @Option(
      names = "--faulty-processes",
      paramLabel = "F",
      description =
          "Exactly F processes fail, whichever and however the seed says: they crash, or, where"
              + " Byzantine faults are tolerated, are Byzantine. By default some number that the"
              + " algorithm tolerates, or 0 if other faults are given.")
  private @Nullable String faultyProcesses;

  @Option(
      names = "--faulty-memories",
      paramLabel = "F",
      description = "Exactly F memories crash, likewise.")
  private @Nullable String faultyMemories;

  @Option(
      names = "--adversarial",
      paramLabel = "E",
      description =
          "An adversary chooses the order of the first E events, without regard to time, then the"
              + " schedule turns fair; by default a number that the seed draws.")
  private @Nullable String adversarial;

  @Option(
      names = "--events",
      paramLabel = "N",
      description =
          "Gives an execution up, as one without a decision, after N events; by default after far"
              + " more than any decision takes.")
  private @Nullable String events;

  @Option(
      names = "--mutation",
      paramLabel = "NAME",
      description =
          "Breaks a rule that safety rests on, which must be found: skip-phase-1, .., for Byzantine"
              + " faults panic-without-revoking, ..")
  private @Nullable String mutation;

  @Option(
      names = "--ignore-permissions",
      description = "The memories let every access through: the lower bound, shown.")
  private boolean ignorePermissions;

  HuntOptions() {}

  /** The options of a line such as {@code --algorithm paxos --faulty-processes 1}. */
  static HuntOptions parse(List<String> words) {
    return WorldOptions.parsed(new HuntOptions(), words);
  }

  WorldOptions world() {
    return world;
  }

  boolean ignoresPermissions() {
    return ignorePermissions;
  }

  /** The rule to break; null for none. */
  @Nullable String mutation() {
    if (mutation == null) {
      return null;
    }
    List<String> known = world.smallest().mutations();
    check(
        known.contains(mutation),
        "unknown mutation " + mutation + "; known: " + String.join(", ", known));
    check(!ignorePermissions, "--ignore-permissions does not go with --mutation");
    return mutation;
  }

  /** How many processes fail, if that is given. */
  @Nullable Integer faultyProcesses(int most) {
    return count("--faulty-processes", faultyProcesses, most);
  }

  /** The options given of those that an exploration of all executions has no use for. */
  List<String> beyondExploration() {
    List<String> given = new ArrayList<>(world.beyondSize());
    if (faultyMemories != null) {
      given.add("--faulty-memories");
    }
    if (adversarial != null) {
      given.add("--adversarial");
    }
    if (events != null) {
      given.add("--events");
    }
    return given;
  }

  /** The executions that the options ask for. */
  Hunt hunt() {
    String algorithm = world.algorithm();
    @Nullable String broken = mutation();
    @Nullable Neighbourhoods graph = world.graph(true);
    @Nullable Integer processes =
        graph == null ? world.processes(true) : Integer.valueOf(graph.processes());
    int processCount = processes == null ? 0 : processes;
    @Nullable Integer memories =
        world.isHybrid() && processes == null ? null : world.memories(processCount);
    int memoryCount = memories == null ? 0 : memories;
    NavigableMap<Integer, AgreeBehaviour> byzantine = new TreeMap<>();
    NavigableMap<Integer, Long> processCrashes = new TreeMap<>();
    NavigableMap<Integer, Long> memoryCrashes = new TreeMap<>();
    if (processes != null) {
      byzantine.putAll(world.byzantine(processCount));
      processCrashes.putAll(world.processCrashes(processCount));
    }
    if (memories != null) {
      memoryCrashes.putAll(world.memoryCrashes(memoryCount));
    }
    check(
        processes != null || (!world.isAboutProcesses() && faultyProcesses == null),
        "--byzantine, --crash-process, --propose, --priorities and --faulty-processes need"
            + " --processes");
    check(
        memories != null || (!world.isAboutMemories() && faultyMemories == null),
        "--crash-memory and --faulty-memories need --memories");
    boolean fixed = !byzantine.isEmpty() || !processCrashes.isEmpty() || !memoryCrashes.isEmpty();
    check(
        !fixed || (faultyProcesses == null && faultyMemories == null),
        "--faulty-processes and --faulty-memories are drawn; they do not go with --byzantine,"
            + " --crash-process or --crash-memory");
    check(
        processes == null || byzantine.size() + processCrashes.size() < processCount,
        "nobody is left to decide");
    boolean kept = (broken == null && !ignorePermissions) || Hunt.isOfTermination(broken);
    return new Hunt(
        algorithm,
        new Given(
            processes,
            memories,
            faultyProcesses(processCount - 1),
            count("--faulty-memories", faultyMemories, memoryCount),
            count("--adversarial", adversarial, ADVERSARIAL_MAX),
            world.latency(),
            world.proposals(processCount, world.smallest().valueBytes()),
            world.priorities(processCount),
            byzantine,
            processCrashes,
            memoryCrashes,
            graph,
            world.objects(),
            world.sharedCoin(),
            Names.of(org.remora.byzantine.Mutation.TOO_FEW_PROCESSES).equals(broken)),
        new Execution.Mode(
            broken,
            ignorePermissions ? RegionTable.Enforcement.IGNORED : RegionTable.Enforcement.ENFORCED,
            events == null
                ? Hunt.eventsMax(algorithm, !kept)
                : WorldOptions.number("--events", events, 1, EVENTS_MAX)));
  }

  private static @Nullable Integer count(String option, @Nullable String given, int max) {
    return given == null ? null : Integer.valueOf(WorldOptions.number(option, given, 0, max));
  }
}
