package org.remora.tests.log;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.remora.crash.ScriptedOmega;
import org.remora.crash.log.Configuration;
import org.remora.crash.log.LogSettings;
import org.remora.crash.log.ReplicatedLog;
import org.remora.memory.Clock;
import org.remora.memory.ProcessSet;
import org.remora.memory.Quorum;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;

/**
 * One random execution of the replicated log, all of it drawn from a seed: tiny rings that wrap
 * around every few entries, leaders that change all the time and are several at once, crashes of
 * all processes but one and of a minority of the memories, broken and slow ways, torn registers.
 */
record LogScenario(
    long seed,
    int processes,
    int memories,
    LogSettings settings,
    int adversarialEvents,
    Latency latency,
    List<Fault> faults,
    List<List<ScriptedOmega.Change>> omegas,
    int stableLeader,
    int commandsPerClient,
    int outstanding,
    SimWorld.Tearing tearing,
    Configuration begin,
    List<PlannedChange> changes) {
  static final long DELAY = Clock.DELAY_NANOS;

  /** A change of membership that some process asks for at some time. */
  record PlannedChange(long nanos, int process, Configuration.Change change) {}

  /** Without changes of membership. */
  static LogScenario random(long seed) {
    return random(seed, false);
  }

  /** With them: memories come and go, and the last process joins late. */
  static LogScenario withChanges(long seed) {
    return random(seed, true);
  }

  /**
   * Short and dense: rivals that take the memories from each other all the time, everything in any
   * order. Where the rules about what a takeover finds are needed most.
   */
  static LogScenario rivals(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x2545F4914F6CDD1DL);
    int processes = 2 + random.nextInt(2);
    long unstable = 150 * DELAY;
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    for (int p = 1; p <= processes; p++) {
      List<ScriptedOmega.Change> changes = new ArrayList<>();
      int self = p;
      random
          .longs(1 + random.nextInt(5), 0, unstable)
          .sorted()
          .forEach(
              nanos ->
                  changes.add(
                      new ScriptedOmega.Change(
                          nanos, random.nextInt(3) > 0 ? self : random.nextInt(processes + 1))));
      changes.add(new ScriptedOmega.Change(unstable, 1));
      omegas.add(changes);
    }
    int window = 1 + random.nextInt(2);
    return new LogScenario(
        seed,
        processes,
        3,
        settings(2 + random.nextInt(3), window, 256, 64, 100_000, 300 * DELAY)
            .withPartialEntries(window),
        100 + random.nextInt(600),
        Latency.ONE_DELAY,
        List.of(),
        omegas,
        1,
        2 + random.nextInt(3),
        1 + random.nextInt(3),
        random.nextBoolean() ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE,
        ReplicatedLog.everybody(processes, 3),
        List.of());
  }

  private static LogSettings settings(
      int ring, int window, int entryBytes, int sessions, int tailBytes, long holdBackNanos) {
    return LogSettings.of(1)
        .withRing(ring, window)
        .withEntryBytes(entryBytes)
        .withQueues(64, 16, sessions)
        .withTransfer(tailBytes, 256)
        .withTiming(
            new LogSettings.Timing(
                4 * DELAY,
                40 * DELAY,
                3 * DELAY,
                4 * DELAY,
                60 * DELAY,
                50 * DELAY,
                50 * DELAY,
                holdBackNanos));
  }

  private static LogScenario random(long seed, boolean changing) {
    SplittableRandom random = new SplittableRandom(seed ^ 0x5DEECE66DL);
    int processes = random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 2 + random.nextInt(2);
    int memories = changing ? 4 : random.nextInt(5) == 0 ? 1 + random.nextInt(5) : 3;
    int ring = random.nextInt(3) == 0 ? 2 + random.nextInt(7) : 4;
    int window = 1 + random.nextInt(Math.min(ring, 3));
    long unstable = (20 + random.nextInt(400)) * DELAY;

    List<Fault> faults = new ArrayList<>();
    List<Integer> victims = new ArrayList<>();
    int crashes = random.nextInt(2) * random.nextInt(processes);
    while (victims.size() < crashes) {
      int p = 1 + random.nextInt(processes);
      if (!victims.contains(p)) {
        victims.add(p);
        faults.add(
            random.nextBoolean()
                ? new Fault.ProcessCrash(p, random.nextLong(unstable))
                : new Fault.ProcessCrashAfter(p, random.nextInt(300)));
      }
    }
    int memoryCrashes =
        changing ? 0 : random.nextInt(2) * random.nextInt(memories - Quorum.majority(memories) + 1);
    int firstMemory = random.nextInt(memories);
    for (int i = 0; i < memoryCrashes; i++) {
      int m = 1 + (firstMemory + i) % memories;
      faults.add(
          random.nextBoolean()
              ? new Fault.MemoryCrash(m, random.nextLong(unstable))
              : new Fault.MemoryCrashAfter(m, random.nextInt(200)));
    }
    if (random.nextInt(4) == 0) {
      faults.add(new Fault.BrokenWays(1 + random.nextInt(250)));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      faults.add(
          new Fault.SlowMemory(
              1 + random.nextInt(memories),
              random.nextLong(unstable),
              unstable,
              random.nextLong(100 * DELAY)));
    }
    for (int i = random.nextInt(2); i > 0; i--) {
      faults.add(
          new Fault.SlowLink(
              1 + random.nextInt(processes),
              1 + random.nextInt(processes),
              0,
              unstable,
              random.nextLong(100 * DELAY)));
    }
    int stableLeader =
        IntStream.rangeClosed(1, processes)
            .filter(p -> !victims.contains(p))
            .findFirst()
            .orElseThrow();
    List<List<ScriptedOmega.Change>> omegas = new ArrayList<>();
    boolean calm = random.nextInt(4) == 0;
    for (int p = 1; p <= processes; p++) {
      List<ScriptedOmega.Change> changes = new ArrayList<>();
      int self = p;
      random
          .longs(calm ? random.nextInt(2) : random.nextInt(8), 0, unstable)
          .sorted()
          .forEach(
              nanos ->
                  changes.add(
                      new ScriptedOmega.Change(
                          nanos, random.nextBoolean() ? self : random.nextInt(processes + 1))));
      changes.add(new ScriptedOmega.Change(unstable, stableLeader));
      omegas.add(changes);
    }
    Latency latency =
        switch (random.nextInt(3)) {
          case 0 -> Latency.ONE_DELAY;
          case 1 -> Latency.uniform(DELAY / 2, 3 * DELAY);
          default -> Latency.heavyTailed(DELAY / 2);
        };
    Configuration begin = ReplicatedLog.everybody(processes, memories);
    List<PlannedChange> changes = new ArrayList<>();
    if (changing) {
      // Whoever leads in the end is a member from the beginning.
      boolean joins = processes > stableLeader && random.nextBoolean();
      begin =
          new Configuration(
              0,
              ProcessSet.all(joins ? processes - 1 : processes),
              ProcessSet.all(memories).without(ProcessSet.of(1 + random.nextInt(memories))));
      if (joins) {
        changes.add(
            new PlannedChange(
                random.nextLong(unstable),
                stableLeader,
                new Configuration.Change(Configuration.Change.Kind.ADD_REPLICA, processes)));
      }
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        changes.add(
            new PlannedChange(
                random.nextLong(unstable),
                1 + random.nextInt(processes),
                new Configuration.Change(
                    random.nextBoolean()
                        ? Configuration.Change.Kind.ADD_MEMORY
                        : Configuration.Change.Kind.REMOVE_MEMORY,
                    1 + random.nextInt(memories))));
      }
    }
    long holdBack = random.nextBoolean() ? 5 * DELAY : 300 * DELAY;
    LogSettings settings =
        settings(
                ring,
                window,
                random.nextBoolean() ? 64 : 256,
                random.nextInt(4) == 0 ? 2 : 64,
                random.nextInt(3) == 0 ? 100_000 : random.nextInt(1500),
                holdBack)
            // Few make for large entries, many for holes.
            .withPartialEntries((seed & 3) < 2 ? 1 + (int) (seed & 1) : window);
    return new LogScenario(
        seed,
        processes,
        memories,
        settings,
        random.nextInt(4) == 0 ? 0 : 100 + random.nextInt(2500),
        latency,
        List.copyOf(faults),
        omegas,
        stableLeader,
        2 + random.nextInt(25),
        1 + random.nextInt(3),
        random.nextBoolean() ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE,
        begin,
        List.copyOf(changes));
  }

  SimWorld.Settings world() {
    return SimWorld.of(processes, memories)
        .seed(seed)
        .latency(latency)
        .adversarial(adversarialEvents)
        .faults(faults)
        .tearing(tearing);
  }

  @Override
  public String toString() {
    return "seed="
        + seed
        + " n="
        + processes
        + " m="
        + memories
        + " R="
        + settings.ring()
        + " W="
        + settings.window()
        + " adversarial="
        + adversarialEvents
        + " leader="
        + stableLeader
        + " tearing="
        + tearing
        + " begin="
        + begin
        + " changes="
        + changes
        + " faults="
        + faults
        + " omegas="
        + omegas;
  }
}
