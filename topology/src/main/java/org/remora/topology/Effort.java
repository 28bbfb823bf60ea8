package org.remora.topology;

import java.util.function.Consumer;

/**
 * How hard to work, and whom to tell.
 *
 * @param exactNodesMax graphs of up to this many nodes are solved exactly
 * @param exact asked now and then whether the exact search is to go on
 * @param attackSteps steps of the attack; 0 chooses by size
 * @param weightsNodesMax edge weights are optimised for graphs of up to this many nodes
 * @param listener told what is being done, one line a stage; may be called from two threads
 */
public record Effort(
    int exactNodesMax,
    ExactTolerance.Progress exact,
    long attackSteps,
    int weightsNodesMax,
    Consumer<String> listener) {

  private static final long VISITS_MAX = 20_000_000;

  /** Checks the numbers. */
  public Effort {
    if (exactNodesMax > ExactTolerance.NODES_MAX || attackSteps < 0) {
      throw new BadGraphException(
          "exact tolerance is for at most " + ExactTolerance.NODES_MAX + " nodes");
    }
  }

  /**
   * Exact up to 64 nodes (at most 20 million subproblems, some 20 seconds), an attack of some
   * seconds at most, nobody told.
   */
  public static Effort standard() {
    return new Effort(64, (visited, below) -> visited < VISITS_MAX, 0, 1_000, line -> {});
  }

  /** The same, telling somebody else. */
  public Effort tell(Consumer<String> other) {
    return new Effort(exactNodesMax, exact, attackSteps, weightsNodesMax, other);
  }

  /** The same with another limit on exact search. */
  public Effort solve(int nodesMax, ExactTolerance.Progress progress) {
    return new Effort(nodesMax, progress, attackSteps, weightsNodesMax, listener);
  }

  /** The same with so many steps of attack, 0 for a choice by size. */
  public Effort attack(long steps) {
    return new Effort(exactNodesMax, exact, steps, weightsNodesMax, listener);
  }

  /** A step costs time in proportion to the degree: about the same time for every degree. */
  long attackSteps(CompactGraph graph) {
    if (attackSteps > 0) {
      return attackSteps;
    }
    long nodes = graph.nodes();
    long byDegree = Math.min(100 * nodes, 450 * nodes * nodes / Math.max(1, graph.edges()));
    return Math.max(20_000 * Math.min(nodes, 100), byDegree);
  }
}
