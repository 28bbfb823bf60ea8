package org.remora.apps;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * Draws scenarios of one algorithm from seeds. What {@link Given} leaves open is drawn; no more
 * faults than the algorithm tolerates, unless so many are given.
 */
interface Draw {
  /** The scenario of a seed. */
  Scenario random(long seed, Given given);

  /** That of an algorithm by its name, which is known. */
  static Draw of(String algorithm) {
    if (algorithm.equals(AgreeAlgorithm.Hybrid.NAME)) {
      return new HybridDraw();
    }
    for (CrashAlgorithm each : CrashAlgorithm.values()) {
      if (each.commandName().equals(algorithm)) {
        return new CrashDraw(each);
      }
    }
    return new ByzantineDraw(Names.constant(ByzantineAlgorithm.class, algorithm));
  }

  /** What was drawn, with what is given in its place. */
  static Scenario fixed(Scenario drawn, Given given) {
    Scenario scenario = drawn;
    if (given.adversarialEvents() != null) {
      scenario = scenario.withAdversarial(given.adversarialEvents());
    }
    if (given.latency() != null) {
      scenario = scenario.with(given.latency());
    }
    List<Value> values = given.proposals();
    List<Integer> priorities = given.priorities();
    if (values != null || priorities != null) {
      List<Scenario.Proposal> proposals = new ArrayList<>(scenario.proposals());
      for (int i = 0; i < proposals.size(); i++) {
        Scenario.Proposal proposal = proposals.get(i);
        Value value =
            values == null ? proposal.value() : i < values.size() ? values.get(i) : Value.BOTTOM;
        int priority =
            priorities == null
                ? proposal.priority()
                : i < priorities.size() ? priorities.get(i) : 0;
        proposals.set(i, new Scenario.Proposal(value, proposal.nanos(), priority));
      }
      scenario = scenario.withProposals(proposals);
    }
    return scenario;
  }

  /** Faults at their times, which are in thousandths of a delay. */
  static List<Fault> crashes(
      NavigableMap<Integer, Long> processes, NavigableMap<Integer, Long> memories) {
    List<Fault> faults = new ArrayList<>();
    processes.forEach((p, at) -> faults.add(new Fault.ProcessCrash(p, nanos(at))));
    memories.forEach((m, at) -> faults.add(new Fault.MemoryCrash(m, nanos(at))));
    return faults;
  }

  /** The virtual time of a crash. */
  static long nanos(long thousandthsOfDelay) {
    return thousandthsOfDelay * (Clock.DELAY_NANOS / 1_000);
  }

  /** 1 to {@code count} in a random order. */
  static int[] shuffled(int count, SplittableRandom random) {
    int[] order = new int[count];
    Arrays.setAll(order, i -> i + 1);
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  /** One of a class, drawn evenly. */
  static LatencyKind latency(SplittableRandom random) {
    return switch (random.nextInt(3)) {
      case 0 -> LatencyKind.CONSTANT;
      case 1 -> LatencyKind.WIDE;
      default -> LatencyKind.HEAVY_TAILED;
    };
  }

  /** Memories that tear in one of so many scenarios. */
  static SimWorld.Tearing tearing(SplittableRandom random, int oneIn) {
    return random.nextInt(oneIn) == 0 ? SimWorld.Tearing.FRAMED : SimWorld.Tearing.NONE;
  }

  /** A few changes of leader until a time, at which {@code last} leads for good. */
  static List<ScriptedOmega.Change> leaders(
      List<ScriptedOmega.Change> changes, long nanos, int last) {
    List<ScriptedOmega.Change> all = new ArrayList<>(changes);
    all.add(new ScriptedOmega.Change(nanos, last));
    return all;
  }

  /** The lowest of so many that is none of the faulty ones; 0 if all are. */
  static int lowestCorrect(
      int processes, List<Integer> crashed, NavigableMap<Integer, AgreeBehaviour> byzantine) {
    for (int p = 1; p <= processes; p++) {
      if (!crashed.contains(p) && !byzantine.containsKey(p)) {
        return p;
      }
    }
    return 0;
  }

  /** No behaviours. */
  static NavigableMap<Integer, AgreeBehaviour> nobody() {
    return new TreeMap<>();
  }
}
