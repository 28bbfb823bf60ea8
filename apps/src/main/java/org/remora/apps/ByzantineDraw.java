package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineInstance;
import org.remora.crash.Instance;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Quorum;
import org.remora.memory.Value;
import org.remora.sim.Fault;

/** Draws scenarios of an algorithm for Byzantine faults. */
record ByzantineDraw(ByzantineAlgorithm algorithm) implements Draw {
  private static final long UNSTABLE_NANOS = 200 * Clock.DELAY_NANOS;
  private static final int VALUE_BYTES_MIN = 64;
  private static final int BROADCASTS_MAX = 512;

  @Override
  public Scenario random(long seed, Given given) {
    SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L);
    int dice = random.nextInt(40);
    int drawn = 2 * (dice == 0 ? 3 : dice < 4 ? 2 : 1) + 1;
    int processes = given.processes() == null ? drawn : given.processes();
    int memories = random.nextInt(3) == 0 ? 1 : random.nextInt(8) == 0 ? 5 : 3;
    memories = given.memories() == null ? memories : given.memories();
    return Draw.fixed(of(processes, memories, random.split(), seed, given), given);
  }

  private Scenario of(int n, int memories, SplittableRandom random, long seed, Given given) {
    int tolerated = (n - 1) / 2;
    boolean counted = given.faultyProcesses() != null || given.faultyMemories() != null;
    boolean fixed =
        !given.byzantine().isEmpty()
            || !given.processCrashes().isEmpty()
            || !given.memoryCrashes().isEmpty();
    int adversarial = random.nextInt(4) == 0 ? 0 : 20 + random.nextInt(n <= 3 ? 1_500 : 4_000);
    List<Fault> faults = new ArrayList<>();
    int crashesMax = memories - Quorum.majority(memories);
    int crashes =
        counted
            ? given.faultyMemories() == null ? 0 : given.faultyMemories()
            : given.memoryCrashes().isEmpty() ? random.nextInt(crashesMax + 1) : 0;
    int[] order = Draw.shuffled(memories, random);
    for (int i = 0; i < crashes; i++) {
      faults.add(
          random.nextBoolean()
              ? new Fault.MemoryCrash(order[i], random.nextLong(UNSTABLE_NANOS))
              : new Fault.MemoryCrashAfter(order[i], random.nextInt(200)));
    }
    faults.addAll(Draw.crashes(given.processCrashes(), given.memoryCrashes()));
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
    NavigableMap<Integer, AgreeBehaviour> byzantine = new TreeMap<>(given.byzantine());
    int wanted =
        counted
            ? given.faultyProcesses() == null ? 0 : given.faultyProcesses()
            : fixed || tolerated == 0 || random.nextInt(5) == 0 ? 0 : 1 + random.nextInt(tolerated);
    while (byzantine.size() < wanted) {
      // Often the leader: it can do more harm.
      int process = random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(n);
      byzantine.put(process, behaviour(random));
    }
    int stableLeader =
        Draw.lowestCorrect(n, List.copyOf(given.processCrashes().keySet()), byzantine);
    // Rivals are what the bound on faults is for.
    boolean rivals = random.nextInt(4) == 0 || given.beyondBound();
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    List<Scenario.Proposal> proposals = new ArrayList<>();
    for (int p = 1; p <= n; p++) {
      List<ScriptedOmega.Change> changes = new ArrayList<>();
      if (rivals) {
        changes.add(new ScriptedOmega.Change(0, p));
      } else {
        random
            .longs(random.nextInt(4), 0, UNSTABLE_NANOS)
            .sorted()
            .forEach(nanos -> changes.add(new ScriptedOmega.Change(nanos, random.nextInt(n + 1))));
      }
      omegas.add(Draw.leaders(changes, UNSTABLE_NANOS, stableLeader));
      proposals.add(
          new Scenario.Proposal(
              Value.of("v" + p),
              random.nextBoolean() ? 0 : random.nextLong(random.nextInt(4) == 0 ? 100_000 : 5_000),
              random.nextInt(10)));
    }
    LatencyKind latency = Draw.latency(random);
    long patience =
        random.nextInt(3) > 0
            ? 1_000_000
            : 1 + random.nextLong(random.nextBoolean() ? 60_000 : 10_000);
    int valueBytes = VALUE_BYTES_MIN;
    for (Value value : given.proposals() == null ? List.<Value>of() : given.proposals()) {
      valueBytes = Math.max(valueBytes, value.length());
    }
    return new Scenario(
        new AgreeAlgorithm.Byzantine(
            algorithm,
            instance(n, given.beyondBound() ? tolerated + 1 : tolerated, valueBytes, patience)),
        n,
        memories,
        adversarial,
        seed,
        latency,
        faults,
        byzantine,
        omegas,
        proposals,
        Draw.tearing(random, 6),
        List.of());
  }

  static ByzantineInstance instance(int processes, int faults, int valueBytes, long patience) {
    return new ByzantineInstance(
        1,
        processes,
        faults,
        valueBytes,
        BROADCASTS_MAX,
        new ByzantineInstance.Timing(
            2_000,
            64_000,
            patience,
            new Instance.Timing(60_000, 10_000_000, 300_000, 100_000_000)));
  }

  private static AgreeBehaviour behaviour(SplittableRandom random) {
    List<AgreeBehaviour> all = AgreeBehaviour.all();
    boolean wild = random.nextInt(4) == 0;
    List<AgreeBehaviour> those =
        all.stream().filter(each -> each instanceof AgreeBehaviour.Wild == wild).toList();
    return those.get(random.nextInt(those.size()));
  }
}
