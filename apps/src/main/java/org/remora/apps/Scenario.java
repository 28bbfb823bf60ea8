package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Quorum;
import org.remora.memory.RegionTable;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * One random execution of an algorithm, all of it drawn from a seed: who proposes what and when,
 * which processes and memories crash at which point, what Ω says to whom before it settles, how the
 * schedule runs before it turns fair. No more crashes than the algorithm tolerates.
 */
public record Scenario(
    CrashAlgorithm algorithm,
    int processes,
    int memories,
    int adversarialEvents,
    long seed,
    Latency latency,
    List<Fault> faults,
    List<List<ScriptedOmega.Change>> omegas,
    int stableLeader,
    List<Long> proposalNanos,
    SimWorld.Tearing tearing) {
  private static final long UNSTABLE_NANOS = 60 * Clock.DELAY_NANOS;

  /** A scenario of a size drawn from the seed as well. */
  public static Scenario random(CrashAlgorithm algorithm, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    // Mostly the sizes where rivals and quorums get in each other's way with the fewest steps.
    int processes = random.nextInt(8) == 0 ? 1 + random.nextInt(5) : 2 + random.nextInt(2);
    int memories =
        !algorithm.usesMemories()
            ? random.nextInt(2)
            : random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 3;
    int adversarial = random.nextInt(4) == 0 ? 0 : 10 + random.nextInt(250);
    return of(algorithm, processes, memories, adversarial, seed);
  }

  /** A scenario of a given size. */
  public static Scenario of(
      CrashAlgorithm algorithm, int processes, int memories, int adversarialEvents, long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    List<Integer> processVictims = new ArrayList<>();
    List<Integer> memoryVictims = new ArrayList<>();
    drawVictims(algorithm, processes, memories, random, processVictims, memoryVictims);
    List<Fault> faults = new ArrayList<>();
    for (int p : processVictims) {
      faults.add(
          random.nextBoolean()
              ? new Fault.ProcessCrash(p, random.nextLong(UNSTABLE_NANOS))
              : new Fault.ProcessCrashAfter(p, random.nextInt(25)));
    }
    for (int m : memoryVictims) {
      faults.add(
          random.nextBoolean()
              ? new Fault.MemoryCrash(m, random.nextLong(UNSTABLE_NANOS))
              : new Fault.MemoryCrashAfter(m, random.nextInt(15)));
    }
    if (random.nextInt(5) == 0) {
      faults.add(new Fault.BrokenWays(1 + random.nextInt(300)));
    }
    for (int i = random.nextInt(3); memories > 0 && i > 0; i--) {
      faults.add(
          new Fault.SlowMemory(
              1 + random.nextInt(memories),
              0,
              random.nextLong(UNSTABLE_NANOS),
              random.nextLong(20 * Clock.DELAY_NANOS)));
    }
    int stableLeader =
        IntStream.rangeClosed(1, processes)
            .filter(p -> !processVictims.contains(p))
            .findFirst()
            .orElseThrow();
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      List<ScriptedOmega.Change> changes = new ArrayList<>();
      int self = p;
      int count = random.nextInt(7);
      random
          .longs(count, 0, random.nextBoolean() ? UNSTABLE_NANOS : UNSTABLE_NANOS / 6)
          .sorted()
          .forEach(
              nanos ->
                  changes.add(
                      new ScriptedOmega.Change(
                          nanos, random.nextBoolean() ? self : random.nextInt(processes + 1))));
      changes.add(new ScriptedOmega.Change(UNSTABLE_NANOS, stableLeader));
      omegas.add(changes);
    }
    // A process proposes at once, later, or never; somebody who does not crash always does.
    List<Long> proposals = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      int when = random.nextInt(4);
      proposals.add(
          when == 0 && p != stableLeader
              ? -1
              : when == 1 ? random.nextLong(UNSTABLE_NANOS) : random.nextInt(5) * 1_000L);
    }
    Latency latency =
        switch (random.nextInt(3)) {
          case 0 -> Latency.ONE_DELAY;
          case 1 -> Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS);
          default -> Latency.heavyTailed(Clock.DELAY_NANOS / 2);
        };
    SimWorld.Tearing tearing =
        random.nextInt(4) == 0 ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE;
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        List.copyOf(faults),
        omegas,
        stableLeader,
        proposals,
        tearing);
  }

  /** This scenario on memories that tear. */
  public Scenario onTearingMemories() {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        omegas,
        stableLeader,
        proposalNanos,
        SimWorld.Tearing.FRAMED);
  }

  /** The world of this scenario. */
  public SimWorld.Settings world(RegionTable.Enforcement enforcement) {
    return SimWorld.of(processes, memories)
        .seed(seed)
        .latency(latency)
        .adversarial(adversarialEvents)
        .faults(faults)
        .tearing(tearing)
        .enforcement(enforcement);
  }

  private static void drawVictims(
      CrashAlgorithm algorithm,
      int processes,
      int memories,
      SplittableRandom random,
      List<Integer> processVictims,
      List<Integer> memoryVictims) {
    int agents = processes + memories;
    int agentCrashesMax = agents - Quorum.majority(agents);
    int processCrashesMax =
        algorithm == CrashAlgorithm.PAXOS ? processes - Quorum.majority(processes) : processes - 1;
    int memoryCrashesMax =
        algorithm == CrashAlgorithm.ALIGNED_PAXOS
            ? memories
            : memories - (memories == 0 ? 0 : Quorum.majority(memories));
    int[] shuffled = IntStream.rangeClosed(1, agents).toArray();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = swap;
    }
    int wanted = random.nextInt(agents + 1);
    for (int agent : shuffled) {
      boolean anyAgent =
          algorithm != CrashAlgorithm.ALIGNED_PAXOS
              || processVictims.size() + memoryVictims.size() < agentCrashesMax;
      if (processVictims.size() + memoryVictims.size() < wanted && anyAgent) {
        if (agent <= processes && processVictims.size() < processCrashesMax) {
          processVictims.add(agent);
        } else if (agent > processes && memoryVictims.size() < memoryCrashesMax) {
          memoryVictims.add(agent - processes);
        }
      }
    }
  }

  @Override
  public String toString() {
    return algorithm.commandName()
        + " n="
        + processes
        + " m="
        + memories
        + " adversarial="
        + adversarialEvents
        + " seed="
        + seed
        + " faults="
        + faults
        + " leader="
        + stableLeader
        + " proposals="
        + proposalNanos
        + " tearing="
        + tearing
        + " omegas="
        + omegas;
  }
}
