package org.remora.tests.crash;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.remora.crash.Consensus;
import org.remora.crash.HybridInstance;
import org.remora.memory.ProcessContext;
import org.remora.memory.Value;
import org.remora.sim.SimWorld;

/** Hybrid Ben-Or as it went in a world: who decided what. */
final class HybridRun {
  final SimWorld world;
  final List<String> proposals;
  final Map<Integer, String> decisions = new TreeMap<>();
  final SimWorld.End end;

  /** How many live processes have not decided, looked up anew after each decision or crash. */
  private int next = 1;

  private HybridRun(
      HybridInstance instance,
      SimWorld.Settings settings,
      List<String> proposals,
      Function<ProcessContext, Consensus> join,
      long eventsMax) {
    this.proposals = proposals;
    world = settings.build();
    instance.define(world);
    for (int p = 1; p <= world.processes(); p++) {
      int self = p;
      Consensus part = join.apply(world.process(p));
      String proposal = proposals.get(p - 1);
      if (!proposal.isEmpty()) {
        part.propose(Value.of(proposal));
      }
      part.decision().thenAccept(value -> decisions.put(self, value.asText()));
    }
    end = world.run(this::isDone, eventsMax);
  }

  /** Runs until all who live have decided; those of empty proposals propose nothing. */
  static HybridRun of(
      HybridInstance instance, SimWorld.Settings settings, List<String> proposals, long eventsMax) {
    return new HybridRun(instance, settings, proposals, instance::join, eventsMax);
  }

  static HybridRun of(
      HybridInstance instance,
      SimWorld.Settings settings,
      List<String> proposals,
      Function<ProcessContext, Consensus> join,
      long eventsMax) {
    return new HybridRun(instance, settings, proposals, join, eventsMax);
  }

  private boolean isDone() {
    while (next <= world.processes()
        && (decisions.containsKey(next) || world.process(next).crashed())) {
      next++;
    }
    return next > world.processes();
  }

  boolean agreement() {
    return decisions.values().stream().distinct().count() <= 1;
  }

  boolean validity() {
    return proposals.containsAll(decisions.values()) && !decisions.containsValue("");
  }

  /** What is wrong with the run; empty if nothing is. */
  String violation() {
    return (agreement() ? "" : "disagreement " + decisions + " ")
        + (validity() ? "" : "invalid decision " + decisions + " ")
        + (end == SimWorld.End.DONE ? "" : "no termination (" + end + "), decided " + decisions);
  }
}
