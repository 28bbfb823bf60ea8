package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Consensus;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Omega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.Value;
import org.remora.sim.explore.Adversary;
import org.remora.sim.explore.Explorer;
import org.remora.sim.explore.Property;

/**
 * The small world in which consensus is explored: every proposer takes itself for the leader for
 * ever, which is the worst that Ω can say. Process p proposes {@code vp}; the others only answer.
 */
public final class Rivals {
  /** Waits do not grow: any timer may expire at any time as it is. */
  private static final Instance INSTANCE = new Instance(1, 64, new Instance.Timing(1, 1, 1, 1));

  private Rivals() {}

  /**
   * A world with two proposers, or one where there is one process only.
   *
   * @param mutation a rule of safety to break; null for none
   */
  public static Explorer explorer(
      CrashAlgorithm algorithm, int processes, int memories, @Nullable Mutation mutation) {
    return explorer(algorithm, processes, memories, Set.of(), mutation);
  }

  /**
   * A world in which some processes have crashed before the start: without process 1 nobody may
   * leave phase 1 out. The two lowest of the others propose.
   *
   * @param mutation a rule of safety to break; null for none
   */
  @SuppressWarnings("FutureReturnValueIgnored") // what throws in it throws in the program
  public static Explorer explorer(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      Set<Integer> crashed,
      @Nullable Mutation mutation) {
    List<Integer> proposers =
        IntStream.rangeClosed(1, processes)
            .filter(p -> !crashed.contains(p))
            .limit(2)
            .boxed()
            .toList();
    List<Region> regions = algorithm.region(INSTANCE, processes).stream().toList();
    List<Value> values = proposers.stream().map(Rivals::value).toList();
    List<Property> properties = new ArrayList<>();
    properties.add(Property.agreement());
    properties.add(Property.validity(values));
    values.forEach(value -> properties.add(Property.sometimesDecided(value)));
    boolean exclusive =
        algorithm == CrashAlgorithm.PROTECTED_MEMORY_PAXOS
            || algorithm == CrashAlgorithm.ALIGNED_PAXOS;
    if (exclusive) {
      regions.forEach(region -> properties.add(Property.soleWriter(region, processes)));
      if (memories > 0 && proposers.contains(2)) {
        regions.forEach(
            region ->
                properties.add(
                    Property.sometimesAtMemory(
                        "process 2 took the permission",
                        table -> table.permission(region.id()).mayWrite(2))));
      }
    }
    Explorer explorer =
        Explorer.of(
                processes,
                memories,
                (process, decide) -> {
                  Consensus part = join(algorithm, process, proposers, mutation);
                  CompletableFuture<Value> decision =
                      proposers.contains(process.self())
                          ? part.propose(value(process.self()))
                          : new CompletableFuture<>();
                  decision.thenAccept(decide);
                })
            .regions(regions)
            .adversary(Adversary.of(crashed.toArray(Integer[]::new)))
            .properties(properties);
    return memories > 1 ? explorer.memoriesAlike() : explorer;
  }

  private static Value value(int process) {
    return Value.of("v" + process);
  }

  private static Consensus join(
      CrashAlgorithm algorithm,
      ProcessContext process,
      List<Integer> proposers,
      @Nullable Mutation mutation) {
    Omega omega = new OwnLeader(proposers.contains(process.self()) ? process.self() : 0);
    return mutation == null
        ? algorithm.join(process, omega, INSTANCE)
        : algorithm.join(process, omega, INSTANCE, mutation);
  }

  /** An Ω that never changes its mind. */
  private record OwnLeader(int leader) implements Omega {
    @Override
    public void onChange(Runnable listener) {}
  }
}
