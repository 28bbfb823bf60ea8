package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Quorum;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/** Draws scenarios of an algorithm for crash faults that Ω leads. */
record CrashDraw(CrashAlgorithm algorithm) implements Draw {
  private static final long UNSTABLE_NANOS = 60 * Clock.DELAY_NANOS;

  /** Who crashes. */
  private record Victims(List<Integer> processes, List<Integer> memories) {
    Victims() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    int count() {
      return processes.size() + memories.size();
    }
  }

  Scenario random(long seed) {
    Size size = size(seed);
    return of(size.processes, size.memories, size.adversarialEvents, seed);
  }

  Scenario of(int processes, int memories, int adversarialEvents, long seed) {
    return of(new Size(processes, memories, adversarialEvents), seed, null);
  }

  @Override
  public Scenario random(long seed, Given given) {
    Size drawn = size(seed);
    int processes = given.processes() == null ? drawn.processes : given.processes();
    int memories = given.memories() == null ? drawn.memories : given.memories();
    Size size = new Size(processes, memories, drawn.adversarialEvents);
    return Draw.fixed(of(size, seed, given), given);
  }

  private record Size(int processes, int memories, int adversarialEvents) {}

  private Size size(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    // Mostly the sizes where rivals and quorums get in each other's way with the fewest steps.
    int processes = random.nextInt(8) == 0 ? 1 + random.nextInt(5) : 2 + random.nextInt(2);
    int memories =
        !algorithm.usesMemories()
            ? random.nextInt(2)
            : random.nextInt(4) == 0 ? 1 + random.nextInt(5) : 3;
    return new Size(processes, memories, random.nextInt(4) == 0 ? 0 : 10 + random.nextInt(250));
  }

  private Scenario of(Size size, long seed, @Nullable Given given) {
    int processes = size.processes;
    int memories = size.memories;
    SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    NavigableMap<Integer, AgreeBehaviour> byzantine =
        given == null ? Draw.nobody() : given.byzantine();
    Victims victims = victims(processes, memories, random, given);
    List<Fault> faults = new ArrayList<>();
    for (int p : victims.processes) {
      faults.add(
          random.nextBoolean()
              ? new Fault.ProcessCrash(p, random.nextLong(UNSTABLE_NANOS))
              : new Fault.ProcessCrashAfter(p, random.nextInt(25)));
    }
    for (int m : victims.memories) {
      faults.add(
          random.nextBoolean()
              ? new Fault.MemoryCrash(m, random.nextLong(UNSTABLE_NANOS))
              : new Fault.MemoryCrashAfter(m, random.nextInt(15)));
    }
    if (given != null) {
      faults.addAll(Draw.crashes(given.processCrashes(), given.memoryCrashes()));
      victims.processes.addAll(given.processCrashes().keySet());
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
    int stableLeader = Draw.lowestCorrect(processes, victims.processes, byzantine);
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
      omegas.add(Draw.leaders(changes, UNSTABLE_NANOS, stableLeader));
    }
    // A process proposes at once, later, or never; somebody who does not crash always does.
    List<Scenario.Proposal> proposals = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      int when = random.nextInt(4);
      Value value = Value.of("v" + p);
      proposals.add(
          when == 0 && p != stableLeader
              ? Scenario.Proposal.NONE
              : new Scenario.Proposal(
                  value,
                  when == 1 ? random.nextLong(UNSTABLE_NANOS) : random.nextInt(5) * 1_000L,
                  0));
    }
    LatencyKind latency = Draw.latency(random);
    SimWorld.Tearing tearing = Draw.tearing(random, 4);
    return new Scenario(
        new AgreeAlgorithm.Crash(algorithm),
        processes,
        memories,
        size.adversarialEvents,
        seed,
        latency,
        faults,
        byzantine,
        omegas,
        proposals,
        tearing,
        List.of());
  }

  private Victims victims(
      int processes, int memories, SplittableRandom random, @Nullable Given given) {
    Victims victims = new Victims();
    if (given == null) {
      draw(processes, memories, random, victims);
    } else if (given.faultyProcesses() != null || given.faultyMemories() != null) {
      take(processes, given.faultyProcesses(), random, victims.processes);
      take(memories, given.faultyMemories(), random, victims.memories);
    } else if (given.byzantine().isEmpty()
        && given.processCrashes().isEmpty()
        && given.memoryCrashes().isEmpty()) {
      draw(processes, memories, random, victims);
    }
    return victims;
  }

  private static void take(
      int all, @Nullable Integer wanted, SplittableRandom random, List<Integer> victims) {
    int[] order = Draw.shuffled(all, random);
    for (int i = 0; wanted != null && i < wanted; i++) {
      victims.add(order[i]);
    }
  }

  /** As many as are tolerated, or fewer. */
  private void draw(int processes, int memories, SplittableRandom random, Victims victims) {
    int agents = processes + memories;
    int agentCrashesMax = agents - Quorum.majority(agents);
    int processCrashesMax =
        algorithm == CrashAlgorithm.PAXOS ? processes - Quorum.majority(processes) : processes - 1;
    int memoryCrashesMax =
        algorithm == CrashAlgorithm.ALIGNED_PAXOS
            ? memories
            : memories - (memories == 0 ? 0 : Quorum.majority(memories));
    int[] order = Draw.shuffled(agents, random);
    int wanted = random.nextInt(agents + 1);
    for (int agent : order) {
      boolean anyAgent =
          algorithm != CrashAlgorithm.ALIGNED_PAXOS || victims.count() < agentCrashesMax;
      if (victims.count() < wanted && anyAgent) {
        if (agent <= processes && victims.processes.size() < processCrashesMax) {
          victims.processes.add(agent);
        } else if (agent > processes && victims.memories.size() < memoryCrashesMax) {
          victims.memories.add(agent - processes);
        }
      }
    }
  }
}
