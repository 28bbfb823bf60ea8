package org.remora.tests.byzantine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.remora.byzantine.ByzantineAlgorithm;
import org.remora.byzantine.ByzantineConsensus;
import org.remora.byzantine.Mutation;
import org.remora.byzantine.Report;
import org.remora.byzantine.adversary.Attack;
import org.remora.byzantine.adversary.Behaviour;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.ProcessContext;
import org.remora.memory.Region;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;
import org.remora.sim.WildBehaviour;

/** A scenario as it went at the correct processes. */
final class Execution {
  private static final long EVENTS_MAX = 3_000_000;

  /** A mutant may well never decide; what matters is what it decides before that. */
  private static final long MUTANT_EVENTS_MAX = 40_000;

  final Scenario scenario;
  final SimWorld world;
  final Map<Integer, Value> decisions = new TreeMap<>();
  final Map<Integer, Throwable> aborts = new TreeMap<>();
  final Map<Integer, Report> reports = new TreeMap<>();
  SimWorld.End end = SimWorld.End.LIMIT;
  private final List<Integer> correct;

  private Execution(Scenario scenario, RegionTable.Enforcement enforcement) {
    this.scenario = scenario;
    world = scenario.world(enforcement).build();
    correct =
        IntStream.rangeClosed(1, scenario.instance().processes())
            .filter(scenario::isCorrect)
            .boxed()
            .toList();
  }

  static Execution of(Scenario scenario) {
    return new Execution(scenario, RegionTable.Enforcement.ENFORCED).run(null, EVENTS_MAX);
  }

  static Execution ofMutant(Scenario scenario, Mutation mutation) {
    return new Execution(scenario, RegionTable.Enforcement.ENFORCED)
        .run(mutation, MUTANT_EVENTS_MAX);
  }

  static Execution overIgnoredPermissions(Scenario scenario) {
    return new Execution(scenario, RegionTable.Enforcement.IGNORED).run(null, MUTANT_EVENTS_MAX);
  }

  private Execution run(@Nullable Mutation mutation, long eventsMax) {
    List<Region> regions = scenario.algorithm().regions(scenario.instance());
    regions.forEach(world::defineEverywhere);
    List<ByzantineConsensus> parts = new ArrayList<>();
    List<ProcessContext> accomplices = new ArrayList<>();
    scenario.behaviours().keySet().forEach(p -> accomplices.add(world.process(p)));
    for (int p = 1; p <= scenario.instance().processes(); p++) {
      ProcessContext process = world.process(p);
      Omega omega = ScriptedOmega.start(process, 1, scenario.omegas().get(p - 1));
      Enum<?> behaviour = scenario.behaviours().get(p);
      if (behaviour instanceof Behaviour knowing) {
        Attack attack =
            new Attack(
                scenario.algorithm(),
                scenario.instance(),
                process,
                omega,
                Value.of("w" + p),
                Value.of("x" + p),
                accomplices);
        process.execute(() -> knowing.start(attack));
      } else if (behaviour instanceof WildBehaviour wild) {
        wild.start(process, regions, List.of());
      } else {
        parts.add(join(process, omega, mutation));
      }
    }
    end = world.run(this::isOver, eventsMax);
    for (int i = 0; i < parts.size(); i++) {
      int p = correct.get(i);
      parts.get(i).report().thenAccept(report -> reports.put(p, report));
    }
    world.run(() -> reports.size() == correct.size(), 20_000);
    return this;
  }

  private ByzantineConsensus join(
      ProcessContext process, Omega omega, @Nullable Mutation mutation) {
    int p = process.self();
    ByzantineConsensus part =
        mutation == null
            ? scenario.algorithm().join(process, omega, scenario.instance())
            : scenario.algorithm().join(process, omega, scenario.instance(), mutation);
    long nanos = scenario.proposalNanos().get(p - 1);
    process.execute(
        () ->
            process
                .clock()
                .after(
                    nanos,
                    () ->
                        part.propose(Value.of("v" + p), scenario.priorities().get(p - 1))
                            .whenComplete(
                                (value, aborted) -> {
                                  if (value != null) {
                                    decisions.put(p, value);
                                  } else {
                                    aborts.put(p, aborted);
                                  }
                                })));
    return part;
  }

  private boolean isOver() {
    return decisions.size() + aborts.size() == correct.size();
  }

  /** Whether no two correct processes decided differently, on whichever path. */
  boolean agreement() {
    return decisions.values().stream().distinct().count() <= 1 && composition();
  }

  /** Whether what the backup decided is what anybody had decided in Cheap Quorum. */
  boolean composition() {
    return reports.values().stream()
            .flatMap(r -> List.of(r.fastDecision(), r.backupDecision()).stream())
            .filter(value -> !value.isBottom())
            .distinct()
            .count()
        <= 1;
  }

  /** Whether, if all are correct, the decision is somebody's proposal. */
  boolean weakValidity() {
    return !scenario.behaviours().isEmpty()
        || decisions.values().stream()
            .allMatch(
                value ->
                    IntStream.rangeClosed(1, scenario.instance().processes())
                        .anyMatch(p -> value.equals(Value.of("v" + p))));
  }

  /** Whether, if all are correct, it is one of the f + 1 inputs of highest priority. */
  boolean preference() {
    if (scenario.algorithm() != ByzantineAlgorithm.PREFERENTIAL_PAXOS
        || !scenario.behaviours().isEmpty()) {
      return true;
    }
    return decisions.values().stream()
        .allMatch(
            value -> {
              int priority = scenario.priorities().get(value.asText().charAt(1) - '1');
              return scenario.priorities().stream().filter(q -> q > priority).count()
                  <= scenario.instance().faults();
            });
  }

  /** Whether every correct process has decided, or aborted where that may be. */
  boolean termination() {
    return end == SimWorld.End.DONE && (aborts.isEmpty() || !scenario.algorithm().decidesAlways());
  }

  /** Whether nothing was found against a correct process. */
  boolean justice() {
    return reports.values().stream()
        .flatMap(report -> report.findings().stream())
        .noneMatch(finding -> scenario.isCorrect(finding.process()));
  }

  /** What is wrong with the execution; empty if nothing is. */
  String violation() {
    String wrong =
        (agreement() ? "" : "disagreement ")
            + (weakValidity() ? "" : "invalid decision ")
            + (preference() ? "" : "neglected priority ")
            + (termination() ? "" : "no termination (" + end + ") ")
            + (justice() ? "" : "a correct process found guilty ");
    return wrong.isEmpty() ? "" : wrong + decisions + "\n" + reports + "\n" + scenario;
  }
}
