package org.remora.tests.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.byzantine.adversary.Behaviour;
import org.remora.crash.Instance;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Quorum;
import org.remora.memory.RegionTable;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;
import org.remora.sim.WildBehaviour;

/**
 * One random execution, all of it drawn from a seed: which processes are Byzantine and what they
 * do, which memories crash at which point, who proposes when, what Ω says to whom before it
 * settles, how long patience lasts, how the schedule runs before it turns fair. No more faults than
 * n = 2f + 1 and m = 2f_M + 1 allow.
 *
 * @param behaviours what each Byzantine process does: a {@link Behaviour} or a {@link
 *     WildBehaviour}
 */
record Scenario(
    ByzantineAlgorithm algorithm,
    ByzantineInstance instance,
    int memories,
    int adversarialEvents,
    long seed,
    Latency latency,
    List<Fault> faults,
    Map<Integer, Enum<?>> behaviours,
    List<List<ScriptedOmega.Change>> omegas,
    List<Long> proposalNanos,
    List<Integer> priorities,
    SimWorld.Tearing tearing) {
  private static final long UNSTABLE_NANOS = 200 * Clock.DELAY_NANOS;

  static Scenario random(ByzantineAlgorithm algorithm, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
    int dice = random.nextInt(40);
    int faults = dice == 0 ? 3 : dice < 4 ? 2 : 1;
    return of(algorithm, faults, seed);
  }

  static Scenario of(ByzantineAlgorithm algorithm, int faults, long seed) {
    return of(algorithm, 2 * faults + 1, faults, random(seed), seed);
  }

  /** A scenario in which these processes behave so, whatever else the seed draws. */
  static Scenario with(
      ByzantineAlgorithm algorithm,
      int processes,
      int faults,
      Map<Integer, ? extends Enum<?>> behaviours,
      long seed) {
    Scenario drawn = of(algorithm, processes, faults, random(seed), seed);
    return new Scenario(
        drawn.algorithm,
        drawn.instance,
        drawn.memories,
        drawn.adversarialEvents,
        drawn.seed,
        drawn.latency,
        drawn.faults,
        new TreeMap<>(behaviours),
        drawn.omegas,
        drawn.proposalNanos,
        drawn.priorities,
        drawn.tearing);
  }

  private static SplittableRandom random(long seed) {
    return new SplittableRandom(seed ^ 0x5DEECE66DL);
  }

  private static Scenario of(
      ByzantineAlgorithm algorithm, int n, int f, SplittableRandom random, long seed) {
    int memories = random.nextInt(3) == 0 ? 1 : random.nextInt(8) == 0 ? 5 : 3;
    int adversarial = random.nextInt(4) == 0 ? 0 : 20 + random.nextInt(n == 3 ? 1_500 : 4_000);
    List<Fault> faults = new ArrayList<>();
    int crashes = random.nextInt(memories - Quorum.majority(memories) + 1);
    for (int memory = 1; memory <= crashes; memory++) {
      int number = memory * 2 - random.nextInt(2);
      faults.add(
          random.nextBoolean()
              ? new Fault.MemoryCrash(number, random.nextLong(UNSTABLE_NANOS))
              : new Fault.MemoryCrashAfter(number, random.nextInt(200)));
    }
    if (random.nextInt(6) == 0) {
      faults.add(new Fault.BrokenWays(1 + random.nextInt(200)));
    }
    if (random.nextInt(3) == 0) {
      faults.add(
          new Fault.SlowMemory(
              1 + random.nextInt(memories),
              0,
              random.nextLong(UNSTABLE_NANOS),
              random.nextLong(40 * Clock.DELAY_NANOS)));
    }
    Map<Integer, Enum<?>> behaviours = new TreeMap<>();
    int byzantine = random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(f);
    while (behaviours.size() < byzantine) {
      // Often the leader: it can do more harm.
      int process = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(n);
      behaviours.put(process, behaviour(random));
    }
    int stableLeader = 1;
    while (behaviours.containsKey(stableLeader)) {
      stableLeader++;
    }
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    List<Long> proposals = new ArrayList<>();
    List<Integer> priorities = new ArrayList<>();
    for (int p = 1; p <= n; p++) {
      List<ScriptedOmega.Change> changes = new ArrayList<>();
      random
          .longs(random.nextInt(4), 0, UNSTABLE_NANOS)
          .sorted()
          .forEach(nanos -> changes.add(new ScriptedOmega.Change(nanos, random.nextInt(n + 1))));
      changes.add(new ScriptedOmega.Change(UNSTABLE_NANOS, stableLeader));
      omegas.add(changes);
      proposals.add(
          random.nextBoolean() ? 0 : random.nextLong(random.nextInt(4) == 0 ? 100_000 : 5_000));
      priorities.add(random.nextInt(10));
    }
    Latency latency =
        switch (random.nextInt(3)) {
          case 0 -> Latency.ONE_DELAY;
          case 1 -> Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS);
          default -> Latency.heavyTailed(Clock.DELAY_NANOS / 2);
        };
    long patience =
        random.nextInt(3) > 0
            ? 1_000_000
            : 1 + random.nextLong(random.nextBoolean() ? 60_000 : 10_000);
    ByzantineInstance.Timing timing =
        new ByzantineInstance.Timing(
            2_000, 64_000, patience, new Instance.Timing(60_000, 10_000_000, 300_000, 100_000_000));
    return new Scenario(
        algorithm,
        new ByzantineInstance(1, n, f, 64, 512, timing),
        memories,
        adversarial,
        seed,
        latency,
        faults,
        behaviours,
        omegas,
        proposals,
        priorities,
        random.nextInt(6) == 0 ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE);
  }

  private static Enum<?> behaviour(SplittableRandom random) {
    if (random.nextInt(4) == 0) {
      WildBehaviour[] wild = WildBehaviour.values();
      return wild[random.nextInt(wild.length)];
    }
    Behaviour[] knowing = Behaviour.values();
    return knowing[random.nextInt(knowing.length)];
  }

  /** This scenario with proposals at once, patience, and nothing out of the order of time. */
  Scenario timely() {
    return new Scenario(
        algorithm,
        instance.withTiming(
            new ByzantineInstance.Timing(1_000, 16_000, 1_000_000, instance.timing().paxos())),
        memories,
        0,
        seed,
        Latency.uniform(Clock.DELAY_NANOS / 2, 3 * Clock.DELAY_NANOS),
        List.of(),
        behaviours,
        omegas,
        proposalNanos.stream().map(nanos -> 0L).toList(),
        priorities,
        tearing);
  }

  /** This scenario with every process leading at first, and a proposal of each. */
  Scenario rivals() {
    List<List<ScriptedOmega.Change>> each = new ArrayList<>();
    for (int p = 1; p <= instance.processes(); p++) {
      each.add(
          List.of(
              new ScriptedOmega.Change(0, p),
              new ScriptedOmega.Change(
                  UNSTABLE_NANOS, omegas.get(0).get(omegas.get(0).size() - 1).leader())));
    }
    return new Scenario(
        algorithm,
        instance,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        behaviours,
        each,
        proposalNanos.stream().map(nanos -> 0L).toList(),
        priorities,
        tearing);
  }

  /** This scenario with one memory, proposals at once, and patience for a few delays. */
  Scenario hasty() {
    return new Scenario(
        algorithm,
        instance.withTiming(
            new ByzantineInstance.Timing(
                2_000, 64_000, 1 + seed % 6_000, instance.timing().paxos())),
        1,
        (int) (seed % 80),
        seed,
        latency,
        List.of(),
        behaviours,
        omegas,
        proposalNanos.stream().map(nanos -> 0L).toList(),
        priorities,
        tearing);
  }

  boolean isCorrect(int process) {
    return !behaviours.containsKey(process);
  }

  /** The world of this scenario. */
  SimWorld.Settings world(RegionTable.Enforcement enforcement) {
    return SimWorld.of(instance.processes(), memories)
        .seed(seed)
        .latency(latency)
        .adversarial(adversarialEvents)
        .faults(faults)
        .tearing(tearing)
        .enforcement(enforcement);
  }
}
