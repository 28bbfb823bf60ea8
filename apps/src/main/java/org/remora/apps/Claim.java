package org.remora.apps;

import java.util.List;

/**
 * What an algorithm is claimed to tolerate and to cost: what the measurements are held against. No
 * cell of the table is taken from here.
 *
 * @param algorithm its name
 * @param byzantine whether the faults of processes are Byzantine
 * @param processFactor k in n ≥ k·f + 1
 * @param memoryFactor k in m ≥ k·f + 1; 0 if no memory may crash
 * @param delays the delays of the common case
 */
record Claim(String algorithm, boolean byzantine, int processFactor, int memoryFactor, int delays) {
  /** All of them, with the bounds of [ABGMZ19], [GL03] and [ABCGPT18]. */
  static List<Claim> all() {
    return List.of(
        new Claim("paxos", false, 2, 0, 2),
        new Claim("disk-paxos", false, 1, 2, 4),
        new Claim("protected-memory-paxos", false, 1, 2, 2),
        new Claim("aligned-paxos", false, 2, 2, 2),
        new Claim("hybrid-ben-or", false, 1, 0, 8),
        new Claim("robust-backup", true, 2, 2, 32),
        new Claim("preferential-paxos", true, 2, 2, 44),
        // By itself it decides or leaves, whatever all others do.
        new Claim("cheap-quorum", true, 1, 2, 2),
        new Claim("fast-and-robust", true, 2, 2, 2));
  }

  /** Whether processes and memories count alike. */
  boolean mixesAgents() {
    return algorithm.equals("aligned-paxos");
  }

  /** Whether it runs over memories. */
  boolean usesMemories() {
    return !algorithm.equals("paxos");
  }

  /** Whether it runs over a graph, one memory per process. */
  boolean isOverGraph() {
    return algorithm.equals(AgreeAlgorithm.Hybrid.NAME);
  }
}
