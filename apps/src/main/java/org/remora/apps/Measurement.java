package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.sim.explore.Report;

/**
 * What was measured of one algorithm.
 *
 * @param claim what it is held against
 * @param processes how many processes may fail of n; Byzantine, if the claim is about such
 * @param memories how many memories may crash of m; null if it has none
 * @param agents how many of both may crash, in any mix; null if they do not count alike
 * @param byzantine of an algorithm for crashes: how many processes may lie
 * @param both both bounds reached at once; null if some run failed, or there is but one
 * @param forced a run beyond the bound, with its check forced off, that disagrees; null if none was
 *     found, or there is nothing to force
 * @param common runs in which nothing goes wrong
 * @param explored every execution of the smallest world; null if that is out of reach
 */
record Measurement(
    Claim claim,
    Bound processes,
    @Nullable Bound memories,
    @Nullable Bound agents,
    @Nullable Bound byzantine,
    @Nullable Evidence both,
    @Nullable Evidence forced,
    List<Laboratory.Agreed> common,
    @Nullable Report explored) {
  /** The sizes that stand in a row's fields. */
  static final int PROCESSES = 3;

  static final int MEMORIES = 3;

  private static final int[] PROCESS_COUNTS = {2, 3, 4, 5};
  private static final int[] MEMORY_COUNTS = {1, 2, 3, 4, 5};
  private static final int[] MEMORY_COUNTS_OF_BYZANTINE = {1, 2, 3, 4};
  private static final int[][] AGENT_COUNTS = {{1, 2}, {2, 1}, {2, 2}, {3, 2}, {3, 3}, {4, 3}};

  Measurement {
    common = List.copyOf(common);
  }

  /** Measures one algorithm. */
  static Measurement of(Claim claim, Laboratory lab) {
    Measuring measuring = new Measuring(claim, lab);
    Bound processes = measuring.processes();
    Bound memories = claim.usesMemories() ? measuring.memories() : null;
    return new Measurement(
        claim,
        processes,
        memories,
        claim.mixesAgents() ? measuring.agents() : null,
        claim.byzantine() ? null : measuring.liars(),
        measuring.both(processes, memories),
        measuring.forced(),
        measuring.common(),
        measuring.explored());
  }

  /** The fewest and the most delays until a decision in the common case. */
  double delaysMin() {
    return common.stream().mapToDouble(Laboratory.Agreed::delays).min().orElse(Double.NaN);
  }

  /** The most delays until a decision in the common case, of all sizes. */
  double delaysMax() {
    return common.stream().mapToDouble(Laboratory.Agreed::delays).max().orElse(Double.NaN);
  }

  /** Whether it does what it is claimed to. */
  boolean holds() {
    boolean bothAtOnce = memories == null || claim.mixesAgents() || claim.isOverGraph();
    return (claim.mixesAgents() || processes.keeps(claim.processFactor()))
        && (memories == null || claim.mixesAgents() || memories.keeps(claim.memoryFactor()))
        && (agents == null || agents.keeps(claim.processFactor()))
        && (bothAtOnce || both != null)
        && common.stream().allMatch(agreed -> agreed.report().holds())
        && delaysMin() == claim.delays()
        && (explored == null || (explored.exhausted() && explored.violation().isEmpty()));
  }

  /** All that the cells rest on. */
  List<Evidence> evidence() {
    List<Evidence> all = new ArrayList<>();
    common.forEach(agreed -> all.add(agreed.evidence()));
    Stream.of(processes, memories, agents, byzantine)
        .filter(Objects::nonNull)
        .flatMap(bound -> bound.points().stream())
        .forEach(point -> all.addAll(point.evidence()));
    Stream.of(both, forced).filter(Objects::nonNull).forEach(all::add);
    if (explored != null) {
      all.add(
          new Evidence(
              String.format("every execution, %,d states", explored.states()),
              Evidence.words("check --algorithm " + claim.algorithm() + " --exhaustive"),
              Main.HOLDS));
    }
    return all;
  }

  /** One algorithm being measured. */
  private record Measuring(Claim claim, Laboratory lab) {
    private String check() {
      return "check --algorithm " + claim.algorithm();
    }

    private int runs() {
      return lab.runs(claim.byzantine());
    }

    /** So many processes and memories; over a graph, all share memory with all. */
    private String world(int processes, int memories) {
      return claim.isOverGraph()
          ? " --processes " + processes + " --degree " + (processes - 1)
          : " --processes " + processes + " --memories " + memories;
    }

    private int memoriesOf(int processes) {
      return !claim.usesMemories() ? 0 : claim.isOverGraph() ? processes : MEMORIES;
    }

    Bound processes() {
      return new Bound(
          "n",
          "f",
          counts(PROCESS_COUNTS)
              .map(
                  n ->
                      lab.raise(
                          "n = " + n,
                          n,
                          n - 1,
                          runs(),
                          f ->
                              List.of(
                                  check() + world(n, memoriesOf(n)) + " --faulty-processes " + f)))
              .toList());
    }

    Bound memories() {
      int[] counts =
          claim.isOverGraph()
              ? PROCESS_COUNTS
              : claim.byzantine() ? MEMORY_COUNTS_OF_BYZANTINE : MEMORY_COUNTS;
      return new Bound(
          "m",
          "f",
          counts(counts)
              .map(
                  m ->
                      lab.raise(
                          "m = " + m,
                          m,
                          m,
                          runs(),
                          f ->
                              List.of(
                                  check()
                                      + world(claim.isOverGraph() ? m : PROCESSES, m)
                                      + " --faulty-memories "
                                      + f)))
              .toList());
    }

    /** Every mix of crashes that leaves a process. */
    Bound agents() {
      List<Bound.Point> points = new ArrayList<>();
      for (int[] counts : AGENT_COUNTS) {
        int n = counts[0];
        int m = counts[1];
        points.add(
            lab.raise(
                String.format("n = %d, m = %d", n, m),
                n + m,
                n - 1 + m,
                runs(),
                f ->
                    IntStream.rangeClosed(Math.max(0, f - m), Math.min(f, n - 1))
                        .mapToObj(
                            p ->
                                check()
                                    + world(n, m)
                                    + " --faulty-processes "
                                    + p
                                    + " --faulty-memories "
                                    + (f - p))
                        .toList()));
      }
      return new Bound("n+m", "f", points);
    }

    /** What one process can do that says that something was decided. */
    Bound liars() {
      return new Bound(
          "n",
          "f",
          counts(PROCESS_COUNTS)
              .filter(n -> n > 2)
              .map(
                  n ->
                      lab.raise(
                          "n = " + n + ", Byzantine",
                          n,
                          1,
                          runs(),
                          f ->
                              List.of(
                                  check()
                                      + world(n, memoriesOf(n))
                                      + (f == 0
                                          ? " --faulty-processes 0"
                                          : " --byzantine " + n + ":liar"))))
              .toList());
    }

    /** As many processes and memories as each bound allows, at once. */
    @Nullable Evidence both(Bound processes, @Nullable Bound memories) {
      if (memories == null || claim.mixesAgents() || claim.isOverGraph()) {
        return null;
      }
      int n = PROCESS_COUNTS[PROCESS_COUNTS.length - 1];
      Bound.Point ofProcesses = processes.at(n);
      Bound.Point ofMemories = memories.at(MEMORIES);
      int f = ofProcesses == null ? 0 : Math.max(0, ofProcesses.survived());
      int g = ofMemories == null ? 0 : Math.max(0, ofMemories.survived());
      return lab.survives(
          check()
              + world(n, MEMORIES)
              + String.format(" --faulty-processes %d --faulty-memories %d", f, g),
          runs(),
          String.format("%d of %d processes and %d of %d memories fail", f, n, g, MEMORIES));
    }

    @Nullable Evidence forced() {
      String[] sizes =
          switch (claim.algorithm()) {
            case "paxos" -> new String[] {" --processes 2 --memories 0", "n = 2f"};
            case "disk-paxos", "protected-memory-paxos" ->
                new String[] {" --processes 2 --memories 2", "m = 2f"};
            case "aligned-paxos" -> new String[] {" --processes 2 --memories 2", "n+m = 2f"};
            case "hybrid-ben-or" -> new String[] {" --processes 4", "|N[S]| = n/2"};
            case "cheap-quorum" -> new String[0];
            default -> new String[] {" --processes 2 --memories 1", "n = 2f"};
          };
      if (sizes.length == 0) {
        return null;
      }
      String mutation =
          claim.byzantine()
              ? "too-few-processes"
              : claim.isOverGraph() ? "decide-on-half" : "decide-on-minority";
      return lab.breaks(
          check() + sizes[0] + " --mutation " + mutation, sizes[1] + " and no check of the bound");
    }

    List<Laboratory.Agreed> common() {
      List<Laboratory.Agreed> all = new ArrayList<>();
      String agree = "agree --algorithm " + claim.algorithm();
      if (claim.isOverGraph()) {
        for (int n : PROCESS_COUNTS) {
          all.add(lab.agree(agree + " --processes " + n + " --propose " + Laboratory.unanimous(n)));
        }
        return all;
      }
      for (int n : PROCESS_COUNTS) {
        int[] memories = claim.usesMemories() ? new int[] {1, MEMORIES, 5} : new int[] {0};
        for (int m : memories) {
          all.add(lab.agree(agree + world(n, m)));
        }
      }
      return all;
    }

    @Nullable Report explored() {
      return !claim.isOverGraph()
              && AgreeAlgorithm.led(claim.algorithm(), 2) instanceof AgreeAlgorithm.Crash crash
          ? Rivals.explorer(crash.algorithm(), 2, crash.usesMemories() ? 1 : 0, null).run()
          : null;
    }

    private Stream<Integer> counts(int[] all) {
      return IntStream.of(all).boxed().toList().parallelStream();
    }
  }
}
