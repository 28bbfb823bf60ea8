package org.remora.apps;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.Report;
import org.remora.crash.Consensus;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.Clock;
import org.remora.memory.Costs;
import org.remora.memory.Value;
import org.remora.sim.Latency;
import org.remora.sim.SimProcess;
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
  private final NavigableMap<Integer, Report> paths = new TreeMap<>();
  private final NavigableSet<Integer> aborted = new TreeSet<>();

  /** The lowest process that may have to decide yet: what is done stays done. */
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
            .faults(Draw.crashes(plan.processCrashes(), plan.memoryCrashes()));
    if (trace != null) {
      settings.trace(trace);
    }
    return new SimAgreement(plan, settings.build()).run();
  }

  private AgreeReport run() {
    List<ScriptedOmega.Change> leaders = leaders();
    List<ScriptedOmega> omegas = new ArrayList<>();
    for (int p = 1; p <= plan.processes(); p++) {
      omegas.add(ScriptedOmega.start(world.process(p), 1, leaders));
    }
    plan.algorithm().define(world);
    NavigableMap<Integer, Consensus> parts = new TreeMap<>();
    for (int p = 1; p <= plan.processes(); p++) {
      AgreeBehaviour behaviour = plan.byzantine().get(p);
      if (behaviour != null) {
        SimProcess process = world.process(p);
        Omega omega = omegas.get(p - 1);
        Value input = plan.proposal(p);
        process.execute(
            () ->
                behaviour.start(
                    AgreeBehaviour.Target.alone(plan.algorithm(), process, omega, input)));
      } else {
        parts.put(p, plan.algorithm().join(world.process(p), omegas.get(p - 1)));
      }
    }
    parts.forEach(this::take);

    long lastCrash =
        Stream.of(plan.processCrashes(), plan.memoryCrashes())
            .flatMap(crashes -> crashes.values().stream())
            .mapToLong(Draw::nanos)
            .max()
            .orElse(0);
    long end = lastCrash + PATIENCE_DELAYS * Clock.DELAY_NANOS;
    world.run(() -> world.now() > end || allDecided(), EVENTS_MAX);
    Costs costs = world.costs();
    ask(parts);
    return new AgreeReport(
        plan,
        decisions,
        paths,
        those(plan.processes(), p -> world.process(p).crashed()),
        those(plan.memories(), world::memoryCrashed),
        costs,
        String.format("%,d delays", PATIENCE_DELAYS));
  }

  private void take(int process, Consensus part) {
    var unused =
        plan.propose(process, part)
            .whenComplete(
                (value, aborted) -> {
                  if (value == null) {
                    this.aborted.add(process);
                  } else {
                    decisions.put(process, new AgreeReport.Decision(value, world.now()));
                    world.mark(process, "decides " + AgreeText.shown(value));
                  }
                });
  }

  /** Asks every process that lives how the run went. */
  private void ask(NavigableMap<Integer, Consensus> parts) {
    int asked = 0;
    for (Map.Entry<Integer, Consensus> part : parts.entrySet()) {
      if (part.getValue() instanceof ByzantineConsensus told
          && !world.process(part.getKey()).crashed()) {
        asked++;
        var unused = told.report().thenAccept(report -> paths.put(part.getKey(), report));
      }
    }
    int expected = asked;
    world.run(() -> paths.size() == expected, EVENTS_MAX);
  }

  private boolean allDecided() {
    while (undecided <= plan.processes() && isDone(undecided)) {
      undecided++;
    }
    return undecided > plan.processes();
  }

  private boolean isDone(int process) {
    return decisions.containsKey(process)
        || aborted.contains(process)
        || plan.byzantine().containsKey(process)
        || world.process(process).crashed();
  }

  /** Ω names the lowest process that is not known to have crashed. */
  private List<ScriptedOmega.Change> leaders() {
    List<ScriptedOmega.Change> changes = new ArrayList<>();
    int leader = 1;
    long known = 0;
    while (plan.processCrashes().containsKey(leader) || plan.byzantine().containsKey(leader)) {
      // A leader that crashed before its predecessor was known to have is passed over at once. Of a
      // Byzantine one, Ω knows from the start.
      known = Math.max(known, Draw.nanos(plan.processCrashes().getOrDefault(leader, 0L)));
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
}
