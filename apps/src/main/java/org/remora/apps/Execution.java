package org.remora.apps;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.remora.crash.Consensus;
import org.remora.crash.Instance;
import org.remora.crash.Mutation;
import org.remora.crash.Omega;
import org.remora.crash.ScriptedOmega;
import org.remora.memory.ProcessContext;
import org.remora.memory.RegionTable;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** A scenario as it went: who decided what, and what was proposed. */
public record Execution(
    Scenario scenario, SimWorld world, SimWorld.End end, Map<Integer, Value> decisions) {
  private static final long EVENTS_MAX = 200_000;

  /** A mutant may well never decide; what matters is what it decides before that. */
  private static final long MUTANT_EVENTS_MAX = 3_000;

  /** Runs a scenario. */
  public static Execution of(Scenario scenario) {
    return run(
        scenario,
        scenario.world(RegionTable.Enforcement.ENFORCED),
        (process, omega) -> scenario.algorithm().join(process, omega, Instance.of(1)),
        EVENTS_MAX);
  }

  /** Runs a scenario with a rule of safety broken. */
  public static Execution ofMutant(Scenario scenario, Mutation mutation) {
    return run(
        scenario,
        scenario.world(RegionTable.Enforcement.ENFORCED),
        (process, omega) -> scenario.algorithm().join(process, omega, Instance.of(1), mutation),
        MUTANT_EVENTS_MAX);
  }

  /** Runs a scenario over memories that ignore permissions. */
  public static Execution overIgnoredPermissions(Scenario scenario) {
    return run(
        scenario,
        scenario.world(RegionTable.Enforcement.IGNORED),
        (process, omega) -> scenario.algorithm().join(process, omega, Instance.of(1)),
        EVENTS_MAX);
  }

  /** Runs a scenario whose processes see the machine otherwise than it is. */
  public static Execution ofDeceived(Scenario scenario, UnaryOperator<ProcessContext> deception) {
    return run(
        scenario,
        scenario.world(RegionTable.Enforcement.ENFORCED),
        (process, omega) ->
            scenario.algorithm().join(deception.apply(process), omega, Instance.of(1)),
        MUTANT_EVENTS_MAX);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what throws in it throws in the world
  private static Execution run(
      Scenario scenario,
      SimWorld.Settings settings,
      BiFunction<ProcessContext, Omega, Consensus> join,
      long eventsMax) {
    SimWorld world = settings.build();
    scenario
        .algorithm()
        .region(Instance.of(1), scenario.processes())
        .ifPresent(world::defineEverywhere);
    Map<Integer, Value> decisions = new TreeMap<>();
    for (int p = 1; p <= scenario.processes(); p++) {
      int self = p;
      ProcessContext process = world.process(p);
      Consensus consensus =
          join.apply(process, ScriptedOmega.start(process, 1, scenario.omegas().get(p - 1)));
      long nanos = scenario.proposalNanos().get(p - 1);
      if (nanos == 0) {
        consensus.propose(Value.of("v" + self));
      } else if (nanos > 0) {
        process.execute(
            () -> process.clock().after(nanos, () -> consensus.propose(Value.of("v" + self))));
      }
      consensus.decision().thenAccept(value -> decisions.put(self, value));
    }
    SimWorld.End end =
        world.run(() -> world.alive().stream().allMatch(decisions::containsKey), eventsMax);
    return new Execution(scenario, world, end, decisions);
  }

  /** Whether no two processes decided differently, the crashed ones included. */
  public boolean agreement() {
    return new TreeSet<>(decisions.values().stream().map(Value::toString).toList()).size() <= 1;
  }

  /** Whether every decision was proposed by somebody. */
  public boolean validity() {
    return decisions.values().stream()
        .allMatch(
            value -> {
              String text = value.asText();
              int proposer = text.matches("v[1-9]") ? text.charAt(1) - '0' : 0;
              return proposer >= 1
                  && proposer <= scenario.processes()
                  && scenario.proposalNanos().get(proposer - 1) >= 0;
            });
  }

  /** Whether every process that lives has decided. */
  public boolean termination() {
    return end == SimWorld.End.DONE;
  }

  /** What is wrong with the execution; empty if nothing is. */
  public String violation() {
    return (agreement() ? "" : "disagreement " + decisions + " ")
        + (validity() ? "" : "invalid decision " + decisions + " ")
        + (termination() ? "" : "no termination (" + end + "), decided " + decisions);
  }
}
