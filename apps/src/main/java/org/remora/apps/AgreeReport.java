package org.remora.apps;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.remora.byzantine.Report;
import org.remora.memory.Costs;
import org.remora.memory.Value;

/**
 * How a run of agreement went.
 *
 * @param plan what it was asked to do
 * @param decisions who decided, also of those that crashed afterwards
 * @param paths how the run went at each process, where the algorithm tells
 * @param crashedProcesses the processes that crashed before the run ended
 * @param crashedMemories the memories that did
 * @param costs what all processes together spent
 * @param patience how long the run would have waited for a decision: {@code 10 s}
 */
record AgreeReport(
    AgreePlan plan,
    NavigableMap<Integer, Decision> decisions,
    NavigableMap<Integer, Report> paths,
    NavigableSet<Integer> crashedProcesses,
    NavigableSet<Integer> crashedMemories,
    Costs costs,
    String patience) {
  AgreeReport {
    decisions = Collections.unmodifiableNavigableMap(new TreeMap<>(decisions));
    paths = Collections.unmodifiableNavigableMap(new TreeMap<>(paths));
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

  /** Whether every value decided was proposed by some process; if one is Byzantine, any may be. */
  boolean validity() {
    return !plan.byzantine().isEmpty()
        || decisions.values().stream()
            .map(Decision::value)
            .distinct()
            .allMatch(plan.proposals()::contains);
  }

  /** Whether every process that lives, and is not Byzantine, has decided. */
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
    if (paths.values().stream().anyMatch(p -> p.abort() != null || p.panic() != null)
        && paths.values().stream().allMatch(p -> p.backupDecision().isBottom())) {
      return plan.algorithm().commandName() + " was left: " + panics();
    }
    String broken = plan.brokenBound(crashedProcesses, crashedMemories);
    if (!broken.isEmpty()) {
      return broken;
    }
    if (live().allMatch(p -> plan.proposal(p).isBottom())) {
      return "whoever proposed crashed too early to be heard, and nobody else proposed";
    }
    return "no decision within " + patience;
  }

  /** Why processes left the fast path, each reason once. */
  private String panics() {
    return paths.values().stream()
        .map(Report::panic)
        .filter(Objects::nonNull)
        .map(AgreeText::shown)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** The nanoseconds from the start to the first decision; there must be one. */
  long firstNanos() {
    return decisions.values().stream().mapToLong(Decision::nanos).min().orElseThrow();
  }

  /** The nanoseconds from the start to the last decision; there must be one. */
  long lastNanos() {
    return decisions.values().stream().mapToLong(Decision::nanos).max().orElseThrow();
  }

  /** The processes that live, and are not Byzantine. */
  IntStream live() {
    return IntStream.rangeClosed(1, plan.processes())
        .filter(p -> !crashedProcesses.contains(p) && !plan.byzantine().containsKey(p));
  }
}
