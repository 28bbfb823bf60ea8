package org.remora.apps;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.remora.memory.Costs;
import org.remora.memory.Value;

/**
 * How a run of agreement went.
 *
 * @param plan what it was asked to do
 * @param decisions who decided, also of those that crashed afterwards
 * @param crashedProcesses the processes that crashed before the run ended
 * @param crashedMemories the memories that did
 * @param costs what all processes together spent
 * @param patience how long the run would have waited for a decision: {@code 10 s}
 */
record AgreeReport(
    AgreePlan plan,
    NavigableMap<Integer, Decision> decisions,
    NavigableSet<Integer> crashedProcesses,
    NavigableSet<Integer> crashedMemories,
    Costs costs,
    String patience) {
  AgreeReport {
    decisions = Collections.unmodifiableNavigableMap(new TreeMap<>(decisions));
    crashedProcesses = Collections.unmodifiableNavigableSet(new TreeSet<>(crashedProcesses));
    crashedMemories = Collections.unmodifiableNavigableSet(new TreeSet<>(crashedMemories));
  }

  /**
   * A process's decision.
   *
   * @param value the value
   * @param nanos when the process knew it, in nanoseconds after the start
   */
  record Decision(Value value, long nanos) {}

  /** Whether no two processes decided differently, the crashed ones included. */
  boolean agreement() {
    return decisions.values().stream().map(Decision::value).distinct().count() <= 1;
  }

  /** Whether every value decided was proposed by some process. */
  boolean validity() {
    return decisions.values().stream()
        .map(Decision::value)
        .distinct()
        .allMatch(plan.proposals()::contains);
  }

  /** Whether every process that lives has decided. */
  boolean termination() {
    return live().allMatch(decisions::containsKey);
  }

  /** Whether all is as it should be. */
  boolean holds() {
    return agreement() && validity() && termination();
  }

  /** Why some process that lives has not decided; empty if all have. */
  String reason() {
    if (termination()) {
      return "";
    }
    String broken =
        plan.algorithm()
            .brokenBound(plan.processes(), plan.memories(), crashedProcesses, crashedMemories);
    if (!broken.isEmpty()) {
      return broken;
    }
    if (live().allMatch(p -> plan.proposal(p).isBottom())) {
      return "whoever proposed crashed too early to be heard, and nobody else proposed";
    }
    return "no decision within " + patience;
  }

  /** The nanoseconds from the start to the first decision; there must be one. */
  long firstNanos() {
    return decisions.values().stream().mapToLong(Decision::nanos).min().orElseThrow();
  }

  /** The nanoseconds from the start to the last decision; there must be one. */
  long lastNanos() {
    return decisions.values().stream().mapToLong(Decision::nanos).max().orElseThrow();
  }

  /** The processes that live. */
  IntStream live() {
    return IntStream.rangeClosed(1, plan.processes()).filter(p -> !crashedProcesses.contains(p));
  }
}
