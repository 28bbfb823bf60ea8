package org.remora.apps;

import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.remora.crash.CrashAlgorithm;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.sim.Choice;
import org.remora.sim.Fault;
import org.remora.sim.SimWorld;

/**
 * One execution of an algorithm in the simulator: who proposes what and when, which processes and
 * memories fail at which point and how, what Ω says to whom before it settles, how the schedule
 * runs before it turns fair. The seed settles what is left: the adversary's order, latencies,
 * coins.
 *
 * @param algorithm the algorithm
 * @param processes the number of processes
 * @param memories the number of memories
 * @param adversarialEvents how many events happen in an order that an adversary draws
 * @param seed the seed of the world
 * @param latency how long flights take
 * @param faults what goes wrong
 * @param byzantine which processes are Byzantine, and what they do
 * @param omegas what Ω says at processes 1, 2, …, which is process 1 at first
 * @param proposals what processes 1, 2, … propose
 * @param tearing how registers behave
 * @param choices the order of the first events, in place of what an adversary draws; empty for none
 */
public record Scenario(
    AgreeAlgorithm algorithm,
    int processes,
    int memories,
    int adversarialEvents,
    long seed,
    LatencyKind latency,
    List<Fault> faults,
    NavigableMap<Integer, AgreeBehaviour> byzantine,
    List<List<ScriptedOmega.Change>> omegas,
    List<Proposal> proposals,
    SimWorld.Tearing tearing,
    List<Choice> choices) {
  /** Copies what could change. */
  public Scenario {
    choices = List.copyOf(choices);
    faults = List.copyOf(faults);
    byzantine = Collections.unmodifiableNavigableMap(new TreeMap<>(byzantine));
    omegas = omegas.stream().map(List::copyOf).toList();
    proposals = List.copyOf(proposals);
  }

  /**
   * A proposal of one process.
   *
   * @param value the value; ⊥ if it proposes nothing
   * @param nanos when
   * @param priority its priority
   */
  public record Proposal(Value value, long nanos, int priority) {
    /** None. */
    static final Proposal NONE = new Proposal(Value.BOTTOM, 0, 0);
  }

  /** A scenario of an algorithm for crash faults, of a size drawn from the seed as well. */
  public static Scenario random(CrashAlgorithm algorithm, long seed) {
    return new CrashDraw(algorithm).random(seed);
  }

  /** A scenario of a given size. */
  public static Scenario of(
      CrashAlgorithm algorithm, int processes, int memories, int adversarialEvents, long seed) {
    return new CrashDraw(algorithm).of(processes, memories, adversarialEvents, seed);
  }

  /** This scenario on memories that tear. */
  public Scenario onTearingMemories() {
    return with(SimWorld.Tearing.FRAMED);
  }

  Scenario with(SimWorld.Tearing other) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        byzantine,
        omegas,
        proposals,
        other,
        choices);
  }

  Scenario withAdversarial(int events) {
    return inOrder(events, List.of());
  }

  /** With events in this order, before the schedule turns fair. */
  Scenario withChoices(List<Choice> others) {
    return inOrder(0, others);
  }

  private Scenario inOrder(int events, List<Choice> others) {
    return new Scenario(
        algorithm, processes, memories, events, seed, latency, faults, byzantine, omegas, proposals,
        tearing, others);
  }

  Scenario with(LatencyKind other) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        other,
        faults,
        byzantine,
        omegas,
        proposals,
        tearing,
        choices);
  }

  Scenario withFaults(List<Fault> others) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        others,
        byzantine,
        omegas,
        proposals,
        tearing,
        choices);
  }

  Scenario withByzantine(NavigableMap<Integer, AgreeBehaviour> others) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        others,
        omegas,
        proposals,
        tearing,
        choices);
  }

  Scenario withOmegas(List<List<ScriptedOmega.Change>> others) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        byzantine,
        others,
        proposals,
        tearing,
        choices);
  }

  Scenario withProposals(List<Proposal> others) {
    return new Scenario(
        algorithm,
        processes,
        memories,
        adversarialEvents,
        seed,
        latency,
        faults,
        byzantine,
        omegas,
        others,
        tearing,
        choices);
  }

  /** Whether a process is not Byzantine; it may crash. */
  boolean isCorrect(int process) {
    return !byzantine.containsKey(process);
  }

  /** The world of this scenario. */
  SimWorld.Settings world(RegionTable.Enforcement enforcement) {
    return SimWorld.of(processes, memories)
        .seed(seed)
        .latency(latency.latency())
        .adversarial(adversarialEvents)
        .choices(choices)
        .faults(faults)
        .tearing(tearing)
        .enforcement(enforcement);
  }

  /** The line that {@link ScenarioText#parse} reads. */
  @Override
  public String toString() {
    return algorithm.commandName() + " " + ScenarioText.of(this);
  }
}
