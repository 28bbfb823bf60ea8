package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.crash.Consensus;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Value;
import org.remora.sim.Fault;
import org.remora.sim.Latency;
import org.remora.sim.SimWorld;
import org.remora.sim.TraceEvent;

/** Runs agreement in the simulator. */
final class SimAgreement {
  /** How long after the crash of a leader Ω names the next one. */
  static final int DETECTION_DELAYS = 10;

  /** How long after the last crash a run gives up. */
  static final int PATIENCE_DELAYS = 100_000;

  /** A bound on the work; what PATIENCE_DELAYS allows stays far below it. */
  private static final long EVENTS_MAX = 100_000_000;

  private final AgreePlan plan;
  private final SimWorld world;
  private final NavigableMap<Integer, AgreeReport.Decision> decisions = new TreeMap<>();

  /** The lowest process that may not have decided: nobody takes a decision or a crash back. */
  private int undecided = 1;

  private SimAgreement(AgreePlan plan, SimWorld world) {
    this.plan = plan;
    this.world = world;
  }

  /**
   * Runs until every process that lives has decided, or none is to be expected to.
   *
   * @param trace told what happens; null if nobody wants to know
   */
  static AgreeReport run(AgreePlan plan, Latency latency, @Nullable Consumer<TraceEvent> trace) {
    SimWorld.Settings settings =
        SimWorld.of(plan.processes(), plan.memories())
            .seed(plan.seed())
            .latency(latency)
            .faults(faults(plan));
    if (trace != null) {
      settings.trace(trace);
    }
    return new SimAgreement(plan, settings.build()).run();
  }

  private AgreeReport run() {
    List<ScriptedOmega.Change> leaders = leaders();
    List<Consensus> parts =
        plan.algorithm().install(world, p -> ScriptedOmega.start(world.process(p), 1, leaders));
    for (int p = 1; p <= plan.processes(); p++) {
      take(p, parts.get(p - 1));
    }

    long lastCrash =
        Stream.of(plan.processCrashes(), plan.memoryCrashes())
            .flatMap(crashes -> crashes.values().stream())
            .mapToLong(SimAgreement::nanos)
            .max()
            .orElse(0);
    long end = lastCrash + PATIENCE_DELAYS * Clock.DELAY_NANOS;
    world.run(() -> world.now() > end || allDecided(), EVENTS_MAX);
    return new AgreeReport(
        plan,
        decisions,
        those(plan.processes(), p -> world.process(p).crashed()),
        those(plan.memories(), world::memoryCrashed),
        world.costs(),
        String.format("%,d delays", PATIENCE_DELAYS));
  }

  private void take(int process, Consensus part) {
    Value proposal = plan.proposal(process);
    var unused =
        (proposal.isBottom() ? part.decision() : part.propose(proposal))
            .thenAccept(
                value -> {
                  decisions.put(process, new AgreeReport.Decision(value, world.now()));
                  world.mark(process, "decides " + AgreeText.shown(value));
                });
  }

  private boolean allDecided() {
    while (undecided <= plan.processes()
        && (decisions.containsKey(undecided) || world.process(undecided).crashed())) {
      undecided++;
    }
    return undecided > plan.processes();
  }

  private static List<Fault> faults(AgreePlan plan) {
    List<Fault> faults = new ArrayList<>();
    plan.processCrashes().forEach((p, at) -> faults.add(new Fault.ProcessCrash(p, nanos(at))));
    plan.memoryCrashes().forEach((m, at) -> faults.add(new Fault.MemoryCrash(m, nanos(at))));
    return faults;
  }

  /** Ω names the lowest process that is not known to have crashed. */
  private List<ScriptedOmega.Change> leaders() {
    List<ScriptedOmega.Change> changes = new ArrayList<>();
    int leader = 1;
    long known = 0;
    while (plan.processCrashes().containsKey(leader)) {
      // A leader that crashed before its predecessor was known to have is passed over at once.
      known = Math.max(known, nanos(plan.processCrashes().get(leader)));
      leader++;
      long changed = known + DETECTION_DELAYS * Clock.DELAY_NANOS;
      changes.removeIf(earlier -> earlier.nanos() == changed);
      changes.add(new ScriptedOmega.Change(changed, leader));
    }
    return changes;
  }

  private static NavigableSet<Integer> those(int last, IntPredicate included) {
    NavigableSet<Integer> numbers = new TreeSet<>();
    IntStream.rangeClosed(1, last).filter(included).forEach(numbers::add);
    return numbers;
  }

  /** The virtual time of a crash. */
  private static long nanos(long thousandthsOfDelay) {
    return thousandthsOfDelay * (Clock.DELAY_NANOS / 1_000);
  }
}
